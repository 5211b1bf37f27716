/** Counts durable records, and answers over HTTP. */
import type { Answered } from '#adapters/http/desk.ts';
import type { Recorded } from '#events/record.ts';
import type { MessageKey } from '#kernel/ids.ts';
import type { DeskRecord, OrderIntent } from '#orders/model.ts';
import { gateResults } from '#risk/model.ts';
import type { Meters } from './meters.ts';

const PENDING_MAX = 10_000;

export function createCounting(meters: Meters): (record: Recorded<DeskRecord>) => void {
  const receivedAt = new Map<MessageKey, { readonly run: string; readonly mono: number }>();
  const asked = new Set<string>();

  function remember(record: Recorded<DeskRecord>): void {
    if (record.message === undefined) return;
    if (receivedAt.size >= PENDING_MAX)
      receivedAt.delete(receivedAt.keys().next().value ?? record.message);
    receivedAt.set(record.message, { run: record.run, mono: record.mono });
  }

  function observeOrder(record: Recorded<DeskRecord>): void {
    if (record.message === undefined) return;
    const received = receivedAt.get(record.message);
    receivedAt.delete(record.message);
    // The monotonic clocks of two runs have nothing to do with each other.
    if (received?.run === record.run) {
      meters.alertToOrder.observe(Math.max(0, record.mono - received.mono) / 1_000);
    }
  }

  /** The same of the same order once more: what went before did not arrive, or had no effect. */
  function countRetry({ op, cid }: OrderIntent): void {
    const request = `${op} ${cid}`;
    if (asked.has(request)) meters.retries.inc({ op });
    const [oldest] = asked;
    if (asked.size >= PENDING_MAX && oldest !== undefined) asked.delete(oldest);
    asked.add(request);
  }

  return (record) => {
    meters.records.inc({ kind: record.kind });
    if (record.kind === 'message.received') remember(record);
    if (record.kind === 'order.intended') {
      observeOrder(record);
      countRetry(record.body.intent);
    }
    countDecisions(meters, record);
    countOrders(meters, record);
    countTrades(meters, record);
    countUpkeep(meters, record);
  };
}

function countDecisions(meters: Meters, { kind, body }: Recorded<DeskRecord>): void {
  if (kind === 'message.received') meters.messages.inc({ platform: body.message.platform });
  if (kind === 'alert.decided') {
    meters.verdicts.inc({ verdict: body.verdict });
    if (body.verdict === 'refused') meters.refusals.inc({ code: body.code });
  }
  if (kind === 'risk.decided') {
    meters.risk.inc({ outcome: body.outcome, code: body.code });
    for (const { gate, outcome } of gateResults(body.gates)) meters.gates.inc({ gate, outcome });
  }
}

function countOrders(meters: Meters, { kind, body }: Recorded<DeskRecord>): void {
  if (kind === 'order.intended') {
    const { intent } = body;
    meters.orders.inc({ op: intent.op, role: intent.op === 'submit' ? intent.role : 'working' });
  }
  if (kind === 'order.answered') meters.answers.inc({ op: body.op, kind: body.answer.kind });
  if (kind === 'order.seen') {
    meters.fills.inc(body.sighting.fills.length);
    meters.contracts.inc(body.sighting.fills.reduce((sum, fill) => sum + fill.quantity, 0));
  }
}

function countTrades(meters: Meters, { kind, body }: Recorded<DeskRecord>): void {
  if (kind === 'trade.opened') meters.trades.inc();
  if (kind === 'trade.ended') meters.ended.inc({ reason: body.reason });
  if (kind === 'entry.stepped') meters.steps.inc({ of: 'entry' });
  if (kind === 'close.stepped') meters.steps.inc({ of: 'close' });
  if (kind === 'entry.converted') meters.converted.inc();
  if (kind === 'entry.ended') meters.entries.inc({ reason: body.reason });
}

function countUpkeep(meters: Meters, { kind, body }: Recorded<DeskRecord>): void {
  if (kind === 'incident.raised') meters.incidents.inc({ code: body.code });
  if (kind === 'reconcile.passed') meters.reconciles.inc({ outcome: 'passed' });
  if (kind === 'reconcile.differed') meters.reconciles.inc({ outcome: 'differed' });
  if (kind === 'snapshot.taken') meters.snapshots.inc({ outcome: 'taken' });
  if (kind === 'snapshot.refused') meters.snapshots.inc({ outcome: 'refused' });
  if (kind === 'notice.delivered') {
    meters.notices.inc({ outcome: body.postId === undefined ? 'given_up' : 'delivered' });
  }
}

const LOGIN = 'POST /api/v1/session';

/** `code`: of the problem document; there are as many as docs/http.md lists. */
export function countAnswer(
  meters: Meters,
  { method, route, status, code }: Pick<Answered, 'method' | 'route' | 'status' | 'code'>,
): void {
  meters.requests.inc({ route, status: String(status) });
  if (code !== null) meters.refused.inc({ code });
  if (`${method} ${route}` === LOGIN) {
    meters.logins.inc({ outcome: status < 400 ? 'accepted' : 'refused' });
  }
}
