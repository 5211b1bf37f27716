/** What this venue lists and quotes: two underlyings and their options on Fridays to come. */
import { addDays, dayOfWeek, type IsoDate } from '#kernel/calendar.ts';
import type { Random } from '#kernel/random.ts';
import { epochMs } from '#kernel/time.ts';
import { isTradingDay, newYorkDate } from '#market/session.ts';
import type { Json, JsonObject } from '../support/json.ts';
import type { Words } from './tastytrade-words.ts';

/** In cents. */
export interface Touch {
  bid: number;
  ask: number;
}

export interface Contract {
  readonly symbol: string;
  readonly streamer: string;
  readonly underlying: string;
  readonly expiry: IsoDate;
  readonly strike: number;
  readonly right: 'C' | 'P';
}

const SPOTS: Readonly<Record<string, number>> = { SPY: 600, UBER: 78 };
const FRIDAY = 5;
const STRIKES_EACH = 12;
const SOONEST_DAYS = 8;

export class Market {
  readonly contracts: readonly Contract[];
  readonly touches = new Map<string, Touch>();
  readonly #random: Random;

  constructor(random: Random, now: number) {
    this.#random = random;
    this.contracts = Object.keys(SPOTS).flatMap((name) => listed(name, fridays(now)));
    for (const { symbol } of this.contracts) {
      const bid = random.integer(100, 160);
      this.touches.set(symbol, { bid, ask: bid + random.integer(3, 8) });
    }
    for (const [name, spot] of Object.entries(SPOTS)) {
      this.touches.set(name, { bid: spot * 100 - 1, ask: spot * 100 + 1 });
    }
  }

  /** Never so far that an entry's bound is passed. */
  move(): void {
    for (const { symbol } of this.contracts) {
      const touch = this.touches.get(symbol);
      if (touch === undefined || !this.#random.chance(0.2)) continue;
      const by = this.#random.pick([-1, 1]);
      if (touch.bid + by < 80 || touch.bid + by > 200) continue;
      touch.bid += by;
      touch.ask += by;
    }
  }

  /** dxFeed's name of what is known, or the other way round. */
  symbolOf(streamer: string): string | null {
    if (this.touches.has(streamer)) return streamer;
    const found = this.contracts.find((contract) => contract.streamer === streamer);
    return found?.symbol ?? null;
  }
}

export function equityJson(symbol: string, words: Words): JsonObject | null {
  if (SPOTS[symbol] === undefined) return null;
  return words.thing(
    { symbol, 'instrument-type': 'Equity', 'option-tick-sizes': ticks(words) },
    {
      id: words.id(7),
      active: true,
      'is-closing-only': words.either(false, 'false'),
      'is-index': false,
      'streamer-symbol': symbol,
      'tick-sizes': [{ value: '0.0001', threshold: '1.0' }, { value: '0.01' }],
    },
  );
}

export function chainJson(market: Market, underlying: string, words: Words): Json | null {
  const own = market.contracts.filter((contract) => contract.underlying === underlying);
  if (own.length === 0) return null;
  const expirations = [...new Set(own.map(({ expiry }) => expiry))].map((expiry) => {
    const calls = own.filter((contract) => contract.expiry === expiry && contract.right === 'C');
    const strikes = calls.map((call) => {
      const put = call.symbol.replace(/C(\d{8})$/, 'P$1');
      const streamers = {
        'call-streamer-symbol': call.streamer,
        'put-streamer-symbol': call.streamer.replace(/C(\d+)$/, 'P$1'),
      };
      const must = { 'strike-price': words.decimal(call.strike * 100), call: call.symbol, put };
      return words.thing(must, streamers);
    });
    const must = { 'expiration-date': expiry, 'expiration-type': 'Regular', strikes };
    return words.thing(must, { 'settlement-type': 'PM', 'days-to-expiration': words.count(9) });
  });
  const standard = words.thing(
    {
      'underlying-symbol': underlying,
      'root-symbol': underlying,
      'option-chain-type': 'Standard',
      'shares-per-contract': words.count(100),
      'tick-sizes': ticks(words),
      expirations,
    },
    { deliverables: [{ amount: '100.0', 'root-symbol': underlying }] },
  );
  const adjusted = {
    ...standard,
    'root-symbol': `${underlying}1`,
    'option-chain-type': 'Non-standard',
    'shares-per-contract': 33,
  };
  return words.either([standard, adjusted], [adjusted, standard]);
}

function ticks(words: Words): Json {
  return words.either([{ value: '0.01' }], [{ value: 0.01, threshold: null }]);
}

function listed(underlying: string, expiries: readonly IsoDate[]): readonly Contract[] {
  const spot = SPOTS[underlying] ?? 0;
  return expiries.flatMap((expiry) =>
    Array.from({ length: STRIKES_EACH }, (_, at) => spot + at).flatMap((strike) =>
      (['C', 'P'] as const).map((right) => {
        const day = expiry.slice(2).replaceAll('-', '');
        return {
          ...{ underlying, expiry, strike, right },
          symbol: `${underlying.padEnd(6)}${day}${right}${String(strike * 1000).padStart(8, '0')}`,
          streamer: `.${underlying}${day}${right}${strike}`,
        };
      }),
    ),
  );
}

function fridays(now: number): readonly IsoDate[] {
  const days: IsoDate[] = [];
  let day = addDays(newYorkDate(epochMs(now)), SOONEST_DAYS);
  for (; days.length < 2; day = addDays(day, 1)) {
    if (dayOfWeek(day) === FRIDAY && isTradingDay(day)) days.push(day);
  }
  return days;
}
