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
import { bought, filledPossible, isLive } from './exposure.ts';
import { notAfter } from './instants.ts';
import {
  afterRestart,
  answered,
  cancelHeard,
  cancelSent,
  givenUp,
  intendedOrder,
  missed,
  orderTimedAnew,
  seen,
  sentAgain,
} from './order-life.ts';

/** Applies one record. `trade.opened` takes no trade before it; every other record takes one. */
export function applyToTrade(trade: Trade | null, record: TradeRecord): Trade {
  if (record.kind === 'trade.opened') return opened(record.body);
  invariant(trade !== null, () => `a trade is opened before ${record.kind} is applied to it`);
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
    case 'entry.stepped': {
      const { terms, step, at } = record.body;
      return { ...trade, wanted: terms, steps: step, lastStepAt: at };
    }
    case 'entry.converted': {
      // A conversion ends the steps.
      const steps = trade.plan.entry.stepsMax;
      return { ...trade, wanted: record.body.terms, steps, hasConverted: true };
    }
    case 'entry.ending':
      return { ...trade, entry: { kind: 'ending', reason: record.body.reason } };
    case 'entry.ended':
      return { ...trade, entry: { kind: 'ended', reason: record.body.reason } };
    case 'close.requested':
      return { ...trade, closes: [...trade.closes, requestedClose(record.body)] };
    case 'close.stepped': {
      const { terms, step, at } = record.body;
      return updateClose(trade, (close) => ({
        ...close,
        wanted: terms,
        steps: step,
        lastStepAt: at,
      }));
    }
    case 'close.ended':
      return updateClose(trade, (close) => ({ ...close, ended: true }));
    case 'position.reduced':
      return { ...trade, soldElsewhere: trade.soldElsewhere + record.body.by };
    case 'trade.blocked':
      return { ...trade, blocked: record.body.reason };
    case 'trade.released':
      return { ...trade, blocked: null, exitRejections: 0 };
    case 'trade.ended':
      return { ...trade, ended: record.body.reason, endedAt: record.body.at };
    default:
      return unreachable(record);
  }
}

/** A new run begins: what was in flight is unknown until the broker says. */
export function restartTrade(trade: Trade, at: EpochMs): Trade {
  const anew = timedAnew(trade, at);
  return { ...anew, orders: anew.orders.map((order) => afterRestart(order, at)) };
}

/**
 * The clock was set, or another one runs: what waits from a moment on record would wait as long as
 * the clock went back, so none is of later than now.
 */
export function timedAnew(trade: Trade, at: EpochMs): Trade {
  return {
    ...trade,
    lastStepAt: notAfter(trade.lastStepAt, at),
    uncoveredSince: notAfter(trade.uncoveredSince, at),
    orders: trade.orders.map((order) => orderTimedAnew(order, at)),
    closes: trade.closes.map((close) => ({
      ...close,
      lastStepAt: notAfter(close.lastStepAt, at),
    })),
  };
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
    hasConverted: false,
    orders: [],
    closes: [],
    uncoveredSince: null,
    soldElsewhere: 0,
    blocked: null,
    exitRejections: 0,
    ended: null,
    endedAt: null,
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
    orders: [],
    ended: false,
  };
}

function intended(trade: Trade, intent: OrderIntent, at: EpochMs): Trade {
  switch (intent.op) {
    case 'submit': {
      const next = intent.role === 'exit' ? { ...trade, uncoveredSince: null } : trade;
      const isAgain = trade.orders.some((order) => order.cid === intent.cid);
      if (isAgain) return update(next, intent.cid, (order) => sentAgain(order, at));
      return withOrder(next, intendedOrder({ ...intent, replaces: null, at }));
    }
    case 'replace': {
      const original = find(trade, intent.replaces);
      const left = quantity(Math.max(0, original.quantity - filledPossible(original)));
      const { role, side, cid: replaces } = original;
      const { cid, terms } = intent;
      const replacement = { cid, role, side, quantity: left, terms, replaces, at };
      const waiting = update(trade, replaces, (order) => changing(order, 'replace', at));
      return withOrder(waiting, intendedOrder(replacement));
    }
    case 'cancel':
      return update(trade, intent.cid, (order) => changing(order, 'cancel', at));
  }
}

function changing(order: TradeOrder, kind: 'cancel' | 'replace', at: EpochMs): TradeOrder {
  const asked = kind === 'cancel' ? cancelSent(order) : order;
  // On a full disk a cancel can be on record of one that turned up late, and its turning up not.
  if (!isLive(order)) return asked;
  const since = order.pending?.kind === kind ? order.pending.since : at;
  return { ...asked, pending: { kind, since, at, answer: null } };
}

