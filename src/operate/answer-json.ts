/** The desk's answer to one message in the stable JSON that scripts read. */
import type { ParsedAlert } from '#alerts/model.ts';
import { formatPrice, type Price } from '#kernel/price.ts';
import type { AlertJson, AnswerJson, IntendedOrderJson } from './api.ts';
import type { AlertAnswer, IntendedOrder } from './ports.ts';

/** Keys in the order of docs; `tradeId` only when a trade was opened or is being closed. */
export function toAnswerJson(answer: AlertAnswer): AnswerJson {
  return {
    verdict: answer.verdict,
    code: answer.code,
    alert: answer.alert === null ? null : toAlertJson(answer.alert),
    sizing: answer.sizing,
    gates: answer.gates,
    orders: answer.orders.map(toOrderJson),
    ...(answer.tradeId === null ? {} : { tradeId: answer.tradeId }),
    environment: answer.environment,
    message: answer.message,
    detail: answer.detail,
    spans: answer.spans,
    repairs: answer.repairs,
    candidates: answer.candidates,
  };
}

/** The form of `strikewire parse`: amounts as JSON numbers, what is not written as `null`. */
export function toAlertJson(alert: ParsedAlert): AlertJson {
  return {
    action: alert.action,
    asset: alert.asset,
    symbol: alert.symbol,
    strike: toNumber(alert.strike),
    right: alert.right,
    expiry: alert.expiry,
    quantity: alert.quantity,
    price: toNumber(alert.price),
    ...(alert.priceHigh === null ? {} : { price_high: Number(formatPrice(alert.priceHigh)) }),
    ...(alert.partial ? { partial: true } : {}),
  };
}

function toOrderJson(order: IntendedOrder): IntendedOrderJson {
  return {
    role: order.role,
    side: order.side,
    symbol: order.symbol,
    quantity: order.quantity,
    limit: order.limit === null ? null : formatPrice(order.limit),
    note: order.note,
  };
}

function toNumber(value: Price | null): number | null {
  return value === null ? null : Number(formatPrice(value));
}
