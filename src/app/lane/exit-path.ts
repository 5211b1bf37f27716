/**
 * An instruction to close: by contract ("STC UBER 78P …") or by context ("out half").
 *
 * It closes what the same author opened through this desk and nothing else. While nothing has
 * filled yet there is nothing to sell: the entry is taken back instead.
 */

import type { OpenTrade } from '#alerts/context-exit.ts';
import { type ExitTarget, resolveContextExit, resolveNamedExit } from '#alerts/context-exit.ts';
import { economicKey } from '#alerts/duplicates.ts';
import type { ContextExit } from '#alerts/model.ts';
import type { AlertAnswer } from '#operate/ports.ts';
import type { DeskRecord, Trade } from '#orders/model.ts';
import { approveClose } from '#risk/approve.ts';
import { describeRefusal } from '#risk/describe.ts';
import type { CloseDecision, CloseFacts } from '#risk/model.ts';
import { policyFor } from '#risk/settings.ts';
import { enteringTradesOf, openTradesOf, sellable } from './desk-trades.ts';
import { closeOrders } from './intended-orders.ts';
import type { Case, LaneContext } from './lane-context.ts';
import { decidedRecord, type Outcome, outcomeOf, previewRecord, riskRecord } from './outcome.ts';

export async function takeExit(lane: LaneContext, given: Case): Promise<AlertAnswer> {
  const { reading, admitted } = given;
  const { desk } = lane.deps;
  if (reading.alert?.action === 'BTC' || !admitted.settings.actions.includes('STC')) {
    const code = 'action_not_allowed';
    const detail = 'this desk closes long positions only, where the channel allows it';
    return lane.conclude(given, { ...outcomeOf(reading), verdict: 'refused', code, detail });
  }
  const first = sought(lane, given);
  const wanted = first === null ? [] : [first.trade.plan.instrument];
  return lane.withQuotes(wanted, () => {
    // From here to the record nothing is awaited; what was found before the wait is found again.
    if (lane.isWithdrawn(given.message.key)) return lane.concludeWithdrawn(given);
    const found = sought(lane, given);
    if (found?.isHeld) return close(lane, given, found);
    if (found !== null) return takeBack(lane, given, found);
    const target = targetOf(given, lane, openTradesOf(desk.book));
    const outcome: Outcome = { ...outcomeOf(reading), verdict: 'refused' };
    if (target.kind === 'resolved') return lane.conclude(given, outcome);
    const { code, detail, candidates } = target;
    return lane.conclude(given, { ...outcome, code, detail, candidates });
  });
}

interface Sought {
  readonly trade: Trade;
  readonly quantity: number;
  /** Else it is still being entered, and nothing of it is known to be held. */
  readonly isHeld: boolean;
}

/** The one trade the exit means, or `null`. */
function sought(lane: LaneContext, given: Case): Sought | null {
  const { book } = lane.deps.desk;
  const holding = targetOf(given, lane, openTradesOf(book));
  const isHeld = holding.kind === 'resolved' || holding.code !== 'no_position';
  const target = isHeld ? holding : targetOf(given, lane, enteringTradesOf(book));
  const trade = target.kind === 'resolved' ? book.trade(target.tradeId) : null;
  if (target.kind !== 'resolved' || trade === null) return null;
  return { trade, quantity: target.quantity, isHeld };
}

const UNNAMED_EXIT: ContextExit = {
  symbol: null,
  partial: false,
  fraction: null,
  quantity: null,
  price: null,
};

function targetOf(
  { reading, admitted }: Case,
  lane: LaneContext,
  open: readonly OpenTrade[],
): ExitTarget {
  const { partialExit } = lane.deps.settings.alerts;
  const portfolio = { author: admitted.author, open, partialExit };
  if (reading.alert !== null) return resolveNamedExit(reading.alert, portfolio);
  const exit = reading.contextExit ?? UNNAMED_EXIT;
  return resolveContextExit(exit, portfolio);
}

/**
 * Nothing has filled, as far as is known: the entry is taken back. An author who is all out also
 * has sold what fills meanwhile, or what has filled and is not listed yet.
 */
