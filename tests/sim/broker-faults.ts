/**
 * The hostile broker: what each call answers, what becomes of each order, which notifications
 * arrive and which queries fail, decided by the seed.
 */
import type {
  AnswerFault,
  Call,
  CallCourse,
  Delivery,
  Query,
  ScriptReader,
} from '#adapters/simulated/script.ts';
import type { OrderPlan, PlannedFill } from '#adapters/simulated/venue/plan.ts';
import type { ClientOrderId } from '#kernel/ids.ts';
import { quantity } from '#kernel/quantity.ts';
import type { InstrumentSymbol } from '#market/instrument.ts';
import type { BrokerOrder, NotSentReason, QueryFault } from '#orders/ports.ts';
import type { FaultBook, MessageFault } from './faults.ts';
import { hashOf } from './faults.ts';
import type { SeedPlan } from './seed-plan.ts';

export interface BrokerFaultsParts {
  readonly seed: number;
  readonly plan: SeedPlan;
  readonly faults: FaultBook;
  /** Told of each call whose outcome its sender will not learn. */
  readonly onAmbiguous: () => void;
  /** What the account holds of it. */
  readonly heldOf: (symbol: InstrumentSymbol) => number;
  /** Told of each order that will come when the desk has given it up. */
  readonly onOverdue: (cid: ClientOrderId) => void;
}

/** A request executes late, but well within the quarantine less what lists lag. */
const LATE_MS_MAX = 2_000;
const REJECTION = { code: 'sim_refused', message: 'Refused by the simulation.' };

export class BrokerFaults implements ScriptReader {
  readonly #parts: BrokerFaultsParts;
  /** The order stream loses everything. */
  isSilent = false;
  /** Queries that are not answered. */
  readonly down = new Set<Query>();
  /** Orders turned away and taken all the same: nobody hears of them at first. */
  readonly #hushed = new Set<ClientOrderId>();
  readonly #calls = new Map<string, number>();
  readonly #queries = new Map<Query, number>();

  constructor(parts: BrokerFaultsParts) {
    this.#parts = parts;
  }

  courseOf(call: Call): CallCourse {
    const about = `${call.kind} ${nameOf(call.clientOrderId)}`;
    const nth = this.#calls.get(about) ?? 0;
    this.#calls.set(about, nth + 1);
    const key = `${about} ${nth}`;
    const overdue = this.#overdue(call, key);
    const answer = overdue ?? this.#answerTo(call.kind, key);
    if (answer?.kind.startsWith('ambiguous')) this.#parts.onAmbiguous();
    const isDone = answer?.kind === 'not_sent' && answer.isDone === true;
    if (isDone && call.clientOrderId !== null) this.#hushed.add(call.clientOrderId);
    // What comes after all and fills at once needs nobody to take it back.
    const plan = overdue === null ? this.#planOf(call, key) : ({ fills: 'never' } as const);
    return { answer, plan };
  }

  deliveryOf(order: BrokerOrder): Delivery | null {
    const { faults } = this.#parts;
    if (this.isSilent) {
      if (!faults.isQuiet) faults.messageFaults += 1;
      return { kind: 'drop' };
    }
    const { clientOrderId, orderId, status, remaining, fills } = order;
    const isHushed = clientOrderId !== null && this.#hushed.has(clientOrderId);
    if (isHushed && BEGINNINGS.has(status)) return { kind: 'drop' };
    const name = clientOrderId === null ? orderId : nameOf(clientOrderId);
    const key = `${name} ${status} ${remaining} ${fills.length}`;
    if (faults.strike('notice_lost', key) !== null) return { kind: 'drop' };
    if (faults.strike('notice_doubled', key) !== null) return { kind: 'double' };
    if (faults.strike('notice_swapped', key) !== null) return { kind: 'swap' };
    const late = faults.strike('notice_late', key);
    return late === null ? null : { kind: 'delay', byMs: 1 + Math.round(late * 1_500) };
  }

  faultOf(query: Query): QueryFault | null {
    const nth = (this.#queries.get(query) ?? 0) + 1;
    this.#queries.set(query, nth);
    if (this.down.has(query)) return { kind: 'unreachable', detail: 'by the simulation' };
    const failed = this.#parts.faults.strike('query_failed', `${query} ${nth}`);
    if (failed === null) return null;
    const kind = QUERY_FAULTS[Math.floor(failed * QUERY_FAULTS.length)] ?? 'unreachable';
    return { kind, detail: 'by the simulation' };
  }

  #overdue({ kind, clientOrderId, ticket }: Call, key: string): AnswerFault | null {
    const { faults, plan, onOverdue } = this.#parts;
    if (kind !== 'place' || clientOrderId === null) return null;
    const isSell = ticket?.side === 'sell';
    // Beside the one sent in its place there must be enough, or the venue refuses it.
    if (isSell && 2 * ticket.quantity > this.#parts.heldOf(ticket.instrument.symbol)) return null;
    const drawn = faults.strike(isSell ? 'sold_after_all' : 'executed_after_all', key);
    if (drawn === null) return null;
    onOverdue(clientOrderId);
    const { quarantineMs } = plan.settings.orders;
    return { kind: 'ambiguous_late', afterMs: Math.round(2 * quarantineMs + drawn * 3_000) };
  }

  #answerTo(kind: Call['kind'], key: string): AnswerFault | null {
    const strike = (fault: MessageFault): number | null => this.#parts.faults.strike(fault, key);
    if (strike('response_lost') !== null) return { kind: 'ambiguous_with_effect' };
    if (strike('request_lost') !== null) return { kind: 'ambiguous_without_effect' };
    const late = strike('late_execution');
    if (late !== null) return { kind: 'ambiguous_late', afterMs: Math.round(late * LATE_MS_MAX) };
    const before = strike('server_error_before');
    if (before !== null) {
      return { kind: 'ambiguous_without_effect', failsAfterMs: 5 + Math.round(before * 300) };
    }
    const after = strike('server_error_after');
    if (after !== null) {
      return { kind: 'ambiguous_with_effect', failsAfterMs: 5 + Math.round(after * 300) };
    }
    if (kind !== 'cancel' && strike('throttled_and_done') !== null) {
      return { kind: 'not_sent', reason: 'throttled', isDone: true };
    }
    if (kind !== 'cancel' && strike('unauthorized_and_done') !== null) {
      return { kind: 'not_sent', reason: 'unauthorized', isDone: true };
    }
    const reason = NOT_SENT.find((each) => strike(each) !== null);
    if (reason !== undefined) return { kind: 'not_sent', reason };
    // A refusal of a cancel that could be made is none: the broker refuses what is over.
    if (kind !== 'cancel' && strike('refused') !== null) {
      return { kind: 'rejected', rejection: REJECTION };
    }
    const slow = strike('slow_answer');
    return slow === null ? null : { kind: 'slow', byMs: 1 + Math.round(slow * 2_500) };
  }

