/**
 * Real recorded days, read from the files in `assets/recorded` (QuantConnect/Lean, Apache-2.0; see
 * the NOTICE there): instruments, and every recorded top of book in order.
 */
import { readFileSync } from 'node:fs';
import { strFromU8, unzipSync } from 'fflate';
import { date, type IsoDate } from '#kernel/calendar.ts';
import type { EpochMs } from '#kernel/time.ts';
import type { Instrument, InstrumentSymbol } from '#market/instrument.ts';
import { equity, option } from '#market/instruments.ts';
import { newYorkInstant } from '#market/session.ts';
import { underlyingOf } from '#market/symbols.ts';
import { type Moment, parseContractName, parseIndexBars, parseQuoteBars } from './lean-bars.ts';

export const RECORDED_DAYS = ['spxw-2021-01-04', 'spy-2023-08-03'] as const;
export type RecordedDayName = (typeof RECORDED_DAYS)[number];

export interface RecordedSeries {
  readonly instrument: Instrument;
  /** Ascending, at least one. */
  readonly moments: readonly Moment[];
}

export interface RecordedDay {
  readonly name: RecordedDayName;
  readonly date: IsoDate;
  /** Midnight of the day in New York, which moments are counted from. */
  readonly midnight: EpochMs;
  /** A good moment to begin a demonstration: quotes have settled after the opening. */
  readonly startAt: EpochMs;
  readonly underlying: RecordedSeries;
  readonly series: ReadonlyMap<InstrumentSymbol, RecordedSeries>;
}

interface Files {
  readonly date: IsoDate;
  readonly underlying: string;
  readonly prices: string;
  readonly parsePrices: (csv: string) => readonly Moment[] | null;
  readonly options: string;
}

/** What a file of the recording does not say as it should. */
class RecordingUnreadable extends Error {
  override readonly name = 'RecordingUnreadable';
}

const FOLDER = new URL('../../../assets/recorded/', import.meta.url);

const FILES: Readonly<Record<RecordedDayName, Files>> = {
  'spxw-2021-01-04': {
    date: date('2021-01-04'),
    underlying: 'SPX',
    prices: 'spx-20210104-index.zip',
    parsePrices: parseIndexBars,
    options: 'spxw-20210104-quotes.zip',
  },
  'spy-2023-08-03': {
    date: date('2023-08-03'),
    underlying: 'SPY',
    prices: 'spy-20230803-quotes.zip',
    parsePrices: parseQuoteBars,
    options: 'spy-20230803-option-quotes.zip',
  },
};

export function loadRecordedDay(name: RecordedDayName): RecordedDay {
  const files = FILES[name];
  const underlying = underlyingSeries(files);
  const series = new Map<InstrumentSymbol, RecordedSeries>();
  series.set(underlying.instrument.symbol, underlying);
  for (const [file, csv] of entriesOf(files.options)) {
    const one = optionSeries(file, csv);
    series.set(one.instrument.symbol, one);
  }
  const midnight = newYorkInstant(files.date, '00:00');
  const startAt = newYorkInstant(files.date, '09:32');
  return { name, date: files.date, midnight, startAt, underlying, series };
}

function underlyingSeries({ underlying, prices, parsePrices }: Files): RecordedSeries {
  const made = equity(underlying);
  const [csv] = entriesOf(prices).values();
  const moments = csv === undefined ? null : parsePrices(csv);
  if (!made.ok || !moments?.length) throw unreadable(prices);
  return { instrument: made.value, moments };
}

function optionSeries(file: string, csv: string): RecordedSeries {
  const name = parseContractName(file);
  const moments = parseQuoteBars(csv);
  const made = name === null ? null : option({ ...name, underlying: underlyingOf(name.root) });
  if (!made?.ok || !moments?.length) throw unreadable(file);
  return { instrument: made.value, moments };
}

function entriesOf(file: string): ReadonlyMap<string, string> {
  const entries = Object.entries(unzipSync(readFileSync(new URL(file, FOLDER))));
  return new Map(entries.map(([name, bytes]) => [name, strFromU8(bytes)]));
}

function unreadable(file: string): RecordingUnreadable {
  return new RecordingUnreadable(`expected Lean minute bars in assets/recorded, was ${file}`);
}
