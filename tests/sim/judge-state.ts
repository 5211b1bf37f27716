/**
 * What the judge knows: trades as the journal tells them, orders as the broker's ledger does. Kept
 * up event by event, so that a check costs what was touched.
 */
import type { ChatMessage } from '#alerts/model.ts';
import type { DeskEntry } from '#audit/model.ts';
import type { OrderRole } from '#kernel/ids.ts';
import type { Price } from '#kernel/price.ts';
import type { EntryPlan, KillState } from '#risk/model.ts';

export interface JudgedOrder {
  readonly cid: string;
  readonly trade: JudgedTrade;
  readonly role: OrderRole;
  readonly orderId: string;
  readonly quantity: number;
  /** `null` for a market order. */
  readonly limit: Price | null;
  readonly replaces: JudgedOrder | null;
  /** On the monotonic clock. */
  readonly receivedAt: number;
  filled: number;
  isLive: boolean;
  /** True fills by id, and which of them are on record. */
  readonly fills: Map<string, { readonly quantity: number; readonly price: Price }>;
  readonly recorded: Set<string>;
}

export interface JudgedTrade {
  readonly id: string;
  readonly plan: EntryPlan;
  readonly orders: JudgedOrder[];
  /** First intent to enter, on the monotonic clock. */
  startedAt: number | null;
  /** The limit wanted now, by the records. */
  limit: Price;
  steps: number;
  /** Fills of entries on record. */
  bought: number;
  units: bigint;
  readonly floors: Price[];
  /** Somebody was told that its exit may not stand. */
  isTold: boolean;
  soldElsewhere: number;
  /** Contracts that closes were to sell; everything counts as without end. */
  toClose: number;
  /** Entries somebody cancelled at the broker while the desk was not changing them. */
  readonly takenBack: string[];
  ended: string | null;
  /** The clock was stepped in its life: its spans say nothing. */
  isTimedAnew: boolean;
  /** How far its entry is in the book of the running process: never back. */
  phase: number;
  boughtInBook: number;
}

export interface JudgedSymbol {
  readonly trades: JudgedTrade[];
  net: number;
  /** Others have traded it. */
  isShared: boolean;
}

/** Longer than the desk takes to follow a clock that was set, standing still included. */
const TIMED_ANEW_MS = 12_000;

export class JudgeState {
  readonly records: DeskEntry[] = [];
  readonly trades = new Map<string, JudgedTrade>();
  readonly orders = new Map<string, JudgedOrder>();
  /** By client order id, for those accepted by the broker. */
  readonly byCid = new Map<string, JudgedOrder>();
  readonly symbols = new Map<string, JudgedSymbol>();
  readonly received = new Map<string, ChatMessage>();
  readonly postedBySymbol = new Map<string, { readonly at: number; readonly key: string }[]>();
  /** Durable intents and mutations seen, by `op cid`. */
  readonly intents = new Map<string, { intended: number; seen: number; seq: number }>();
  readonly statedFilled = new Map<string, number>();
  readonly statedEnds = new Set<string>();
  /** Entries worked to an end. */
  readonly lived = new Set<string>();
  /** Client ids the world itself has sent past the desk. */
  readonly foreign = new Set<string>();
  /** Orders whose cancel needs no intent: by other hands, or with a journal that takes nothing. */
  readonly excusedCancels = new Set<string>();
  /** Orders somebody cancels at the broker, past the desk. */
  readonly handCancels = new Set<string>();
  /** How often the desk's own cancel of an order was refused. */
  readonly refusedCancels = new Map<string, number>();
  /** Trades with an order that comes when the desk has given it up: it may have sent another. */
  readonly overdue = new Set<string>();
  /** Of those, orders that sell. */
  readonly lateSells = new Set<string>();
  /** Orders whose fate the desk was not told, and the run each was intended in. */
  readonly ambiguous = new Set<string>();
  readonly intendedIn = new Map<string, string>();
  killState: KillState = 'ACTIVE';
  openTrades = 0;
  isClockStepped = false;
  /** A trade opened before this, on the monotonic clock, may have been timed by both clocks. */
  timedAnewUntil = 0;
  hasSecondWriter = false;
  /** The desk has told of it, with everything stopped. */
  isWriterTold = false;

  /** The wall clock was set: what was timed by it is not judged any more. */
  timeAnew(mono: number): void {
    this.isClockStepped = true;
    this.timedAnewUntil = mono + TIMED_ANEW_MS;
    for (const trade of this.trades.values()) trade.isTimedAnew = true;
  }

  symbol(name: string): JudgedSymbol {
    let known = this.symbols.get(name);
    if (known === undefined) {
      known = { trades: [], net: 0, isShared: false };
      this.symbols.set(name, known);
    }
    return known;
  }
}

/** Still to fill; 0 when it can fill no more. */
export function openOf(order: JudgedOrder): number {
  return order.isLive ? order.quantity - order.filled : 0;
}

/** A replacement waits while its original lives: the two count once. */
export function openAlone(order: JudgedOrder): number {
  const original = order.replaces;
  if (original === null || !original.isLive) return openOf(order);
  return openOf(order) - Math.min(openOf(order), openOf(original));
}
