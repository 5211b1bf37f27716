/**
 * Gates on closing (part of) an open trade. Few on purpose: what reduces risk must not be kept from
 * happening by a limit on taking it.
 */
import { marketTime } from '#market/market-time.ts';
import { isCovered, isOpen, tradeDate } from '#market/session.ts';
import { permits } from '../kill-state.ts';
import type { CloseFacts, CloseRequest } from '../model.ts';
import type { Limits } from '../settings.ts';
import { keepsNoHours } from './contract.ts';
import { type Judgement, pass, refuse } from './gate.ts';
import { quoteFault } from './quote.ts';

export function closeStateGate({ by }: CloseRequest, { killState }: CloseFacts): Judgement {
  const allowed = permits(killState).closes;
  const passes = allowed === 'all' || (allowed === 'confirmed' && by === 'operator');
  const detail = `kill state ${killState}, asked for by ${by}`;
  return passes ? pass(detail) : refuse('exits_stopped', detail);
}

export function closeHoursGate(
  { environment }: CloseRequest,
  { instrument, now }: CloseFacts,
  limits: Limits,
): Judgement {
  if (keepsNoHours(limits, environment)) return pass('hours are not kept (limits.hours: any)');
  const day = tradeDate(instrument.session, now);
  if (!isCovered(day)) return refuse('cannot_evaluate', `no calendar for ${day}`);
  const at = marketTime(now);
  return isOpen(instrument.session, now)
    ? pass(`open at ${at}`)
    : refuse('market_closed', `closed at ${at}`);
}

export function closeQuoteGate(
  { environment }: CloseRequest,
  facts: CloseFacts,
  limits: Limits,
): Judgement {
  const fault = quoteFault(facts, limits);
  if (fault !== null) return refuse(fault.code, fault.detail);
  return facts.quote?.delayed && environment !== 'simulated'
    ? refuse('quote_delayed', `a delayed quote, in environment ${environment}`)
    : pass('the quote is sound and fresh');
}

/** The position can never be over-sold. */
export function closeSizeGate({ quantity }: CloseRequest, { openQuantity }: CloseFacts): Judgement {
  const detail = `${quantity} of ${openQuantity} open`;
  if (!Number.isSafeInteger(quantity) || quantity < 1) return refuse('no_quantity', detail);
  return quantity <= openQuantity ? pass(detail) : refuse('over_position', detail);
}
