/**
 * Recorded option chains, read from the directory `STRIKEWIRE_MARKET_DATA` (its README describes
 * the files and their defects). Nothing of it enters the project; only figures fitted to it do.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { strFromU8, unzipSync } from 'fflate';
import { z } from 'zod';
import { addDays, date, type IsoDate, parseIsoDate } from '#kernel/calendar.ts';
import { type EpochMs, parseInstant, plus } from '#kernel/time.ts';
import { lastOptionTradeAt } from '#market/expiries.ts';
import type { Right } from '#market/instrument.ts';
import { isTradingDay, newYorkDate, newYorkInstant } from '#market/session.ts';

export interface RecordedOption {
  readonly right: Right;
  readonly strike: number;
  readonly expiry: IsoDate;
  readonly lastTradeAt: EpochMs;
  readonly bid: number;
  readonly ask: number;
  /** `null` where the source has none. */
  readonly size: number | null;
}

export interface RecordedChain {
  readonly name: string;
  /** An index fund of our days, or a single name: GOOG in 2015, quoted far wider. */
  readonly kind: 'fund' | 'name';
  readonly underlying: string;
  /** When the quotes were made. */
  readonly at: EpochMs;
  /** By put-call parity of the nearest expiry: stated prices lag or lead the quotes. */
  readonly spot: number;
  readonly options: readonly RecordedOption[];
}

type Row = Omit<RecordedOption, 'lastTradeAt'>;

const QUOTE_DELAY_MS = 15 * 60_000;
const CBOE_IWM = ['144042', '153239', '163025', '172140', '181802', '192214'];
/** Pairs of call and put that tell the spot. */
const PAIRS = 5;
const ELEVEN_MS = 11 * 3_600_000;
const YAHOO_HOURS = ['T15:', 'T16:', 'T17:', 'T18:', 'T19:'];

export function loadChains(folder: string): readonly RecordedChain[] {
  return [
    ...CBOE_IWM.map((time) => cboeIwm(folder, time)),
    ...['SPY', 'QQQ', 'IWM'].flatMap((symbol) => yahoo(folder, symbol)),
    cboeTable(folder, date('2025-09-25')),
    goog2015(folder),
  ];
}

const cboeFile = z.object({
  raw_options: z.array(
    z.object({
      option: z.string(),
      bid: z.number(),
      ask: z.number(),
      bid_size: z.number(),
      ask_size: z.number(),
    }),
  ),
});

/** Stamps are of the file; its quotes are 15 minutes older. */
function cboeIwm(folder: string, time: string): RecordedChain {
  const path = `chains/cboe-iwm/IWM-20260626T${time}Z.json.gz`;
  const file = cboeFile.parse(JSON.parse(gunzip(folder, path)));
  const rows = file.raw_options.flatMap(({ option, bid, ask, bid_size, ask_size }) => {
    const contract = contractOf(option);
    return contract === null ? [] : [{ ...contract, bid, ask, size: (bid_size + ask_size) / 2 }];
  });
  const stamp = `2026-06-26T${time.slice(0, 2)}:${time.slice(2, 4)}:${time.slice(4)}Z`;
  return chainOf(
    { name: `cboe IWM ${stamp}`, kind: 'fund', underlying: 'IWM' },
    quotedAt(stamp),
    rows,
  );
}

function yahoo(folder: string, symbol: string): readonly RecordedChain[] {
  const rows = new Map<string, Row[]>();
  const [, ...lines] = gunzip(folder, `chains/yahoo-2026-05-28/${symbol}.csv.gz`).split('\n');
  for (const line of lines) {
    const [stamp = '', , , day = '', right, strike, bid, ask] = line.split(',');
    const expiry = parseIsoDate(day);
    if (expiry === null || !YAHOO_HOURS.some((hour) => stamp.includes(hour))) continue;
    const row = {
      right: right === 'C' ? ('C' as const) : ('P' as const),
      strike: Number(strike),
      expiry,
      bid: Number(bid),
      ask: Number(ask),
      size: null,
    };
    rows.set(stamp, [...(rows.get(stamp) ?? []), row]);
  }
  return [...rows].map(([stamp, of]) =>
    chainOf(
      { name: `yahoo ${symbol} ${stamp}`, kind: 'fund', underlying: symbol },
      quotedAt(stamp),
      of,
    ),
  );
}

/** Cboe's quote table: calls left, puts right, columns by position. */
function cboeTable(folder: string, day: IsoDate): RecordedChain {
  const lines = gunzip(folder, `chains/cboe-spy/SPY-${day}.csv.gz`).split('\n').slice(4);
  const rows = lines.flatMap((line) => {
    const cells = line.split(',');
    return [
      { name: cells[1], bid: cells[4], ask: cells[5] },
      { name: cells[12], bid: cells[15], ask: cells[16] },
    ].flatMap(({ name = '', bid, ask }) => {
      const contract = contractOf(name);
      return contract === null
        ? []
        : [{ ...contract, bid: Number(bid), ask: Number(ask), size: null }];
    });
  });
  const about = { name: `cboe SPY ${day}`, kind: 'fund', underlying: 'SPY' } as const;
  return chainOf(about, newYorkInstant(day, '16:10'), rows);
}

