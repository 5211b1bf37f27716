/**
 * `apply(trade, record) → trade`: the only way a trade changes.
 *
 * Rule  no clock, no randomness, no I/O: replaying the journal gives the trade back, to the letter.
 */
import type { ClientOrderId } from '#kernel/ids.ts';
import { invariant, unreachable } from '#kernel/invariant.ts';
import { quantity } from '#kernel/quantity.ts';
import type { EpochMs } from '#kernel/time.ts';
import type { OrderIntent, Trade, TradeClose, TradeOrder, TradeRecord } from '../model.ts';
import { bought, filledPossible } from './exposure.ts';
import {
  afterRestart,
  answered,
  ended,
  intendedOrder,
  missed,
  seen,
  sentAgain,
} from './order-life.ts';

/** Applies one record. `trade.opened` takes no trade before it; every other record takes one. */
export function applyToTrade(trade: Trade | null, record: TradeRecord): Trade {
  if (record.kind === 'trade.opened') return opened(record.body);
  invariant(trade !== null, `a trade is opened before ${record.kind} is applied to it`);
  switch (record.kind) {
    case 'order.intended':
      return intended(trade, record.body.intent, record.body.at);
    case 'order.answered':
      return orderAnswered(trade, record.body);
    case 'order.seen':
      return orderSeen(trade, record.body);
    case 'order.missed':
      return update(trade, record.body.cid, (order) => missed(order, record.body.at));
    case 'order.ended':
      return orderEnded(trade, record.body);
    case 'entry.stepped':
      return {
        ...trade,
        wanted: record.body.terms,
        steps: record.body.step,
        lastStepAt: record.body.at,
      };
    case 'entry.converted':
      return { ...trade, wanted: record.body.terms };
    case 'entry.ending':
      return { ...trade, entry: { kind: 'ending', reason: record.body.reason } };
    case 'entry.ended':
      return { ...trade, entry: { kind: 'ended', reason: record.body.reason } };
    case 'close.requested':
      return { ...trade, closes: [...trade.closes, requestedClose(record.body)] };
    case 'close.stepped':
      return updateClose(trade, (close) => ({
        ...close,
        wanted: record.body.terms,
        steps: record.body.step,
        lastStepAt: record.body.at,
      }));
    case 'close.ended':
      return updateClose(trade, (close) => ({ ...close, ended: true }));
    case 'position.reduced':
      return { ...trade, soldElsewhere: trade.soldElsewhere + record.body.by };
    case 'trade.blocked':
      return { ...trade, blocked: record.body.reason };
    case 'trade.released':
      return { ...trade, blocked: null, exitRejections: 0 };
    case 'trade.ended':
      return { ...trade, ended: record.body.reason };
    default:
      return unreachable(record);
  }
}

/** A new run begins: what was in flight is unknown until the broker says. */
export function restartTrade(trade: Trade, at: EpochMs): Trade {
  return { ...trade, orders: trade.orders.map((order) => afterRestart(order, at)) };
}

function opened(body: Extract<TradeRecord, { kind: 'trade.opened' }>['body']): Trade {
  const { plan } = body;
  return {
    id: plan.tradeId,
    plan,
    openedAt: body.at,
    entry: { kind: 'open' },
    wanted: { kind: 'limit', limit: plan.limit },
    steps: 0,
    lastStepAt: null,
    editsRefused: false,
    orders: [],
    closes: [],
    uncoveredSince: null,
    soldElsewhere: 0,
    blocked: null,
    exitRejections: 0,
    mutations: 0,
    ended: null,
  };
}

function requestedClose(
  body: Extract<TradeRecord, { kind: 'close.requested' }>['body'],
): TradeClose {
  return {
    plan: body.plan,
    requestedAt: body.at,
    wanted: { kind: 'limit', limit: body.plan.limit },
    steps: 0,
    lastStepAt: null,
    ended: false,
  };
}

function intended(trade: Trade, intent: OrderIntent, at: EpochMs): Trade {
  switch (intent.op) {
    case 'submit': {
      const counted = { ...trade, mutations: trade.mutations + 1 };
      const uncovered = intent.role === 'exit' ? { ...counted, uncoveredSince: null } : counted;
      if (trade.orders.some((order) => order.cid === intent.cid)) {
        return update(uncovered, intent.cid, (order) => sentAgain(order, at));
      }
      return {
        ...uncovered,
        orders: [...trade.orders, intendedOrder({ ...intent, replaces: null, at })],
      };
    }
    case 'replace': {
      const original = find(trade, intent.replaces);
      const replacement = intendedOrder({
        cid: intent.cid,
        role: original.role,
        side: original.side,
        quantity: quantity(Math.max(0, original.quantity - filledPossible(original))),
        terms: intent.terms,
        replaces: original.cid,
        at,
      });
      const waiting = update(trade, original.cid, (order) => ({
        ...order,
        pending: { kind: 'replace', at, inFlight: true },
      }));
      return {
        ...waiting,
        mutations: trade.mutations + 1,
        orders: [...waiting.orders, replacement],
      };
    }
    case 'cancel':
      return update(trade, intent.cid, (order) => ({
        ...order,
        pending: { kind: 'cancel', at, inFlight: true },
      }));
  }
}

