/**
 * An instruction to close: by contract ("STC UBER 78P …") or by context ("out half").
 *
 * It closes what the same author opened through this desk and nothing else. While nothing has
 * filled yet there is nothing to sell: the entry is taken back instead.
 */

import type { OpenTrade } from '#alerts/context-exit.ts';
import { type ExitTarget, resolveContextExit, resolveNamedExit } from '#alerts/context-exit.ts';
import { economicKey } from '#alerts/duplicates.ts';
import type { AlertAnswer } from '#operate/ports.ts';
import type { Trade } from '#orders/model.ts';
import { approveClose } from '#risk/approve.ts';
import { describeRefusal } from '#risk/describe.ts';
import type { CloseDecision, CloseFacts } from '#risk/model.ts';
import { policyFor } from '#risk/settings.ts';
import { enteringTradesOf, openTradesOf, sellable } from './desk-trades.ts';
import { closeOrders } from './intended-orders.ts';
import type { Case, LaneContext } from './lane-context.ts';
import { awaitQuotes } from './market-facts.ts';
import { decidedRecord, type Outcome, outcomeOf, previewRecord, riskRecord } from './outcome.ts';

export async function takeExit(lane: LaneContext, given: Case): Promise<AlertAnswer> {
  const { reading, admitted } = given;
  const { desk, clock, settings } = lane.deps;
  if (reading.alert?.action === 'BTC' || !admitted.settings.actions.includes('STC')) {
    const code = 'action_not_allowed';
    const detail = 'this desk closes long positions only, where the channel allows it';
    return lane.conclude(given, { ...outcomeOf(reading), verdict: 'refused', code, detail });
  }
  const first = targetOf(given, lane, openTradesOf(desk.book));
  const sought = first.kind === 'resolved' ? desk.book.trade(first.tradeId) : null;
  if (sought !== null) {
    await awaitQuotes([sought.plan.instrument], desk.deps.quotes, clock, settings.quoteWaitMs);
  }
  // From here to the record nothing is awaited; what was found before the wait is found again.
  const target = targetOf(given, lane, openTradesOf(desk.book));
  const trade = target.kind === 'resolved' ? desk.book.trade(target.tradeId) : null;
  if (target.kind === 'refused') return withoutPosition(lane, given, target);
  return trade === null
    ? lane.conclude(given, { ...outcomeOf(reading), verdict: 'refused' })
    : close(lane, given, trade, target.quantity);
}

function targetOf(
  { reading, admitted }: Case,
  lane: LaneContext,
  open: readonly OpenTrade[],
): ExitTarget {
  const { partialExit } = lane.deps.settings.alerts;
  const portfolio = { author: admitted.author, open, partialExit };
  if (reading.alert !== null) return resolveNamedExit(reading.alert, portfolio);
  const exit = reading.contextExit ?? { symbol: null, partial: false, fraction: null, price: null };
  return resolveContextExit(exit, portfolio);
}

function withoutPosition(
  lane: LaneContext,
  given: Case,
  refused: Extract<ExitTarget, { readonly kind: 'refused' }>,
): Promise<AlertAnswer> {
  const { desk } = lane.deps;
  const entering = targetOf(given, lane, enteringTradesOf(desk.book));
  const { code, detail, candidates } = refused;
  const outcome = outcomeOf(given.reading);
  if (code !== 'no_position' || entering.kind !== 'resolved') {
    return lane.conclude(given, { ...outcome, verdict: 'refused', code, detail, candidates });
  }
  const taken = {
    ...outcome,
    code: 'entry_taken_back',
    detail: 'nothing has filled yet: the entry is taken back',
    tradeId: entering.tradeId,
  };
  const answer = lane.conclude(given, taken);
  if (!given.dryRun) desk.endEntry(entering.tradeId, 'author_exit', given.admitted.author);
  return answer;
}

function close(
  lane: LaneContext,
  given: Case,
  trade: Trade,
  quantity: number,
): Promise<AlertAnswer> {
  const { message, reading, admitted } = given;
  const { instrument } = trade.plan;
  const key = economicKey(lane.deps.settings.account, 'STC', instrument.symbol);
  const repeats = lane.repeats(message, 'STC', instrument, key);
  const outcome: Outcome = { ...outcomeOf(reading), tradeId: trade.id };
  if (repeats !== null) {
    const { code, detail } = repeats;
    return lane.conclude(given, { ...outcome, verdict: 'refused', code, detail });
  }
  const facts = factsOf(lane, trade);
  const request = {
    tradeId: trade.id,
    message: message.key,
    by: 'author',
    environment: lane.deps.settings.environment,
    quantity,
    scope: quantity >= facts.openQuantity ? 'all' : 'part',
  } as const;
  const policy = policyFor(lane.deps.settings.risk, admitted.channel);
  return act(lane, given, trade, { decision: approveClose(request, facts, policy), facts, key });
}

interface Judgement {
  readonly decision: CloseDecision;
  readonly facts: CloseFacts;
  readonly key: string;
}

function act(
  lane: LaneContext,
  given: Case,
  trade: Trade,
  { decision, facts, key }: Judgement,
): Promise<AlertAnswer> {
  const { message, reading, admitted, dryRun } = given;
  const { desk } = lane.deps;
  const { kind, gates } = decision;
  const code = decision.kind === 'approved' ? 'approved' : decision.code;
  const account = desk.account.figures();
  const book = lane.figures(admitted.author, trade.plan.instrument);
  const judged = { kind, code, gates, sizing: null, quote: facts.quote, account, book } as const;
  const risk = riskRecord(message, judged);
  const outcome: Outcome = { ...outcomeOf(reading), gates, tradeId: trade.id };
  if (decision.kind !== 'approved') {
    const detail = describeRefusal(gates) ?? reading.detail;
    return lane.conclude(given, { ...outcome, verdict: 'refused', code, detail }, [risk]);
  }
  const { plan } = decision;
  const orders = closeOrders(plan, trade.plan.instrument);
  if (dryRun) {
    const made = previewRecord(message, { plan: null, close: plan }, desk.now());
    return lane.conclude(given, { ...outcome, orders }, [risk, made]);
  }
  const closing: Outcome = { ...outcome, verdict: 'exit', orders, economicKey: key };
  const by = { actor: admitted.author, why: 'author_exit' };
  const appended = desk.requestClose(plan, by, [decidedRecord(message, closing), risk]);
  return lane.answer(given, closing, lane.remembered(appended).durable);
}

function factsOf(lane: LaneContext, trade: Trade): CloseFacts {
  const { desk } = lane.deps;
  return {
    now: desk.now(),
    killState: desk.book.killState,
    instrument: trade.plan.instrument,
    quote: desk.deps.quotes.latest(trade.plan.instrument.symbol),
    openQuantity: sellable(trade),
  };
}
