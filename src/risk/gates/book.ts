/** Gates on what is open, what has happened today and what is not yet known. */
import { formatPercent, shareOf } from '#kernel/percent.ts';
import { formatMoney } from '#kernel/price.ts';
import { contractName } from '#market/contract-name.ts';
import { type EntryCase, type Judgement, pass, refuse, roomForOne } from './gate.ts';

export function openTradesGate({ facts, policy }: EntryCase): Judgement {
  const { openTrades } = facts.book;
  return roomForOne('open trades', openTrades, policy.limits.openTradesMax, 'too_many_open');
}

export function openPerUnderlyingGate({ facts, policy }: EntryCase): Judgement {
  const what = `open on ${facts.instrument.underlying}`;
  const most = policy.limits.openPerUnderlyingMax;
  return roomForOne(what, facts.book.openOnUnderlying, most, 'too_many_on_underlying');
}

export function openPerInstrumentGate({ facts, policy }: EntryCase): Judgement {
  const what = `open in ${contractName(facts.instrument)}`;
  const most = policy.limits.openPerInstrumentMax;
  return roomForOne(what, facts.book.openOnInstrument, most, 'too_many_on_instrument');
}

export function tradesPerDayGate({ facts, policy }: EntryCase): Judgement {
  const { tradesToday } = facts.book;
  return roomForOne('trades today', tradesToday, policy.limits.tradesPerDayMax, 'too_many_today');
}

export function tradesPerAuthorGate({ facts, policy }: EntryCase): Judgement {
  const most = policy.limits.tradesPerAuthorHourMax;
  const have = facts.book.tradesByAuthorLastHour;
  return roomForOne('trades by this author in the last hour', have, most, 'too_many_by_author');
}

export function orderRateGate({ facts, policy }: EntryCase): Judgement {
  const { mutationsLastMinute, mutationsLastSecond } = facts.book;
  const { mutationsPerMinuteMax, mutationsPerSecondMax } = policy.limits;
  const second = roomForOne(
    'order messages in the last second',
    mutationsLastSecond,
    mutationsPerSecondMax,
    'too_many_orders',
  );
  if (second.outcome !== 'pass') return second;
  const what = 'order messages in the last minute';
  return roomForOne(what, mutationsLastMinute, mutationsPerMinuteMax, 'too_many_orders');
}

/** Refuses from the moment the limit is reached, also before the kill state follows. */
export function dailyLossGate({ facts, policy }: EntryCase): Judgement {
  const share = policy.limits.dailyLossMax;
  const most = shareOf(facts.account.initialBuyingPower, share);
  const { dayResult } = facts.book;
  const limit = `−${formatMoney(most)} (${formatPercent(share)} of initial buying power)`;
  const reached = dayResult < 0n && -dayResult >= most;
  const detail = `result of the day ${formatMoney(dayResult)}, limit ${limit}`;
  return reached ? refuse('daily_loss_reached', detail) : pass(detail);
}

export function unresolvedGate({ facts, policy }: EntryCase): Judgement {
  const { unresolvedOrders, oldestUnresolvedMs } = facts.book;
  const { unresolvedMax, unresolvedAgeMsMax } = policy.limits;
  const code = 'orders_unresolved';
  const many = roomForOne('unresolved orders', unresolvedOrders, unresolvedMax, code);
  if (many.outcome !== 'pass') return many;
  return unresolvedOrders > 0 && oldestUnresolvedMs > unresolvedAgeMsMax
    ? refuse(code, `an order unresolved for ${oldestUnresolvedMs} ms > ${unresolvedAgeMsMax} ms`)
    : many;
}

export function reconciledGate({ facts }: EntryCase): Judgement {
  return facts.book.reconciled
    ? pass('compared with the broker')
    : refuse('not_reconciled', 'not yet compared with the broker');
}
