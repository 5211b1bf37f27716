/**
 * The one place where a plan is approved.
 *
 * In    everything the decision reads, as values: they go on record with it.
 * Out   an approved plan, a refusal, or a hold for an operator, always with every gate's result.
 * Rule  all gates run, in the order of `GATES`; one refusal refuses, one hold holds. A hold passes
 *       only when an operator has released that very gate. Nothing else casts to `Approved`.
 */

import type { Money, Price } from '#kernel/price.ts';
import { quantity } from '#kernel/quantity.ts';
import type { Instrument } from '#market/instrument.ts';
import { priceClose } from './close-price.ts';
import { unitCost } from './cost.ts';
import { priceEntry } from './entry-price.ts';
import {
  dailyLossGate,
  openPerInstrumentGate,
  openPerUnderlyingGate,
  openTradesGate,
  orderRateGate,
  reconciledGate,
  tradesPerAuthorGate,
  tradesPerDayGate,
  unresolvedGate,
} from './gates/book.ts';
import { closeHoursGate, closeQuoteGate, closeSizeGate, closeStateGate } from './gates/close.ts';
import { instrumentGate, sessionGate } from './gates/contract.ts';
import { type EntryCase, type Gate, resultOf } from './gates/gate.ts';
import {
  accountGate,
  allocationGate,
  buyingPowerGate,
  premiumOpenGate,
  premiumTradeGate,
  sizeGate,
} from './gates/money.ts';
import {
  actionGate,
  ageGate,
  armingGate,
  assetClassGate,
  killStateGate,
} from './gates/permission.ts';
import {
  collarGate,
  deviationGate,
  priceMinimumGate,
  quoteGate,
  spreadGate,
} from './gates/quote.ts';
import {
  type Approved,
  type CloseDecision,
  type CloseFacts,
  type ClosePlan,
  type CloseRequest,
  type EntryDecision,
  type EntryFacts,
  type EntryPlan,
  type EntryRequest,
  GATES,
  type GateName,
  type GateResult,
} from './model.ts';
import type { RiskPolicy } from './settings.ts';
import { sizeEntry } from './sizing.ts';

const ENTRY_GATES: Readonly<Record<GateName, Gate>> = {
  kill_state: killStateGate,
  arming: armingGate,
  age: ageGate,
  action: actionGate,
  asset_class: assetClassGate,
  instrument: instrumentGate,
  session: sessionGate,
  quote: quoteGate,
  spread: spreadGate,
  deviation: deviationGate,
  price_minimum: priceMinimumGate,
  collar: collarGate,
  account: accountGate,
  size: sizeGate,
  allocation: allocationGate,
  premium_trade: premiumTradeGate,
  premium_open: premiumOpenGate,
  open_trades: openTradesGate,
  open_per_underlying: openPerUnderlyingGate,
  open_per_instrument: openPerInstrumentGate,
  trades_per_day: tradesPerDayGate,
  trades_per_user_hour: tradesPerAuthorGate,
  order_rate: orderRateGate,
  buying_power: buyingPowerGate,
  daily_loss: dailyLossGate,
  unresolved: unresolvedGate,
  reconciled: reconciledGate,
};

export function approveEntry(
  request: EntryRequest,
  facts: EntryFacts,
  policy: RiskPolicy,
): EntryDecision {
  const entry = caseOf(request, facts, policy);
  const gates = GATES.map((gate) =>
    released(resultOf(gate, ENTRY_GATES[gate](entry)), request.released),
  );
  const sizing = entry.sizing.ok ? entry.sizing.value : null;
  const refused = gates.find((gate) => gate.outcome === 'refuse');
  if (refused !== undefined) return { kind: 'refused', code: refused.code, gates, sizing };
  const held = gates.find((gate) => gate.outcome === 'hold');
  if (held !== undefined) return { kind: 'held', code: held.code, gates, sizing };
  if (!entry.price.ok || sizing === null) {
    // The collar and size gates refuse without them; this keeps it true if one is ever changed.
    return { kind: 'refused', code: 'cannot_evaluate', gates, sizing };
  }
  const { tradeId, message, author, channel, environment, dryRun } = request;
  const plan: EntryPlan = {
    tradeId,
    message,
    author,
    channel,
    environment,
    dryRun,
    instrument: facts.instrument,
    quantity: sizing.quantity,
    limit: entry.price.value.limit,
    collar: entry.price.value.collar,
    alertPrice: facts.alert.price,
    marginEach: marginOf(facts.instrument, entry.price.value.collar, policy),
    entry: policy.entry,
    exit: policy.exit,
  };
  return { kind: 'approved', plan: plan as Approved<EntryPlan>, gates, sizing };
}

export function approveClose(
  request: CloseRequest,
  facts: CloseFacts,
  policy: RiskPolicy,
): CloseDecision {
  const gates: readonly GateResult[] = [
    resultOf('kill_state', closeStateGate(request, facts)),
    resultOf('session', closeHoursGate(request, facts, policy.limits)),
    resultOf('quote', closeQuoteGate(request, facts, policy.limits)),
    resultOf('size', closeSizeGate(request, facts)),
  ];
  const refused = gates.find((gate) => gate.outcome !== 'pass');
  if (refused !== undefined) return { kind: 'refused', code: refused.code, gates };
  if (facts.quote === null) return { kind: 'refused', code: 'no_quote', gates };
  const { limit, floor } = priceClose(facts.instrument, facts.quote);
  const plan: ClosePlan = {
    tradeId: request.tradeId,
    message: request.message,
    quantity: quantity(request.quantity),
    scope: request.scope,
    limit,
    floor,
    entry: policy.entry,
  };
  return { kind: 'approved', plan: plan as Approved<ClosePlan>, gates };
}

function caseOf(request: EntryRequest, facts: EntryFacts, policy: RiskPolicy): EntryCase {
  const { alert, instrument, account, book } = facts;
  const price = priceEntry(alert, instrument, facts.quote, policy.limits);
  const sizing = price.ok
    ? sizeEntry(
        {
          instrument,
          price: price.value,
          stated: alert.quantity,
          account,
          premiumOpen: book.premiumOpen,
        },
        policy,
      )
    : price;
  return {
    facts,
    policy,
    environment: request.environment,
    allowed: request.allowed,
    price,
    sizing,
  };
}

/** Shares and options are paid for; a future ties up its margin, whatever it is worth. */
function marginOf(instrument: Instrument, each: Price, policy: RiskPolicy): Money | null {
  if (instrument.kind !== 'future') return null;
  const cost = unitCost(instrument, each, policy);
  return cost.ok ? cost.value.committed : null;
}

function released(result: GateResult, gates: readonly GateName[]): GateResult {
  if (result.outcome !== 'hold' || !gates.includes(result.gate)) return result;
  const detail = `${result.detail}; let through by an operator`;
  return { gate: result.gate, outcome: 'pass', code: result.gate, detail };
}