type Answered = Extract<TradeRecord, { kind: 'order.answered' }>['body'];

function orderAnswered(trade: Trade, body: Answered): Trade {
  if (body.op === 'cancel') return cancelAnswered(trade, body);
  const next = update(trade, body.cid, (order) => answered(order, body.answer, body.at));
  if (body.op === 'submit') return countRejection(trade, next, body);
  return replaceAnswered(next, body);
}

/** A cancel answer decides nothing by itself: only the order's own status does. */
function cancelAnswered(trade: Trade, { cid, answer }: Answered): Trade {
  return update(trade, cid, (order) => {
    const pending = order.pending === null ? null : { ...order.pending, inFlight: false };
    if (answer.kind === 'acked') return { ...order, pending };
    if (answer.kind === 'ambiguous') return { ...order, pending, doubtful: isOpen(order) };
    return { ...order, pending: null, doubtful: isOpen(order) };
  });
}

/**
 * The replacement's own fate was set by `answered`; here the original's. A refused replacement may
 * mean that the original has filled, so it is read again before anything else.
 */
function replaceAnswered(trade: Trade, { cid, answer }: Answered): Trade {
  let replacement = find(trade, cid);
  let next = trade;
  if (answer.kind === 'not_sent') {
    // Never resent as it is: by the next try the original may have filled.
    next = update(next, cid, (order) => ended(order, 'not_sent', replacement.changedAt));
    replacement = find(next, cid);
  }
  const original = replacement.replaces;
  if (original === null) return next;
  const refused = answer.kind === 'rejected' && answer.rejection.code === 'replace_unsupported';
  return update({ ...next, editsRefused: trade.editsRefused || refused }, original, (order) => {
    const pending = order.pending === null ? null : { ...order.pending, inFlight: false };
    if (replacement.phase !== 'terminal') return { ...order, pending };
    return { ...order, pending: null, doubtful: isOpen(order) };
  });
}

function countRejection(before: Trade, after: Trade, { cid, answer }: Answered): Trade {
  const refused = answer.kind === 'rejected' && find(before, cid).role === 'exit';
  return refused ? exitRefused(after) : after;
}

function exitRefused(trade: Trade): Trade {
  return { ...trade, exitRejections: trade.exitRejections + 1 };
}

function orderSeen(
  trade: Trade,
  { sighting, at }: Extract<TradeRecord, { kind: 'order.seen' }>['body'],
): Trade {
  const before = find(trade, sighting.cid);
  const boughtBefore = bought(trade);
  let next = update(trade, sighting.cid, (order) => seen(order, sighting, at));
  const after = find(next, sighting.cid);
  if (bought(next) > boughtBefore) {
    next = { ...next, uncoveredSince: next.uncoveredSince ?? at };
  }
  if (before.phase !== 'terminal' && after.phase === 'terminal') {
    next = replacementOver(next, after);
    if (after.end === 'rejected' && after.role === 'exit') next = exitRefused(next);
  }
  return next;
}

function orderEnded(
  trade: Trade,
  { cid, end, at }: Extract<TradeRecord, { kind: 'order.ended' }>['body'],
): Trade {
  const next = update(trade, cid, (order) => ended(order, end, at));
  return replacementOver(next, find(next, cid));
}

/** A replacement is over: its original, if still open, is no longer being replaced by it. */
function replacementOver(trade: Trade, replacement: TradeOrder): Trade {
  if (replacement.replaces === null) return trade;
  return update(trade, replacement.replaces, (order) =>
    isOpen(order) ? { ...order, pending: null, doubtful: true } : order,
  );
}

function isOpen(order: TradeOrder): boolean {
  return order.phase !== 'terminal';
}

function find(trade: Trade, cid: ClientOrderId): TradeOrder {
  const order = trade.orders.find((other) => other.cid === cid);
  invariant(order !== undefined, `${trade.id} knows the order ${cid}`);
  return order;
}

function update(
  trade: Trade,
  cid: ClientOrderId,
  change: (order: TradeOrder) => TradeOrder,
): Trade {
  return {
    ...trade,
    orders: trade.orders.map((order) => (order.cid === cid ? change(order) : order)),
  };
}

function updateClose(trade: Trade, change: (close: TradeClose) => TradeClose): Trade {
  const current = trade.closes.findLastIndex((close) => !close.ended);
  return {
    ...trade,
    closes: trade.closes.map((close, at) => (at === current ? change(close) : close)),
  };
}
