/**
 * Whether the record is complete: every step names what it rests on, every question its answer.
 *
 * The hash chain proves that nothing was changed or removed; this finds what was never written.
 * A record that is still being written has open questions at its end, and they are gaps too.
 */
import type { ClientOrderId, MessageKey, TradeId } from '#kernel/ids.ts';
import type { OrderIntent } from '#orders/model.ts';
import type { ByKind, EntryOf, Kind } from './by-kind.ts';
import type { DeskEntry } from './model.ts';

export type AuditGapKind =
  | 'sequence'
  | 'message_missing'
  | 'decision_missing'
  | 'risk_missing'
  | 'opening_missing'
  | 'intent_missing'
  | 'answer_missing'
  | 'resolution_missing';

export interface AuditGap {
  readonly kind: AuditGapKind;
  /** The record that shows it. */
  readonly seq: number;
  /** What is missing, naming the thing. */
  readonly what: string;
}

interface Question {
  readonly seq: number;
  readonly op: OrderIntent['op'];
  readonly cid: ClientOrderId;
}

interface Ledger {
  readonly received: Map<MessageKey, number>;
  readonly decided: Set<MessageKey>;
  /** Sequence numbers of approvals. */
  readonly approved: Set<number>;
  readonly opened: Set<TradeId>;
  readonly intended: Set<ClientOrderId>;
  /** Intents not answered yet, by what was asked for which order. */
  readonly unanswered: Map<string, Question>;
  /** Sequence number of the doubt, by order whose fate nobody has told yet. */
  readonly unresolved: Map<ClientOrderId, number>;
  /** Orders the broker has shown: whatever answer is lost later, that they arrived is known. */
  readonly shown: Set<ClientOrderId>;
  readonly gaps: AuditGap[];
}

/** Everything missing, in the order in which it shows. An empty list: the record is complete. */
export function auditGaps(records: Iterable<DeskEntry>): readonly AuditGap[] {
  const ledger: Ledger = {
    received: new Map(),
    decided: new Set(),
    approved: new Set(),
    opened: new Set(),
    intended: new Set(),
    unanswered: new Map(),
    unresolved: new Map(),
    shown: new Set(),
    gaps: [],
  };
  let last: number | null = null;
  for (const entry of records) {
    if (last !== null && entry.seq !== last + 1) {
      report(ledger, 'sequence', entry.seq, `expected record ${last + 1}, was ${entry.seq}`);
    }
    last = entry.seq;
    check(entry, ledger);
  }
  reportOpen(ledger);
  return ledger.gaps;
}

const CHECKS: Partial<ByKind<Kind, Ledger, void>> = {
  'message.received': ({ seq, body }, { received }) => {
    if (!received.has(body.message.key)) received.set(body.message.key, seq);
  },
  'alert.decided': ({ seq, message }, ledger) => {
    if (message === undefined || !ledger.received.has(message)) {
      report(ledger, 'message_missing', seq, `no message ${message ?? ''} before its decision`);
    } else ledger.decided.add(message);
  },
  'risk.decided': ({ seq, body }, { approved }) => {
    if (body.outcome === 'approved') approved.add(seq);
  },
  'trade.opened': ({ seq, body: { plan, risk } }, ledger) => {
    ledger.opened.add(plan.tradeId);
    if (!ledger.approved.has(risk)) {
      report(ledger, 'risk_missing', seq, `${plan.tradeId} names no approval, was record ${risk}`);
    }
    if (!ledger.received.has(plan.message)) {
      report(ledger, 'message_missing', seq, `no message ${plan.message} before ${plan.tradeId}`);
    }
  },
  'order.intended': intended,
  'order.answered': answered,
  'order.seen': ({ seq, body: { sighting } }, ledger) => {
    needIntent(ledger, seq, sighting.cid);
    ledger.shown.add(sighting.cid);
    ledger.unresolved.delete(sighting.cid);
  },
  'order.ended': ({ seq, body: { cid } }, ledger) => {
    needIntent(ledger, seq, cid);
    ledger.unresolved.delete(cid);
  },
  'run.started': ({ seq }, ledger) => {
    // Unanswered when the run before stopped: now only the broker's own list can tell.
    for (const { op, cid } of ledger.unanswered.values()) {
      if (op !== 'cancel' && !ledger.shown.has(cid)) ledger.unresolved.set(cid, seq);
    }
    ledger.unanswered.clear();
  },
};

function check<K extends Kind>(entry: EntryOf<K>, ledger: Ledger): void {
  CHECKS[entry.kind]?.(entry, ledger);
}

function intended({ seq, trade, body }: EntryOf<'order.intended'>, ledger: Ledger): void {
  const { op, cid } = body.intent;
  if (trade === undefined || !ledger.opened.has(trade)) {
    report(ledger, 'opening_missing', seq, `no trade ${trade ?? ''} before its order ${cid}`);
  }
  if (op === 'cancel') needIntent(ledger, seq, cid);
  else ledger.intended.add(cid);
  ledger.unanswered.set(`${op} ${cid}`, { seq, op, cid });
}

function answered({ seq, body }: EntryOf<'order.answered'>, ledger: Ledger): void {
  const { op, cid, answer } = body;
  needIntent(ledger, seq, cid);
  ledger.unanswered.delete(`${op} ${cid}`);
  if (op === 'cancel') return;
  if (answer.kind !== 'ambiguous') ledger.unresolved.delete(cid);
  else if (!ledger.shown.has(cid)) ledger.unresolved.set(cid, seq);
}

function needIntent(ledger: Ledger, seq: number, cid: ClientOrderId): void {
  if (ledger.intended.has(cid)) return;
  report(ledger, 'intent_missing', seq, `order ${cid} was never intended on record`);
}

function reportOpen(ledger: Ledger): void {
  for (const [key, seq] of ledger.received) {
    if (ledger.decided.has(key)) continue;
    report(ledger, 'decision_missing', seq, `message ${key} was never decided`);
  }
  for (const { seq, op, cid } of ledger.unanswered.values()) {
    report(ledger, 'answer_missing', seq, `the ${op} of ${cid} has no answer`);
  }
  for (const [cid, seq] of ledger.unresolved) {
    report(ledger, 'resolution_missing', seq, `nobody has told what became of ${cid}`);
  }
}

function report(ledger: Ledger, kind: AuditGapKind, seq: number, what: string): void {
  ledger.gaps.push({ kind, seq, what });
}