/** The whole chain of GOOG at 11:00 on a half day, from Lean minute bars. */
function goog2015(folder: string): RecordedChain {
  const file = readFileSync(join(folder, 'options-intraday/lean/goog-20151224_quote.zip'));
  const rows: Row[] = [];
  for (const [name, bytes] of Object.entries(unzipSync(file))) {
    const match = /_(call|put)_(\d+)_(\d{4})(\d{2})(\d{2})\.csv$/.exec(name);
    const expiry = match === null ? null : parseIsoDate(`${match[3]}-${match[4]}-${match[5]}`);
    const lines = strFromU8(bytes).trim().split('\n');
    const bar = lines.findLast((line) => Number(line.split(',')[0]) <= ELEVEN_MS);
    if (match === null || expiry === null || bar === undefined) continue;
    const cells = bar.split(',').map(Number);
    const [bid = 0, bidSize = 0, ask = 0, askSize = 0] = [cells[4], cells[5], cells[9], cells[10]];
    const right = match[1] === 'call' ? ('C' as const) : ('P' as const);
    const strike = Number(match[2]) / 10_000;
    rows.push({
      right,
      strike,
      expiry,
      bid: bid / 10_000,
      ask: ask / 10_000,
      size: (bidSize + askSize) / 2,
    });
  }
  const about = { name: 'lean GOOG 2015-12-24', kind: 'name', underlying: 'GOOG' } as const;
  return chainOf(about, newYorkInstant(date('2015-12-24'), '11:00'), rows);
}

type About = Pick<RecordedChain, 'name' | 'kind' | 'underlying'>;

function chainOf(about: About, at: EpochMs, rows: readonly Row[]): RecordedChain {
  const live = rows.filter(({ expiry }) => expiry >= newYorkDate(at));
  const options = live.map((row) => {
    // Old monthlies name the Saturday after their last day.
    const expiry = isTradingDay(row.expiry) ? row.expiry : addDays(row.expiry, -1);
    return { ...row, expiry, lastTradeAt: lastOptionTradeAt(about.underlying, expiry) };
  });
  return { ...about, at, spot: paritySpot(options, about.name), options };
}

/** Median of strike + call − put where the two are worth about the same, at the nearest expiry. */
function paritySpot(options: readonly RecordedOption[], name: string): number {
  for (const expiry of [...new Set(options.map((option) => option.expiry))].toSorted()) {
    const pairs = pairsOf(options.filter((option) => option.expiry === expiry));
    const close = pairs.toSorted((a, b) => a.apart - b.apart).slice(0, PAIRS);
    const spots = close.map(({ spot }) => spot).toSorted((a, b) => a - b);
    const middle = spots[Math.floor(PAIRS / 2)];
    if (spots.length === PAIRS && middle !== undefined) return middle;
  }
  throw new Error(`expected calls and puts of the same strikes in ${name}`);
}

function pairsOf(options: readonly RecordedOption[]): readonly { apart: number; spot: number }[] {
  const quoted = options.filter(({ bid, ask }) => bid > 0 && ask > bid);
  const puts = new Map(
    quoted.filter(({ right }) => right === 'P').map((put) => [put.strike, (put.bid + put.ask) / 2]),
  );
  return quoted.flatMap(({ right, strike, bid, ask }) => {
    const put = puts.get(strike);
    if (right !== 'C' || put === undefined) return [];
    const call = (bid + ask) / 2;
    return [{ apart: Math.abs(call - put), spot: strike + call - put }];
  });
}

function contractOf(symbol: string): Pick<Row, 'right' | 'strike' | 'expiry'> | null {
  const match = /^[A-Z]+(\d{2})(\d{2})(\d{2})([CP])(\d{8})$/.exec(symbol);
  const expiry = match === null ? null : parseIsoDate(`20${match[1]}-${match[2]}-${match[3]}`);
  if (match === null || expiry === null) return null;
  return { right: match[4] === 'C' ? 'C' : 'P', strike: Number(match[5]) / 1000, expiry };
}

function quotedAt(stamp: string): EpochMs {
  const at = parseInstant(stamp);
  if (at === null) throw new Error(`expected an instant, was ${stamp}`);
  return plus(at, -QUOTE_DELAY_MS);
}

function gunzip(folder: string, path: string): string {
  return gunzipSync(readFileSync(join(folder, path))).toString('utf8');
}
