/**
 * Identities. What may be retried gets an id derived from its cause, so that a repeat after a crash
 * is the same id; what is new gets one from an injected source.
 */
import type { Branded } from './brand.ts';
import { shortDigest } from './digest.ts';

/** `discord:{channel}:{message}`, `slack:{channel}:{ts}`, `local:{channel}:{message}`. */
export type MessageKey = Branded<string, 'MessageKey'>;
export type TradeId = Branded<string, 'TradeId'>;
/** Our identity of one order: what the broker keeps as its external identifier. */
export type ClientOrderId = Branded<string, 'ClientOrderId'>;
/** The broker's identity of one order; a replace gives a new one. */
export type OrderId = Branded<string, 'OrderId'>;
export type FillId = Branded<string, 'FillId'>;

export function messageKey(platform: string, channelId: string, messageId: string): MessageKey {
  return `${platform}:${channelId}:${messageId}` as MessageKey;
}

/** One message opens at most one trade: the same message always names the same trade. */
export function tradeId(cause: string): TradeId {
  return `t_${shortDigest(cause, 16)}` as TradeId;
}

export type OrderRole = 'entry' | 'exit' | 'close';
const ROLE_LETTER = { entry: 'E', exit: 'X', close: 'C' } as const;

/** `{prefix}.{epoch}.{trade}.{E|X|C}{n}`: tells ours from foreign, a second desk from this one. */
export function clientOrderId(parts: {
  readonly prefix: string;
  readonly epoch: number;
  readonly trade: TradeId;
  readonly role: OrderRole;
  readonly n: number;
}): ClientOrderId {
  const { prefix, epoch, trade, role, n } = parts;
  return `${prefix}.${epoch}.${trade}.${ROLE_LETTER[role]}${n}` as ClientOrderId;
}

/** `{run}.{n}`, of the run `cert-20260302-150000-1a2b3c`: no desk's prefix has a hyphen. */
export function certificationOrderId(run: string, n: number): ClientOrderId {
  return `${run}.${n}` as ClientOrderId;
}

const OF_CERTIFICATION = /^cert-\d{8}-\d{6}-[0-9a-f]{6}\.\d+$/;

export function isOfCertification(id: ClientOrderId): boolean {
  return OF_CERTIFICATION.test(id);
}

export function asClientOrderId(text: string): ClientOrderId {
  return text as ClientOrderId;
}

export function asOrderId(text: string): OrderId {
  return text as OrderId;
}

export function asFillId(text: string): FillId {
  return text as FillId;
}

export function asTradeId(text: string): TradeId {
  return text as TradeId;
}

export function asMessageKey(text: string): MessageKey {
  return text as MessageKey;
}
