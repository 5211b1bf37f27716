/** One row of the audit per record, with every field of R-16 as things stood then. */
import type { ParsedAlert } from '#alerts/model.ts';
import { formatPrice, type Price } from '#kernel/price.ts';
import { formatInstant } from '#kernel/time.ts';
import { gateResults } from '#risk/model.ts';
import type { ByKind, EntryOf, Kind } from './by-kind.ts';
import { quoted } from './mask.ts';
import type {
  AuditAlert,
  AuditFill,
  AuditOrder,
  AuditRow,
  MessageStory,
  OrderStory,
  RowHead,
  Told,
  TradeStory,
} from './model.ts';
import { instruction } from './phrases.ts';

const ERROR_MAX = 400;

export function toRow(told: Told): AuditRow {
  return { ...headOf(told), ...ordersOf(told.trade) };
}

export function headOf({ entry, badge, text, message, trade }: Told): RowHead {
  return {
    seq: entry.seq,
    at: formatInstant(entry.wall),
    run: entry.run,
    kind: entry.kind,
    badge,
    text,
    actor: entry.actor,
    userId: userOf(entry.actor),
    ...NO_MESSAGE,
    ...(trade === null ? NO_TRADE : partOfTrade(trade)),
    ...(message === null ? {} : partOfMessage(message)),
    ...quantityOf(message, trade),
    symbol: trade?.plan.instrument.symbol ?? message?.reading?.alert?.symbol ?? null,
    error: errorOf(entry),
    refs: { ...NO_REFS, ...message?.refs, ...trade?.refs },
  };
}

const NO_REFS = { received: null, decided: null, risk: null, opened: null };
const NO_MESSAGE = {
  channelId: null,
  messageKey: null,
  rawText: null,
  parsed: null,
  verdict: null,
  code: null,
};
const NO_TRADE = { tradeId: null, contract: null };

function partOfMessage({ key, message, reading, verdict, code }: MessageStory) {
  const alert = reading?.alert ?? null;
  return {
    userId: message.author.id,
    channelId: message.channelId,
    messageKey: key,
    rawText: message.text,
    parsed: alert === null ? null : alertOf(alert),
    verdict,
    code,
  };
}

function ordersOf(trade: TradeStory | null): Omit<AuditRow, keyof RowHead> {
  const orders = trade?.orders ?? [];
  return {
    entryOrders: orders.filter((order) => order.role === 'entry').map(orderOf),
    exitOrders: orders.filter((order) => order.role !== 'entry').map(orderOf),
    fills: orders.flatMap(fillsOf),
  };
}

function partOfTrade({ id, contract, plan, origin }: TradeStory) {
  const { author, channel, message } = plan;
  return {
    ...(origin === null ? { userId: userOf(author), channelId: channel, messageKey: message } : {}),
    tradeId: id,
    contract,
  };
}

function quantityOf(message: MessageStory | null, trade: TradeStory | null) {
  const sizing = (trade?.origin ?? message)?.sizing ?? null;
  return {
    quantity: trade?.plan.quantity ?? sizing?.quantity ?? null,
    quantityInputs: sizing?.lines ?? [],
    quantityBound: sizing?.bound ?? null,
  };
}

/** `discord:1234` is user 1234; `engine` is nobody. */
function userOf(actor: string): string | null {
  const colon = actor.indexOf(':');
  return colon < 0 ? null : actor.slice(colon + 1);
}

function alertOf(alert: ParsedAlert): AuditAlert {
  return {
    text: instruction(alert),
    action: alert.action,
    asset: alert.asset,
    symbol: alert.symbol,
    strike: decimal(alert.strike),
    right: alert.right,
    expiry: alert.expiry,
    quantity: alert.quantity,
    price: decimal(alert.price),
    priceHigh: decimal(alert.priceHigh),
    partial: alert.partial,
  };
}

export function orderOf(order: OrderStory): AuditOrder {
  return {
    role: order.role,
    clientOrderId: order.cid,
    orderId: order.orderId,
    quantity: order.quantity,
    price: order.terms.kind === 'limit' ? formatPrice(order.terms.limit) : null,
    state: order.end ?? order.status ?? order.phase,
  };
}

export function fillsOf({ role, fills }: OrderStory): readonly AuditFill[] {
  return fills.map((fill) => ({
    fillId: fill.fillId,
    role,
    quantity: fill.quantity,
    price: formatPrice(fill.price),
    at: formatInstant(fill.at),
  }));
}

const ERRORS: Partial<ByKind<Kind, null, string | null>> = {
  'alert.decided': ({ body: { verdict, code, detail } }) =>
    verdict === 'refused' ? `${code}: ${detail}` : null,
  'risk.decided': ({ body: { outcome, code, gates } }) => {
    if (outcome === 'approved') return null;
    return `${code}: ${gateResults(gates).find((gate) => gate.outcome !== 'pass')?.detail ?? ''}`;
  },
  'order.answered': ({ body: { answer } }) => {
    if (answer.kind === 'acked') return null;
    if (answer.kind === 'rejected') return `${answer.rejection.code}: ${answer.rejection.message}`;
    const what = answer.kind === 'not_sent' ? answer.reason : 'no clear answer';
    return `${what}: ${answer.detail}`;
  },
  'order.seen': ({ body: { sighting } }) =>
    sighting.rejection === null
      ? null
      : `${sighting.rejection.code}: ${sighting.rejection.message}`,
  'order.ended': ({ body }) => body.end,
  'order.foreign': ({ body: { orderId, endedOf } }) =>
    endedOf === undefined ? `foreign order ${orderId}` : null,
  'reconcile.differed': ({ body }) => body.findings.join('; '),
  'trade.blocked': ({ body }) => body.reason,
  'job.ended': ({ body: { outcome, detail } }) => (outcome === 'done' ? null : detail),
  'incident.raised': ({ body }) => `${body.code}: ${body.detail}`,
};

function errorOf<K extends Kind>(entry: EntryOf<K>): string | null {
  const error = ERRORS[entry.kind]?.(entry, null) ?? null;
  return error === null ? null : quoted(error, ERROR_MAX);
}

function decimal(price: Price | null): string | null {
  return price === null ? null : formatPrice(price);
}