  #planOf(call: Call, key: string): OrderPlan {
    if (call.kind === 'cancel') return {};
    const { faults, seed, plan } = this.#parts;
    const rejected = faults.strike('rejected_later', key);
    const ignored = faults.strike('cancel_ignored', key);
    const during = faults.strike('fill_during_cancel', key);
    const between = faults.strike('fill_during_replace', key);
    const lag = faults.strike('fill_rows_late', key);
    const count = call.ticket?.quantity ?? 1;
    const some = (share: number) => quantity(1 + Math.floor(share * count));
    return {
      fills: fillsOf(hashOf(seed, 'fills', key), call, plan),
      ...(rejected !== null && {
        rejectLater: { afterMs: Math.round(rejected * 900), reason: 'by the simulation' },
      }),
      ...(ignored !== null && { cancelsIgnored: 1 + Math.floor(ignored * 2) }),
      ...(during !== null && { fillDuringCancel: some(during) }),
      ...(between !== null && { fillDuringReplace: some(between) }),
      ...(faults.strike('original_cancelled', key) !== null && {
        abortedOriginal: 'cancelled' as const,
      }),
      ...(lag !== null && { fillRowsLagMs: 20 + Math.round(lag * 2_500) }),
    };
  }
}

const BEGINNINGS: ReadonlySet<string> = new Set(['received', 'routed', 'working']);
const NOT_SENT = [
  'unreachable',
  'unauthorized',
  'throttled',
] as const satisfies readonly (NotSentReason & MessageFault)[];
/** In a busy market: of the window of an entry, and how long an exit rests. */
const QUICK_SHARE = 0.25;
const QUICK_EXIT_MS = 1_500;
const QUERY_FAULTS = ['unreachable', 'malformed', 'throttled', 'unauthorized'] as const;

/** The trade and the place of an order in it, whichever run sent it. */
function nameOf(cid: ClientOrderId | null): string {
  if (cid === null) return 'none';
  const parts = cid.split('.');
  return `${parts[2] ?? ''}.${parts[3] ?? ''}`;
}

/** The market's part: never, by the quotes, or in pieces. */
function fillsOf(
  hash: number,
  { clientOrderId, ticket }: Call,
  { settings, fillsQuickly }: SeedPlan,
): NonNullable<OrderPlan['fills']> {
  const role = nameOf(clientOrderId).split('.')[1]?.charAt(0);
  const drawn = (hash & 0xff) / 256;
  const { windowMs } = settings.risk.entry;
  if (fillsQuickly && drawn > 0.04) {
    const withinMs = role === 'E' ? windowMs * QUICK_SHARE : QUICK_EXIT_MS;
    return pieces(hash, ticket?.quantity ?? 1, withinMs);
  }
  if (role === 'X') return drawn < 0.5 ? pieces(hash, ticket?.quantity ?? 1, 6_000) : 'by_market';
  if (role === 'C') return drawn < 0.3 ? pieces(hash, ticket?.quantity ?? 1, 1_500) : 'by_market';
  if (drawn < 0.06) return 'never';
  if (drawn < 0.35) return 'by_market';
  return pieces(hash, ticket?.quantity ?? 1, windowMs, false);
}

/** In one or two pieces; what of an entry is left then stays so now and again. */
function pieces(
  hash: number,
  count: number,
  withinMs: number,
  isWhole = true,
): readonly PlannedFill[] {
  const first = 1 + (((hash >>> 8) & 0xff) % count);
  const afterMs = Math.round((((hash >>> 16) & 0xff) / 256) * withinMs * 0.7);
  const head = { afterMs, quantity: quantity(first) };
  const rest = count - first;
  const isAll = isWhole || ((hash >>> 24) & 3) > 0;
  if (rest === 0 || !isAll) return [head];
  const later = afterMs + Math.round((((hash >>> 26) & 0x3f) / 64) * withinMs * 0.5);
  return [head, { afterMs: later, quantity: quantity(rest) }];
}