function withOrder(trade: Trade, order: TradeOrder): Trade {
  const next = { ...trade, orders: [...trade.orders, order] };
  if (order.role !== 'close') return next;
  return updateClose(next, (close) => ({ ...close, orders: [...close.orders, order.cid] }));
}

type Answered = Extract<TradeRecord, { kind: 'order.answered' }>['body'];

function orderAnswered(trade: Trade, body: Answered): Trade {
  if (body.op === 'cancel') return cancelAnswered(trade, body);
  const next = update(trade, body.cid, (order) => answered(order, body.answer, body.at));
  if (body.op === 'replace') return replaceAnswered(next, body);
  return exitRefusedNow(trade, next, body.cid) ? exitRefused(next) : next;
}

/**
 * A cancel answer decides nothing by itself: only the order's own status does. Refused or not sent
 * it stays asked for, so that it is not asked again at once.
 */
function cancelAnswered(trade: Trade, { cid, answer }: Answered): Trade {
  return update(trade, cid, (before) => {
    const order = cancelHeard(before, answer);
    if (order.pending === null) return order;
    const pending = { ...order.pending, answer: answer.kind };
    return { ...order, pending, doubtful: order.doubtful || answer.kind !== 'acked' };
  });
}

/**
 * The replacement's own fate was set by `answered`; here the original's. A refused replacement may
 * mean that the original has filled, so it is read again before anything else.
 */
function replaceAnswered(trade: Trade, { cid, answer, at }: Answered): Trade {
  // Never resent as it is: by the next try the original may have filled.
  const isLost = find(trade, cid).phase === 'unsent';
  const next = isLost ? update(trade, cid, (order) => givenUp(order, 'not_sent', at)) : trade;
  const replacement = find(next, cid);
  if (!isLive(replacement)) return replacementOver(next, replacement);
  if (replacement.replaces === null) return next;
  return update(next, replacement.replaces, (order) =>
    order.pending === null
      ? order
      : { ...order, pending: { ...order.pending, answer: answer.kind } },
  );
}

/** The answer and a notification tell of one refusal: whichever comes first ends the order. */
function exitRefusedNow(before: Trade, now: Trade, cid: ClientOrderId): boolean {
  const { role, end } = find(now, cid);
  return role === 'exit' && end === 'rejected' && isLive(find(before, cid));
}

function exitRefused(trade: Trade): Trade {
  return { ...trade, exitRejections: trade.exitRejections + 1 };
}

function orderSeen(
  trade: Trade,
  { sighting, at }: Extract<TradeRecord, { kind: 'order.seen' }>['body'],
): Trade {
  const before = find(trade, sighting.cid);
  let next = update(trade, sighting.cid, (order) => seen(order, sighting, at));
  const after = find(next, sighting.cid);
  if (bought(next) > bought(trade)) {
    next = { ...next, uncoveredSince: next.uncoveredSince ?? at };
  }
  if (isLive(before) && !isLive(after)) {
    next = replacementOver(next, after);
    if (exitRefusedNow(trade, next, sighting.cid)) next = exitRefused(next);
  }
  if (after.role === 'exit' && (after.status === 'working' || after.status === 'filled')) {
    next = { ...next, exitRejections: 0 };
  }
  // What turns up after the end has to be looked after like anything else that is open.
  const isOpenAgain = isLive(after) || bought(next) > bought(trade);
  return next.ended !== null && isOpenAgain ? { ...next, ended: null, endedAt: null } : next;
}

function orderEnded(
  trade: Trade,
  { cid, end, at }: Extract<TradeRecord, { kind: 'order.ended' }>['body'],
): Trade {
  const next = update(trade, cid, (order) => givenUp(order, end, at));
  const order = find(next, cid);
  return isLive(order) ? next : replacementOver(next, order);
}

/** A replacement is over: its original, if still live, is no longer being replaced by it. */
function replacementOver(trade: Trade, { replaces }: TradeOrder): Trade {
  if (replaces === null) return trade;
  return update(trade, replaces, (order) =>
    isLive(order) ? { ...order, pending: null, doubtful: true } : order,
  );
}

function find(trade: Trade, cid: ClientOrderId): TradeOrder {
  const order = trade.orders.find((other) => other.cid === cid);
  invariant(order !== undefined, () => `${trade.id} knows the order ${cid}`);
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

/** Closes run one after another: the first that has not ended is under way. */
function updateClose(trade: Trade, change: (close: TradeClose) => TradeClose): Trade {
  const current = trade.closes.findIndex((close) => !close.ended);
  return {
    ...trade,
    closes: trade.closes.map((close, at) => (at === current ? change(close) : close)),
  };
}