function takeBack(lane: LaneContext, given: Case, found: Sought): Promise<AlertAnswer> {
  const { reading, admitted, message, dryRun } = given;
  const { desk } = lane.deps;
  const { trade } = found;
  const taken: Outcome = {
    ...outcomeOf(reading),
    code: 'entry_taken_back',
    detail: 'nothing has filled yet: the entry is taken back',
    tradeId: trade.id,
  };
  if (dryRun) return lane.conclude(given, taken);
  const isPartial = reading.alert?.partial ?? reading.contextExit?.partial ?? false;
  const judged = isPartial ? null : judge(lane, given, { ...found, quantity: 1 });
  if (judged?.decision.kind === 'approved') {
    const closing: Outcome = { ...taken, verdict: 'exit', economicKey: judged.key };
    const before = [decidedRecord(message, closing), judged.risk];
    const by = { actor: admitted.author, why: 'author_exit' };
    const appended = desk.requestClose(judged.decision.plan, by, before);
    return lane.answer(given, closing, lane.remembered(appended).durable);
  }
  // First the act: should a crash cut off the decision, the message is decided again.
  desk.endEntry(trade.id, 'author_exit', admitted.author);
  return lane.conclude(given, taken);
}

function close(lane: LaneContext, given: Case, found: Sought): Promise<AlertAnswer> {
  const { message, reading, admitted, dryRun } = given;
  const { desk } = lane.deps;
  const { trade } = found;
  const { decision, risk, key } = judge(lane, given, found);
  const repeats = lane.repeats(message, 'STC', trade.plan.instrument, key);
  const { gates } = decision;
  const outcome: Outcome = { ...outcomeOf(reading), tradeId: trade.id };
  if (repeats !== null) {
    const { code, detail } = repeats;
    return lane.conclude(given, { ...outcome, verdict: 'refused', code, detail });
  }
  if (decision.kind !== 'approved') {
    const { code } = decision;
    const detail = describeRefusal(gates) ?? reading.detail;
    const refused: Outcome = { ...outcome, verdict: 'refused', code, detail, gates };
    return lane.conclude(given, refused, [risk]);
  }
  const { plan } = decision;
  const orders = closeOrders(plan, trade.plan.instrument);
  if (dryRun) {
    const made = previewRecord(message, { plan: null, close: plan }, desk.now());
    return lane.conclude(given, { ...outcome, gates, orders }, [risk, made]);
  }
  const closing: Outcome = { ...outcome, verdict: 'exit', gates, orders, economicKey: key };
  const by = { actor: admitted.author, why: 'author_exit' };
  const appended = desk.requestClose(plan, by, [decidedRecord(message, closing), risk]);
  return lane.answer(given, closing, lane.remembered(appended).durable);
}

interface Judgement {
  readonly decision: CloseDecision;
  readonly risk: DeskRecord;
  readonly key: string;
}

function judge(lane: LaneContext, given: Case, { trade, quantity, isHeld }: Sought): Judgement {
  const { message, admitted } = given;
  const { desk, settings } = lane.deps;
  const { instrument } = trade.plan;
  const facts: CloseFacts = {
    now: desk.now(),
    killState: desk.book.killState,
    instrument,
    quote: desk.deps.quotes.latest(instrument.symbol),
    openQuantity: isHeld ? sellable(trade) : quantity,
  };
  const request = {
    tradeId: trade.id,
    message: message.key,
    by: 'author',
    environment: settings.environment,
    quantity,
    scope: quantity >= facts.openQuantity ? 'all' : 'part',
  } as const;
  const decision = approveClose(request, facts, policyFor(settings.risk, admitted.channel));
  const risk = riskRecord(
    { message: message.key },
    {
      kind: decision.kind,
      code: decision.kind === 'approved' ? 'approved' : decision.code,
      gates: decision.gates,
      sizing: null,
      quote: facts.quote,
      account: desk.account.figures(),
      book: lane.figures(admitted.author, instrument),
    },
  );
  return { decision, risk, key: economicKey(settings.account, 'STC', instrument.symbol) };
}
