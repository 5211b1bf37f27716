/** What the planner may ask for, and what it is told before it asks. */
import { type ClientOrderId, clientOrderId, type OrderId, type OrderRole } from '#kernel/ids.ts';
import type { Quantity } from '#kernel/quantity.ts';
import type { EpochMs } from '#kernel/time.ts';
import type { Quote } from '#market/quote.ts';
import type { OrderIntent, Trade, TradeOrder, TradeRecord } from '../model.ts';
import type { OrderTerms, Side } from '../ports.ts';
import type { AbsencePolicy } from '../resolve/absence.ts';

export type IntentRecord = Extract<TradeRecord, { readonly kind: 'order.intended' }>;

/**
 * record: a decision without an effect. command: recorded, synced to disk, then sent. look_up and
 * read ask the broker; they change nothing and may be repeated.
 */
export type Move =
  | { readonly kind: 'record'; readonly draft: TradeRecord }
  | { readonly kind: 'command'; readonly draft: IntentRecord }
  | { readonly kind: 'look_up'; readonly cid: ClientOrderId }
  | { readonly kind: 'read'; readonly cid: ClientOrderId; readonly orderId: OrderId };

export interface PlannerSettings extends AbsencePolicy {
  /** A trade never placed this long after its decision is given up, not placed late. */
  readonly placeWithinMs: number;
  /** Sends that provably did not arrive, per intent. */
  readonly unsentTriesMax: number;
  /** Orders of a trade for one purpose: its entry, its exits, each of its closes. */
  readonly ordersPerPurposeMax: number;
  /** A cancel that was taken and led to nothing is asked for again after this. */
  readonly cancelAgainMs: number;
  /** Between two reads of an order that must be read, and after a refused cancel. */
  readonly readEveryMs: number;
  /** After a sell that was refused or not sent, before the next; doubles with each in a row. */
  readonly sellRetryMs: number;
  /** Which orders are edited in place: those of one contract, every unfilled one, or none. */
  readonly stepBy: 'edit_single' | 'edit' | 'cancel_new';
}

/** The moment a plan is made in. Everything but the trade itself. */
export interface PlanView {
  readonly now: EpochMs;
  /** Sound and fresh enough to price an order, else `null`. */
  readonly quote: Quote | null;
  /** `wait`: not now, nothing is given up. A reason: what is working is taken back for it. */
  readonly entries: 'yes' | 'wait' | 'kill_state' | 'shutdown';
  /** Resting exits may be placed. */
  readonly exits: boolean;
  /** Closes that somebody asked for may be worked. */
  readonly closes: boolean;
  /** The instrument trades now. */
  readonly marketOpen: boolean;
  /** Order messages an entry may send now, desk-wide. */
  readonly entryRoom: number;
  /** The same for sells, which have a reserve of their own. */
  readonly sellRoom: number;
  readonly idPrefix: string;
  readonly epoch: number;
  readonly settings: PlannerSettings;
}

type Fact = {
  [K in TradeRecord['kind']]: {
    readonly kind: K;
    readonly body: Extract<TradeRecord, { readonly kind: K }>['body'];
  };
}[TradeRecord['kind']];

/** A decision of the engine on this trade. */
export function record(trade: Trade, fact: Fact): Move {
  return {
    kind: 'record',
    draft: { ...fact, actor: 'engine', trade: trade.id, message: trade.plan.message },
  };
}

export interface Submit {
  readonly role: OrderRole;
  readonly quantity: Quantity;
  readonly terms: OrderTerms;
}

/** A new order of this trade, under an identity of its own. */
export function submit(trade: Trade, view: PlanView, order: Submit): Move {
  return command(trade, view, {
    op: 'submit',
    cid: nextClientOrderId(trade, view, order.role),
    side: sideOf(order.role),
    timeInForce: order.role === 'exit' ? trade.plan.exit.timeInForce : 'day',
    ...order,
  });
}

/** The same intent once more, under the same identity: it provably never arrived. */
export function submitAgain(trade: Trade, view: PlanView, order: TradeOrder): Move {
  return command(trade, view, {
    op: 'submit',
    cid: order.cid,
    role: order.role,
    side: order.side,
    quantity: order.quantity,
    terms: order.terms,
    timeInForce: order.role === 'exit' ? trade.plan.exit.timeInForce : 'day',
  });
}

export function replace(
  trade: Trade,
  view: PlanView,
  order: TradeOrder,
  terms: OrderTerms,
): Move | null {
  if (order.orderId === null) return null;
  const cid = nextClientOrderId(trade, view, order.role);
  return command(trade, view, {
    op: 'replace',
    cid,
    replaces: order.cid,
    orderId: order.orderId,
    terms,
  });
}

export function cancel(trade: Trade, view: PlanView, order: TradeOrder): Move | null {
  if (order.orderId === null) return null;
  return command(trade, view, { op: 'cancel', cid: order.cid, orderId: order.orderId });
}

function sideOf(role: OrderRole): Side {
  return role === 'entry' ? 'buy' : 'sell';
}

export function sameTerms(a: OrderTerms, b: OrderTerms): boolean {
  return a.kind === 'limit' ? b.kind === 'limit' && a.limit === b.limit : b.kind === 'market';
}

function nextClientOrderId(trade: Trade, view: PlanView, role: OrderRole): ClientOrderId {
  const n = trade.orders.filter((order) => order.role === role).length;
  return clientOrderId({ prefix: view.idPrefix, epoch: view.epoch, trade: trade.id, role, n });
}

function command(trade: Trade, view: PlanView, intent: OrderIntent): Move {
  return {
    kind: 'command',
    draft: {
      kind: 'order.intended',
      body: { intent, quote: view.quote, at: view.now },
      actor: 'engine',
      trade: trade.id,
      message: trade.plan.message,
    },
  };
}
