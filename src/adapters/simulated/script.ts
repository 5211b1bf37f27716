/**
 * A test's hold on the simulated broker: what a call answers, what becomes of an order, which
 * notifications arrive, which queries fail. Without rules the broker behaves.
 *
 * The first rule that applies decides a call, and is used up after `times` calls.
 */
import type { ClientOrderId, OrderId } from '#kernel/ids.ts';
import type {
  BrokerOrder,
  NotSentReason,
  OrderTicket,
  QueryFault,
  Rejection,
} from '#orders/ports.ts';
import { BY_MARKET, type OrderPlan } from './venue/plan.ts';

/** One call as it reaches the broker; a replace or cancel carries what it is about. */
export interface Call {
  readonly kind: 'place' | 'replace' | 'cancel';
  /** Of the order placed, of the replacement, or of the order to be cancelled. */
  readonly clientOrderId: ClientOrderId | null;
  /** The order to be replaced or cancelled. */
  readonly orderId: OrderId | null;
  /** What is placed; on a replace with the new terms. `null` about an unknown order. */
  readonly ticket: Omit<OrderTicket, 'clientOrderId'> | null;
}

/** How a call is answered when not at once and truly. */
export type AnswerFault =
  /** Done, and the answer lost; or a server's error after so long instead of silence. */
  | { readonly kind: 'ambiguous_with_effect'; readonly failsAfterMs?: number }
  | { readonly kind: 'ambiguous_without_effect'; readonly failsAfterMs?: number }
  /** Answered as lost, and done this long after the call. */
  | { readonly kind: 'ambiguous_late'; readonly afterMs: number }
  /** `isDone`: the venue turned it away and took it all the same. */
  | { readonly kind: 'not_sent'; readonly reason: NotSentReason; readonly isDone?: true }
  | { readonly kind: 'rejected'; readonly rejection: Rejection }
  /** True, but this much later than usual. */
  | { readonly kind: 'slow'; readonly byMs: number };

export interface CallRule {
  readonly on: Call['kind'] | 'any';
  /** Every call of that kind when absent. */
  readonly when?: (call: Call) => boolean;
  /** 1 when absent; `Infinity` for ever. */
  readonly times?: number;
  readonly answer?: AnswerFault;
  /** Of the order placed, or of the replacement: that does not inherit the original's. */
  readonly plan?: OrderPlan;
}

export interface NoticeRule {
  readonly when?: (order: BrokerOrder) => boolean;
  readonly times?: number;
  /** `swap` holds one back until the next has been delivered. */
  readonly delivery: Delivery;
}

export type Delivery =
  | { readonly kind: 'drop' }
  | { readonly kind: 'double' }
  | { readonly kind: 'swap' }
  | { readonly kind: 'delay'; readonly byMs: number };

export const QUERIES = ['orders', 'order', 'client_id', 'positions', 'balances'] as const;
export type Query = (typeof QUERIES)[number];

export interface QueryRule {
  /** Every query when absent. */
  readonly on?: readonly Query[];
  readonly times?: number;
  readonly fault: QueryFault;
}

export interface CallCourse {
  readonly answer: AnswerFault | null;
  readonly plan: OrderPlan;
}

/** The part tests hold. Each returns how to take the rule back. */
export interface BrokerScript {
  onCall(rule: CallRule): () => void;
  onNotice(rule: NoticeRule): () => void;
  onQuery(rule: QueryRule): () => void;
}

/** The part the broker asks. */
export interface ScriptReader {
  courseOf(call: Call): CallCourse;
  deliveryOf(order: BrokerOrder): Delivery | null;
  faultOf(query: Query): QueryFault | null;
}

interface Held<Rule> {
  readonly rule: Rule;
  left: number;
}

const USUAL: CallCourse = { answer: null, plan: BY_MARKET };

export function createScript(): BrokerScript & ScriptReader {
  const calls: Held<CallRule>[] = [];
  const notices: Held<NoticeRule>[] = [];
  const queries: Held<QueryRule>[] = [];
  return {
    onCall: (rule) => hold(calls, rule),
    onNotice: (rule) => hold(notices, rule),
    onQuery: (rule) => hold(queries, rule),
    courseOf(call) {
      if (calls.length === 0) return USUAL;
      const rule = use(
        calls,
        ({ on, when }) => (on === 'any' || on === call.kind) && (when?.(call) ?? true),
      );
      return { answer: rule?.answer ?? null, plan: rule?.plan ?? BY_MARKET };
    },
    deliveryOf(order) {
      return use(notices, ({ when }) => when?.(order) ?? true)?.delivery ?? null;
    },
    faultOf(query) {
      return use(queries, ({ on }) => on?.includes(query) ?? true)?.fault ?? null;
    },
  };
}

function hold<Rule extends { readonly times?: number }>(
  rules: Held<Rule>[],
  rule: Rule,
): () => void {
  const held = { rule, left: rule.times ?? 1 };
  rules.push(held);
  return () => remove(rules, held);
}

function use<Rule>(rules: Held<Rule>[], applies: (rule: Rule) => boolean): Rule | null {
  const held = rules.find(({ rule }) => applies(rule));
  if (held === undefined) return null;
  held.left -= 1;
  if (held.left <= 0) remove(rules, held);
  return held.rule;
}

function remove<Rule>(rules: Held<Rule>[], held: Held<Rule>): void {
  const at = rules.indexOf(held);
  if (at >= 0) rules.splice(at, 1);
}
