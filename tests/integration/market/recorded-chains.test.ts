/** Our tables of ticks and expiries against chains as the exchanges published them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it, type TestContext } from 'vitest';
import { z } from 'zod';
import { addDays, civilDate, date, type IsoDate } from '#kernel/calendar.ts';
import { type Price, parsePrice } from '#kernel/price.ts';
import { listedExpiries, monthlyExpiry } from '#market/expiries.ts';
import { AM_ROOTS } from '#market/option-classes.ts';
import { formatOcc, type OptionParts, parseOcc } from '#market/symbols.ts';
import { isOnGrid } from '#market/tick-grid.ts';
import { optionGrid } from '#market/tick-tables.ts';

interface Row {
  readonly symbol: string;
  readonly bid: string;
  readonly ask: string;
}

const cboeChain = z.object({
  raw_options: z.array(z.object({ option: z.string(), bid: z.number(), ask: z.number() })),
});

function recorded(path: string, { skip }: TestContext): string {
  const directory = process.env['STRIKEWIRE_MARKET_DATA'];
  if (directory === undefined) return skip('no market data: set STRIKEWIRE_MARKET_DATA');
  return gunzipSync(readFileSync(join(directory, path))).toString();
}

function iwmChain(file: string, context: TestContext): Row[] {
  const text = recorded(`chains/cboe-iwm/${file}.json.gz`, context);
  return cboeChain.parse(JSON.parse(text)).raw_options.map(({ option, bid, ask }) => ({
    symbol: padded(option),
    bid: String(bid),
    ask: String(ask),
  }));
}

/** Calls in columns 1 to 10, puts in 12 to 21; the first four lines are a header. */
function spxChain(context: TestContext): Row[] {
  const lines = recorded('chains/cboe-spx/SPX-2022-12-12.csv.gz', context).split(/\r?\n/).slice(4);
  return lines
    .map((line) => line.split(','))
    .flatMap((cells) => [
      { symbol: padded(cells[1] ?? ''), bid: cells[4] ?? '', ask: cells[5] ?? '' },
      { symbol: padded(cells[12] ?? ''), bid: cells[15] ?? '', ask: cells[16] ?? '' },
    ])
    .filter(({ bid }) => bid !== '');
}

/** The feed leaves out the blanks between root and date. */
function padded(option: string): string {
  return `${option.slice(0, -15).padEnd(6)}${option.slice(-15)}`;
}

function parts(symbol: string): OptionParts {
  const read = parseOcc(symbol);
  if (!read.ok) throw new Error(`expected an option, was ${symbol}`);
  return read.value;
}

function priceOf(text: string): Price {
  const read = parsePrice(text);
  if (!read.ok) throw new Error(`expected a price, was ${text}`);
  return read.value;
}

function expiriesOf(rows: readonly Row[]): IsoDate[] {
  return [...new Set(rows.map(({ symbol }) => parts(symbol).expiry))].toSorted();
}

describe('a recorded chain', () => {
  it('of IWM quotes every contract in cents, above 3.00 as below', (context) => {
    const rows = iwmChain('IWM-20260626T163025Z', context);
    const off = rows.filter(({ bid, ask }) =>
      [bid, ask].some((text) => !isOnGrid(optionGrid('IWM'), priceOf(text))),
    );
    expect(rows.length).toBeGreaterThan(4_000);
    expect(off).toEqual([]);
  });

  it('of SPX quotes every contract in 0.05 and 0.10', (context) => {
    const rows = spxChain(context);
    const off = rows.filter(({ bid, ask }) =>
      [bid, ask].some((text) => !isOnGrid(optionGrid('SPX'), priceOf(text))),
    );
    expect(rows.length).toBeGreaterThan(19_000);
    expect(off).toEqual([]);
  });

  it('names every contract by a symbol that is read and written back', (context) => {
    const rows = [...iwmChain('IWM-20260626T163025Z', context), ...spxChain(context)];
    const wrong = rows.filter(({ symbol }) => {
      const again = formatOcc(parts(symbol));
      return !again.ok || again.value !== symbol;
    });
    expect(wrong).toEqual([]);
  });

  it.for([
    ['2026-06-15', 'IWM-20260615T204422Z'],
    ['2026-06-26', 'IWM-20260626T163025Z'],
    ['2026-06-30', 'IWM-20260630T202806Z'],
  ] as const)(
    'of IWM on %s lists the expiries of two weeks that we list',
    ([day, file], context) => {
      const until = addDays(date(day), 14);
      const near = (expiries: readonly IsoDate[]): IsoDate[] =>
        expiries.filter((expiry) => expiry >= day && expiry <= until);
      expect(near(listedExpiries('IWM', date(day)))).toEqual(
        near(expiriesOf(iwmChain(file, context))),
      );
    },
  );

  it('of SPX has an AM series on monthly expiries and on no other day', (context) => {
    const am = spxChain(context).filter(({ symbol }) => AM_ROOTS.has(parts(symbol).root));
    const monthly = expiriesOf(am).filter((expiry) => {
      const { year, month } = civilDate(expiry);
      return monthlyExpiry(year, month) === expiry;
    });
    expect(monthly.length).toBeGreaterThan(10);
    expect(monthly).toEqual(expiriesOf(am));
  });
});
