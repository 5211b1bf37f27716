/** The figures risk decides on, counted over the desk's own trades. */
import type { IsoDate } from '#kernel/calendar.ts';
import { type Money, moneyFromUnits, notional, type Price } from '#kernel/price.ts';
import { quantity } from '#kernel/quantity.ts';
import { type EpochMs, plus } from '#kernel/time.ts';
import type { Instrument, InstrumentSymbol } from '#market/instrument.ts';
import { newYorkDate } from '#market/session.ts';
import type { BookFigures } from '#risk/model.ts';
import type { Book } from './book.ts';
import {
  bought,
  boughtPossible,
  cost,
  heldByFills,
  isLive,
  ordersOf,
  proceeds,
  tiedUp,
} from './core/exposure.ts';
import type { Trade } from './model.ts';

export interface FiguresQuery {
  readonly now: EpochMs;
  readonly author: string;
  readonly instrument: Instrument;
  /** What one contract would fetch now, or `null` when nobody knows. */
  readonly mark: (symbol: InstrumentSymbol) => Price | null;
  readonly reconciled: boolean;
}

export type WatchedFigures = Pick<
  BookFigures,
  'dayResult' | 'rejectsInARow' | 'unresolvedOrders' | 'oldestUnresolvedMs'
>;

const HOUR_MS = 3_600_000;
const REJECT_WINDOW_MS = 300_000;
/** A balance may not show what happened this long before it was read. */
const READ_LAG_MS = 2_000;

export function figures(book: Book, query: FiguresQuery): BookFigures {
  const { instrument, author } = query;
  const open = book.open();
  return {
    ...deskFigures(book, query),
    openOnUnderlying: open.filter((t) => t.plan.instrument.underlying === instrument.underlying)
      .length,
    openOnInstrument: open.filter((t) => t.plan.instrument.symbol === instrument.symbol).length,
    tradesByAuthorLastHour: tradesByAuthor(book, query.now).get(author) ?? 0,
    reconciled: query.reconciled,
  };
}

/** What is the same for every author and instrument. */
export type DeskFigures = Omit<
  BookFigures,
  'openOnUnderlying' | 'openOnInstrument' | 'tradesByAuthorLastHour' | 'reconciled'
>;

export function deskFigures(book: Book, query: Pick<FiguresQuery, 'now' | 'mark'>): DeskFigures {
  const { now } = query;
  const open = book.open();
  return {
    openTrades: open.length,
    premiumOpen: premiumOpen(open),
    tradesToday: tradesToday(book, newYorkDate(now)),
    mutationsLastMinute: book.mutationsSince(plus(now, -60_000)),
    mutationsLastSecond: book.mutationsSince(plus(now, -1_000)),
    ...watchedFigures(book, query),
  };
}

/** What may call for a kill state by itself. */
export function watchedFigures(
  book: Book,
  { now, mark }: Pick<FiguresQuery, 'now' | 'mark'>,
): WatchedFigures {
  const unresolved = unresolvedSince(book.open());
  return {
    rejectsInARow: book.rejectsInARow(plus(now, -REJECT_WINDOW_MS)),
    dayResult: dayResult(book, mark, newYorkDate(now)),
    unresolvedOrders: unresolved.length,
    oldestUnresolvedMs: unresolved.length === 0 ? 0 : now - Math.min(...unresolved),
  };
}

/** Debits of our entries that a balance read at `readAt` may not have counted yet. */
export function uncountedDebit(book: Book, readAt: EpochMs): Money {
  let total = 0n;
  for (const trade of book.open()) total += uncountedOf(trade, plus(readAt, -READ_LAG_MS));
  return moneyFromUnits(total);
}

/** What an order reserved before the reading is counted in it, filled or not. */
function uncountedOf(trade: Trade, since: EpochMs): bigint {
  let total = 0n;
  let isReserved = false;
  for (const order of ordersOf(trade, 'entry')) {
    if (order.intendedAt < since) {
      isReserved ||= isLive(order);
      continue;
    }
    for (const fill of order.fills) total += tiedUp(trade, fill.price, fill.quantity);
  }
  return trade.entry.kind === 'ended' || isReserved ? total : total + yetToBuy(trade);
}

/** What the rest of an entry may cost, at the highest price it may pay. */
function yetToBuy(trade: Trade): bigint {
  const left = Math.max(0, trade.plan.quantity - boughtPossible(trade));
  return tiedUp(trade, trade.plan.collar, quantity(left));
}

/** Dollars at stake: what open positions cost, and what working entries may add. */
function premiumOpen(open: readonly Trade[]): Money {
  let total = 0n;
  for (const trade of open) {
    total += positionCost(trade) + (trade.entry.kind === 'ended' ? 0n : yetToBuy(trade));
  }
  return moneyFromUnits(total);
}

/** What is held cost so much, or ties up so much margin. */
function positionCost(trade: Trade): bigint {
  const filled = bought(trade);
  const ours = Math.max(0, heldByFills(trade));
  if (filled === 0) return 0n;
  const { marginEach } = trade.plan;
  return marginEach === null
    ? (cost(trade) * BigInt(ours)) / BigInt(filled)
    : marginEach * BigInt(ours);
}

function unresolvedSince(open: readonly Trade[]): readonly EpochMs[] {
  return open.flatMap((trade) =>
    trade.orders.filter((order) => order.phase === 'unknown').map((order) => order.intendedAt),
  );
}

function tradesToday(book: Book, today: IsoDate): number {
  let opened = 0;
  for (const trade of book.all()) if (sumsOf(trade).openedOn === today) opened += 1;
  return opened;
}

/** Trades opened in the last hour, by author. */
export function tradesByAuthor(book: Book, now: EpochMs): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { openedAt, plan } of book.all()) {
    if (openedAt > now - HOUR_MS) counts.set(plan.author, (counts.get(plan.author) ?? 0) + 1);
  }
  return counts;
}

/**
 * Realised and open result of every trade that is open or was opened or ended today. A position
 * nobody can value counts at cost; one held since yesterday counts from its purchase, which errs to
 * caution.
 */
function dayResult(book: Book, mark: FiguresQuery['mark'], today: IsoDate): Money {
  let total = 0n;
  for (const trade of book.all()) {
    const { openedOn, endedOn, net, ours } = sumsOf(trade);
    if (trade.ended !== null && openedOn !== today && endedOn !== today) continue;
    total += ours === 0 ? net : net + heldValue(trade, ours, mark);
  }
  return moneyFromUnits(total);
}

/** What one state of a trade comes to, whatever the market. */
interface Sums {
  readonly openedOn: IsoDate;
  readonly endedOn: IsoDate | null;
  /** Proceeds less cost. */
  readonly net: bigint;
  readonly ours: number;
}

/** Asked for every second of every trade of the day; a trade that changes is another value. */
const SUMS = new WeakMap<Trade, Sums>();

function sumsOf(trade: Trade): Sums {
  const known = SUMS.get(trade);
  if (known !== undefined) return known;
  const sums: Sums = {
    openedOn: newYorkDate(trade.openedAt),
    endedOn: trade.endedAt === null ? null : newYorkDate(trade.endedAt),
    net: proceeds(trade) - cost(trade),
    ours: Math.max(0, heldByFills(trade)),
  };
  SUMS.set(trade, sums);
  return sums;
}

function heldValue(trade: Trade, ours: number, mark: FiguresQuery['mark']): bigint {
  const { instrument } = trade.plan;
  const each = mark(instrument.symbol);
  if (each === null) return (cost(trade) * BigInt(ours)) / BigInt(bought(trade));
  return notional(each, quantity(ours), instrument.multiplier);
}
