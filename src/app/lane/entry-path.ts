/**
 * An instruction to open: market facts, then, in one synchronous turn, contract, repetition, risk,
 * record.
 *
 * Rule  between the facts and the record nothing is awaited, so two alerts cannot both be first.
 */
import { type ContractCheck, checkContract } from '#alerts/contract/check.ts';
import { suggestionsFrom } from '#alerts/contract/second-look.ts';
import { economicKey } from '#alerts/duplicates.ts';
import type { ParsedAlert } from '#alerts/model.ts';
import { tradeId } from '#kernel/ids.ts';
import { type EpochMs, plus } from '#kernel/time.ts';
import type { Instrument } from '#market/instrument.ts';
import { newYorkDate } from '#market/session.ts';
import type { AlertAnswer } from '#operate/ports.ts';
import { approveEntry } from '#risk/approve.ts';
import { armingState } from '#risk/arming.ts';
import { describeRefusal } from '#risk/describe.ts';
import type { EntryDecision, EntryFacts, EntryRequest, GateName } from '#risk/model.ts';
import { policyFor } from '#risk/settings.ts';
import { entryOrders } from './intended-orders.ts';
import type { Case, LaneContext } from './lane-context.ts';
import { lookUp } from './market-facts.ts';
import { decidedRecord, type Outcome, outcomeOf, previewRecord, riskRecord } from './outcome.ts';

const RECONCILED_WAIT_MS = 5_000;

export interface EntryAttempt {
  /** Gates an operator has let through; none on the first attempt. */
  readonly released: readonly GateName[];
  readonly validUntil: EpochMs;
}

/** A refused message that comes near to an instruction: refused, with what may be meant. */
export function suggest(lane: LaneContext, given: Case, near: ParsedAlert): Promise<AlertAnswer> {
  return withContract(lane, near, (check) => {
    const outcome = outcomeOf(given.reading);
    const detail = check.kind === 'refused' ? check.detail : outcome.detail;
    const today = newYorkDate(lane.deps.desk.now());
    const repairs = suggestionsFrom(near, check, today);
    return lane.conclude(given, { ...outcome, detail, repairs });
  });
}

export const EDITED = {
  code: 'message_edited',
  detail: 'the message was edited while it was held: post it anew',
} as const;

export async function takeEntry(
  lane: LaneContext,
  given: Case & { readonly alert: ParsedAlert },
  attempt: EntryAttempt,
): Promise<AlertAnswer> {
  const { desk } = lane.deps;
  // Moments after a start the broker has not been asked yet: an alert that is young enough waits.
  await desk.reconciled(Math.min(RECONCILED_WAIT_MS, attempt.validUntil - desk.now()));
  return withContract(lane, given.alert, (check) => {
    if (check.kind === 'ok') return judge(lane, given, check.instrument, attempt);
    const { code, detail, repairs } = check;
    const outcome = outcomeOf(given.reading);
    return lane.conclude(given, { ...outcome, verdict: 'refused', code, detail, repairs });
  });
}

/** Does the work with the contract as the market lists and quotes it now. */
async function withContract(
  lane: LaneContext,
  alert: ParsedAlert,
  work: (check: ContractCheck) => Promise<AlertAnswer>,
): Promise<AlertAnswer> {
  const { desk, instruments, clock } = lane.deps;
  const { instrument: found, listing } = await lookUp(alert, instruments, clock);
  const contract = found.ok ? found.value : null;
  const underlying = listing?.underlying ?? null;
  const wanted = [contract, underlying].filter((instrument) => instrument !== null);
  const latest = (of: Instrument | null) =>
    of === null ? null : desk.deps.quotes.latest(of.symbol);
  return lane.withQuotes(wanted, () =>
    work(
      checkContract({
        alert,
        found,
        listing,
        quote: latest(contract),
        underlyingQuote: latest(underlying),
        now: desk.now(),
      }),
    ),
  );
}

