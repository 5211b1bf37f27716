/** Orders as the broker shows them, by REST and on the account stream alike. */
import type { Instrument } from '#market/instrument.ts';
import type { JsonObject } from '../../support/json.ts';
import type { Draft, DraftLeg, FillRow, Order } from '../engine/model.ts';
import { firstLeg, unitsOf } from '../engine/model.ts';
import { instrumentType } from '../engine/parse-order.ts';
import { decimal } from './decimals.ts';
import { instant, instantOrNone } from './instants.ts';

export interface OrderShape {
  /** Whether `replaces-order-id` and `replacing-order-id` are told; no recording has them. */
  readonly replaceLinks: 'shown' | 'absent';
}

const USER = { 'user-id': 1, username: 'stand-in' } as const;

export function orderJson(order: Order, { replaceLinks }: OrderShape): JsonObject {
  const { id, account, status } = order;
  const isGone = status === 'Cancelled' || status === 'Expired';
  const links =
    replaceLinks === 'shown'
      ? { 'replaces-order-id': order.replaces?.id, 'replacing-order-id': order.replacedBy?.id }
      : {};
  return {
    id,
    'account-number': account.number,
    ...termsJson(order),
    status,
    'contingent-status': order.contingentStatus ?? undefined,
    cancellable: isCancellable(order),
    editable: isEditable(order),
    edited: order.isEdited,
    'external-identifier': order.externalIdentifier ?? undefined,
    'global-request-id': order.globalRequestId,
    ...USER,
    'ext-client-order-id': `stand-in-${id}`,
    'received-at': instant(order.receivedAt),
    'in-flight-at': instantOrNone(order.inFlightAt),
    'live-at': instantOrNone(order.liveAt),
    'cancelled-at': instantOrNone(order.cancelledAt),
    'terminal-at': instantOrNone(order.terminalAt),
    'updated-at': order.updatedAt,
    'cancelled-size': isGone ? String(firstLeg(order).remaining) : undefined,
    'reject-reason': order.rejectReason ?? undefined,
    'destination-venue': order.liveAt === null ? undefined : order.legs[0]?.fills[0]?.venue,
    'complex-order-id': order.complex?.id,
    'complex-order-tag': order.complex?.tag,
    ...links,
    legs: order.legs.map((leg) => ({
      ...legJson(leg),
      'remaining-quantity': leg.remaining,
      fills: leg.fills.slice(0, leg.shown).map(fillJson),
    })),
  };
}

/** An order that was only tried: no id, never updated. */
export function dryRunJson(draft: Draft, accountNumber: string, receivedAt: string): JsonObject {
  return {
    'account-number': accountNumber,
    ...termsJson(draft),
    status: draft.rules === null ? 'Received' : 'Contingent',
    cancellable: true,
    editable: true,
    edited: false,
    'external-identifier': draft.externalIdentifier ?? undefined,
    'received-at': receivedAt,
    'updated-at': 0,
    legs: draft.legs.map((leg) => ({
      ...legJson(leg),
      'remaining-quantity': leg.quantity,
      fills: [],
    })),
  };
}

function termsJson(draft: Draft): JsonObject {
  const { instrument } = firstLeg(draft);
  return {
    'time-in-force': draft.tif,
    'gtc-date': draft.gtcDate ?? undefined,
    'order-type': draft.type,
    size: unitsOf(draft.legs),
    'leg-count': draft.legs.length,
    'underlying-symbol': underlyingSymbol(instrument),
    'underlying-instrument-type': instrument.kind.startsWith('future') ? 'Future' : 'Equity',
    price: draft.price === null ? undefined : decimal(draft.price),
    'price-effect': draft.effect ?? (draft.price === null ? undefined : 'None'),
    'stop-trigger': draft.stopTrigger === null ? undefined : decimal(draft.stopTrigger),
    source: draft.source ?? undefined,
    'preflight-id': draft.preflightId ?? undefined,
  };
}

function legJson({ instrument, action, quantity }: DraftLeg): JsonObject {
  return {
    'instrument-type': instrumentType(instrument),
    symbol: instrument.symbol,
    quantity,
    action,
  };
}

function fillJson(fill: FillRow): JsonObject {
  return {
    'ext-group-fill-id': '0',
    'ext-exec-id': fill.execId,
    'fill-id': fill.fillId,
    quantity: fill.quantity,
    'fill-price': decimal(fill.price),
    'filled-at': instant(fill.at),
    'destination-venue': fill.venue,
  };
}

/** The future itself for a future and its options; the share or index for the rest. */
export function underlyingSymbol(instrument: Instrument): string {
  if (instrument.kind === 'future') return instrument.symbol;
  return instrument.kind === 'future_option' ? instrument.future : instrument.underlying;
}

function isCancellable(order: Order): boolean {
  const { status } = order;
  return status === 'Live' || status === 'Received' || status === 'Contingent';
}

function isEditable(order: Order): boolean {
  return order.status === 'Live' || (order.status === 'Received' && order.isParked);
}
