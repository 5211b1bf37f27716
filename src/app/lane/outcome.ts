/** What was decided on one message, and its two readers: the record and whoever asked. */
import type { ChatMessage, ParsedAlert, Reading, Repair, Verdict } from '#alerts/model.ts';
import type { MessageKey, TradeId } from '#kernel/ids.ts';
import type { EpochMs } from '#kernel/time.ts';
import type { Quote } from '#market/quote.ts';
import type { AlertAnswer, IntendedOrder } from '#operate/ports.ts';
import type { DeskRecord } from '#orders/model.ts';
import {
  type AccountFigures,
  type BookFigures,
  type ClosePlan,
  type EntryPlan,
  type GateResult,
  recordedGates,
  type Sizing,
} from '#risk/model.ts';

export interface Outcome {
  readonly verdict: Verdict;
  readonly code: string;
  readonly detail: string;
  readonly alert: ParsedAlert | null;
  readonly spans: Reading['spans'];
  readonly economicKey: string | null;
  readonly repairs: readonly Repair[];
  readonly candidates: readonly string[];
  readonly gates: readonly GateResult[];
  readonly sizing: Sizing | null;
  readonly orders: readonly IntendedOrder[];
  readonly tradeId: TradeId | null;
}

/** The reading as it stands, before anything else has judged it. */
export function outcomeOf({ verdict, code, detail, alert, spans }: Reading): Outcome {
  return {
    verdict,
    code,
    detail,
    alert,
    spans,
    economicKey: null,
    repairs: [],
    candidates: [],
    gates: [],
    sizing: null,
    orders: [],
    tradeId: null,
  };
}

export function decidedRecord(message: ChatMessage, outcome: Outcome): DeskRecord {
  const { verdict, code, detail, alert, spans, economicKey, repairs, candidates } = outcome;
  const { postedAt } = message;
  return {
    ...context(message),
    ...(outcome.tradeId !== null && { trade: outcome.tradeId }),
    kind: 'alert.decided',
    body: { verdict, code, detail, alert, spans, economicKey, postedAt, repairs, candidates },
  };
}

export interface Judged {
  readonly kind: 'approved' | 'refused' | 'held';
  readonly code: string;
  readonly gates: readonly GateResult[];
  readonly sizing: Sizing | null;
  readonly quote: Quote | null;
  readonly account: AccountFigures | null;
  readonly book: BookFigures;
}

/** `of`: the message that was judged, or the trade an operator acts on. */
export function riskRecord(
  of: { readonly message: MessageKey } | { readonly trade: TradeId },
  judged: Judged,
): DeskRecord {
  const { kind: outcome, gates, ...body } = judged;
  const decided = { outcome, ...body, gates: recordedGates(gates) };
  return { ...of, actor: 'engine', kind: 'risk.decided', body: decided };
}

export function previewRecord(
  message: ChatMessage,
  plans: { readonly plan: EntryPlan | null; readonly close: ClosePlan | null },
  at: EpochMs,
): DeskRecord {
  return { ...context(message), kind: 'preview.made', body: { ...plans, at } };
}

export function answerOf(message: ChatMessage, outcome: Outcome, environment: string): AlertAnswer {
  const { economicKey: _, ...told } = outcome;
  return { message: message.key, ...told, environment };
}

function context(message: ChatMessage) {
  return { actor: 'engine', message: message.key } as const;
}
