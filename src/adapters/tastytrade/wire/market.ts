/** Market data by REST, market sessions and the token of the quote stream. */
import { z } from 'zod';
import type { IsoDate } from '#kernel/calendar.ts';
import type { Price } from '#kernel/price.ts';
import { err, ok, type Result } from '#kernel/result.ts';
import { Secret } from '#kernel/secret.ts';
import { type EpochMs, plus } from '#kernel/time.ts';
import { asInstrumentSymbol, type InstrumentSymbol } from '#market/instrument.ts';
import type { QuoteToken } from '../access.ts';
import { DATE, FLAG, INSTANT, lenient, PRICE, problemOf, RATIO } from './values.ts';

/** One instrument as the venue sees it at one moment. */
export interface Snapshot {
  readonly symbol: InstrumentSymbol;
  readonly bid: Price | null;
  readonly ask: Price | null;
  readonly bidSize: number | null;
  readonly askSize: number | null;
  readonly last: Price | null;
  readonly mark: Price | null;
  readonly isHalted: boolean;
  readonly updatedAt: EpochMs | null;
}

const SNAPSHOT = z.object({
  symbol: z.string().min(1),
  bid: lenient(PRICE),
  ask: lenient(PRICE),
  'bid-size': lenient(RATIO),
  'ask-size': lenient(RATIO),
  last: lenient(PRICE),
  mark: lenient(PRICE),
  'is-trading-halted': lenient(FLAG),
  'updated-at': lenient(INSTANT),
});

export function decodeSnapshot(raw: unknown): Result<Snapshot, string> {
  const parsed = SNAPSHOT.safeParse(raw);
  if (!parsed.success) return err(problemOf(parsed.error));
  const wire = parsed.data;
  return ok({
    symbol: asInstrumentSymbol(wire.symbol),
    bid: positive(wire.bid),
    ask: positive(wire.ask),
    bidSize: wire['bid-size'],
    askSize: wire['ask-size'],
    last: positive(wire.last),
    mark: positive(wire.mark),
    isHalted: wire['is-trading-halted'] ?? false,
    updatedAt: wire['updated-at'],
  });
}

/** `-1` stands for none. */
function positive(price: Price | null): Price | null {
  return price !== null && price >= 0n ? price : null;
}

export interface MarketSession {
  /** `Equity`, `CME`, `CFE` */
  readonly collection: string;
  readonly state: 'open' | 'closed' | 'pre_market' | 'extended' | 'unknown';
  readonly openAt: EpochMs | null;
  readonly closeAt: EpochMs | null;
  readonly nextDate: IsoDate | null;
}

const STATES = {
  Open: 'open',
  Closed: 'closed',
  'Pre-market': 'pre_market',
  Extended: 'extended',
} as const;

const SESSION = z.object({
  'instrument-collection': z.string(),
  state: lenient(z.enum(['Open', 'Closed', 'Pre-market', 'Extended'])),
  'open-at': lenient(INSTANT),
  'close-at': lenient(INSTANT),
  'next-session': lenient(z.object({ 'session-date': lenient(DATE) })),
});

export function decodeSession(raw: unknown): Result<MarketSession, string> {
  const parsed = SESSION.safeParse(raw);
  if (!parsed.success) return err(problemOf(parsed.error));
  const wire = parsed.data;
  return ok({
    collection: wire['instrument-collection'],
    state: wire.state === null ? 'unknown' : STATES[wire.state],
    openAt: wire['open-at'],
    closeAt: wire['close-at'],
    nextDate: wire['next-session']?.['session-date'] ?? null,
  });
}

const QUOTE_TOKEN = z.object({
  token: z.string().min(1).max(16_384),
  'dxlink-url': z.url({ protocol: /^wss?$/ }),
  level: lenient(z.string()),
  'expires-at': lenient(INSTANT),
});
const QUOTE_TOKEN_LIFE_MS = 24 * 3_600_000;

/** The address is always the one that comes along: the venue has moved it before. */
export function decodeQuoteToken(data: unknown, now: EpochMs): Result<QuoteToken, string> {
  const parsed = QUOTE_TOKEN.safeParse(data);
  if (!parsed.success) return err(problemOf(parsed.error));
  const { token, 'dxlink-url': url, level } = parsed.data;
  return ok({
    token: new Secret(token),
    url,
    delayed: level === 'demo' || /\bdelayed\b/.test(new URL(url).pathname),
    expiresAt: parsed.data['expires-at'] ?? plus(now, QUOTE_TOKEN_LIFE_MS),
  });
}