function judge(
  lane: LaneContext,
  given: Case & { readonly alert: ParsedAlert },
  instrument: Instrument,
  attempt: EntryAttempt,
): Promise<AlertAnswer> {
  const { message, alert, reading, admitted } = given;
  if (lane.isWithdrawn(message.key)) return lane.concludeWithdrawn(given);
  // Whoever lets it through was shown other words than its author's last.
  if (attempt.released.length > 0 && lane.held.isEdited(message.key)) {
    return lane.conclude(given, { ...outcomeOf(reading), verdict: 'refused', ...EDITED });
  }
  if (!lane.isStillPermitted(given)) {
    const code = 'author_not_allowed';
    const detail = `${admitted.author} lost the permission before this was acted on`;
    return lane.conclude(given, { ...outcomeOf(reading), verdict: 'refused', code, detail });
  }
  const key = economicKey(lane.deps.settings.account, alert.action, instrument.symbol);
  const repeats = lane.repeats(message, alert.action, instrument, key);
  if (repeats !== null) {
    const { code, detail } = repeats;
    return lane.conclude(given, { ...outcomeOf(reading), verdict: 'refused', code, detail });
  }
  const facts = factsOf(lane, given, instrument, attempt);
  if (facts === null) {
    const code = 'account_not_current';
    const detail = 'the broker has not stated a balance yet';
    return lane.conclude(given, { ...outcomeOf(reading), verdict: 'refused', code, detail });
  }
  const { settings } = lane.deps;
  const request = requestOf(lane, given, attempt);
  const decision = approveEntry(request, facts, policyFor(settings.risk, admitted.channel));
  return act(lane, given, { decision, facts, key });
}

interface Judgement {
  readonly decision: EntryDecision;
  readonly facts: EntryFacts;
  readonly key: string;
}

function act(lane: LaneContext, given: Case, judgement: Judgement): Promise<AlertAnswer> {
  const { message, reading, dryRun } = given;
  const { decision, facts, key } = judgement;
  const { kind, gates, sizing } = decision;
  const code = decision.kind === 'approved' ? 'approved' : decision.code;
  const { quote, account, book } = facts;
  const risk = riskRecord(
    { message: message.key },
    { kind, code, gates, sizing, quote, account, book },
  );
  const outcome: Outcome = { ...outcomeOf(reading), gates, sizing };
  if (decision.kind !== 'approved') {
    const detail = describeRefusal(gates) ?? outcome.detail;
    return lane.conclude(given, { ...outcome, verdict: 'refused', code, detail }, [risk]);
  }
  const { plan } = decision;
  const orders = entryOrders(plan);
  if (dryRun) {
    const made = previewRecord(message, { plan, close: null }, lane.deps.desk.now());
    return lane.conclude(given, { ...outcome, orders }, [risk, made]);
  }
  const opened: Outcome = { ...outcome, orders, economicKey: key, tradeId: plan.tradeId };
  const appended = lane.deps.desk.open(plan, [decidedRecord(message, opened), risk]);
  return lane.answer(given, opened, lane.remembered(appended).durable);
}

function factsOf(
  lane: LaneContext,
  { alert, admitted }: Case & { readonly alert: ParsedAlert },
  instrument: Instrument,
  { validUntil }: EntryAttempt,
): EntryFacts | null {
  const { desk } = lane.deps;
  const account = desk.account.figures();
  if (account === null) return null;
  return {
    now: desk.now(),
    validUntil,
    killState: desk.book.killState,
    arming: armingState(lane.deps.settings.environment, desk.book.armed, desk.now()),
    alert,
    instrument,
    quote: desk.deps.quotes.latest(instrument.symbol),
    account,
    book: lane.figures(admitted.author, instrument),
  };
}

function requestOf(
  lane: LaneContext,
  { message, admitted, dryRun }: Case,
  { released }: EntryAttempt,
): EntryRequest {
  const { author, channel, settings: room } = admitted;
  return {
    tradeId: tradeId(message.key),
    message: message.key,
    author,
    channel,
    environment: lane.deps.settings.environment,
    dryRun,
    allowed: { actions: room.actions, assets: room.parser.assets },
    released,
  };
}

/** Until when an alert may be acted on, by its own time of posting. */
export function ageLimit(lane: LaneContext, { message }: Case): EpochMs {
  return plus(message.postedAt, lane.deps.settings.alerts.ageMsMax);
}
