/** What the venue is told, what it answers, what follows, and the settings it runs under. */
import type { ClientOrderId, OrderId } from '#kernel/ids.ts';
import type { Money, Price } from '#kernel/price.ts';
import type { Quantity } from '#kernel/quantity.ts';
import type { Random } from '#kernel/random.ts';
import type { EpochMs } from '#kernel/time.ts';
import type { Instrument, InstrumentSymbol } from '#market/instrument.ts';
import type { Quote } from '#market/quote.ts';
import type { BrokerOrder, Fill, OrderTerms, Rejection, Side } from '#orders/ports.ts';
import type { AccountRules } from './accounting.ts';
import { type Book, createBook, snapshot, type VenueOrder } from './book.ts';
import type { QueueModel } from './matching.ts';
import type { OrderPlan } from './plan.ts';
import type { Terms, VenueRules } from './validation.ts';

/** Spans in milliseconds, each spread by ± `jitter` of itself. */
export interface VenueLatency {
  /** From received to routed, and from routed to working. */
  readonly routeMs: number;
  readonly workMs: number;
  readonly cancelMs: number;
  readonly replaceMs: number;
  /** 0 to 1 */
  readonly jitter: number;
}

export interface VenueSettings {
  readonly rules: VenueRules;
  readonly account: AccountRules;
  readonly latency: VenueLatency;
  readonly queue: QueueModel;
  /** When an order accepted now ends by itself, or `null`. */
  readonly expiresAt: (order: Terms, at: EpochMs) => EpochMs | null;
  /** tastytrade documents neither of these two; a desk has to work with every combination. */
  readonly replacementQuantity: 'remaining' | 'original';
  readonly abortedReplacement: 'rejected' | 'cancelled';
  /** Of every order whose plan says nothing of it. */
  readonly fillRowsLagMs: number;
}

export interface Venue {
  readonly book: Book;
  readonly settings: VenueSettings;
  readonly random: Random;
}

export interface NewOrder extends Terms {
  readonly clientOrderId: ClientOrderId | null;
}

type At<Body> = Body & { readonly at: EpochMs };

/** Steps of the venue's own making, given back to it when their time has come. */
export type VenueTimer =
  | { readonly kind: 'route'; readonly orderId: OrderId }
  | { readonly kind: 'work'; readonly orderId: OrderId }
  | { readonly kind: 'finish_cancel'; readonly orderId: OrderId }
  /** `orderId` is the replacement. */
  | { readonly kind: 'finish_replace'; readonly orderId: OrderId }
  | { readonly kind: 'show_fills'; readonly orderId: OrderId }
  | { readonly kind: 'reject'; readonly orderId: OrderId; readonly reason: string }
  | {
      readonly kind: 'fill';
      readonly orderId: OrderId;
      readonly quantity: Quantity;
      readonly price: Price | null;
    };

export type VenueInput = At<
  | { readonly kind: 'place'; readonly order: NewOrder; readonly plan: OrderPlan }
  | {
      readonly kind: 'replace';
      readonly orderId: OrderId;
      readonly clientOrderId: ClientOrderId | null;
      readonly terms: OrderTerms;
      readonly plan: OrderPlan;
    }
  | { readonly kind: 'cancel'; readonly orderId: OrderId }
  | { readonly kind: 'quote'; readonly quote: Quote }
  /** Ends every order whose `expiresAt` has come. */
  | { readonly kind: 'expire' }
  /** A trade in the account by other hands, whatever the venue's rules say of it. */
  | {
      readonly kind: 'trade_elsewhere';
      readonly instrument: Instrument;
      readonly side: Side;
      readonly quantity: Quantity;
      readonly price: Price;
    }
  /** Assignment, exercise or expiry: the position goes, at `price` in cash. */
  | { readonly kind: 'remove_position'; readonly symbol: InstrumentSymbol; readonly price: Price }
  | { readonly kind: 'timer'; readonly timer: VenueTimer }
>;

export type VenueAnswer =
  | { readonly kind: 'accepted'; readonly order: BrokerOrder }
  | { readonly kind: 'rejected'; readonly rejection: Rejection };

export type VenueEffect =
  | { readonly kind: 'changed'; readonly order: BrokerOrder }
  | { readonly kind: 'traded'; readonly order: VenueOrder; readonly fill: Fill }
  /** A position went without a trade. */
  | { readonly kind: 'removed'; readonly symbol: InstrumentSymbol }
  | { readonly kind: 'later'; readonly afterMs: number; readonly timer: VenueTimer };

export interface VenueStep {
  /** Set for place, replace and cancel. */
  readonly answer: VenueAnswer | null;
  readonly effects: readonly VenueEffect[];
}

export function createVenue(cash: Money, settings: VenueSettings, random: Random): Venue {
  return { book: createBook(cash), settings, random };
}

/** One step in the making: what it has led to so far. */
export interface Course {
  readonly venue: Venue;
  readonly at: EpochMs;
  readonly effects: VenueEffect[];
}

export function publish(course: Course, order: VenueOrder): void {
  order.updatedAt = course.at;
  course.effects.push({ kind: 'changed', order: snapshot(order) });
}

/** Schedules a step after a latency, spread by the venue's jitter. */
export function schedule(course: Course, spanMs: number, timer: VenueTimer): void {
  const { latency } = course.venue.settings;
  const spread = spanMs === 0 ? 0 : latency.jitter * (2 * course.venue.random.next() - 1);
  scheduleExactly(course, Math.round(spanMs * (1 + spread)), timer);
}

export function scheduleExactly(course: Course, afterMs: number, timer: VenueTimer): void {
  course.effects.push({ kind: 'later', afterMs, timer });
}
