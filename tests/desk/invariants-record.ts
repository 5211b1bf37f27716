/** S6, S8, S10, S12 and S14: what the record says before, during and after everything. */
import type { ClientOrderId, OrderId } from '#kernel/ids.ts';
import { endOf } from '#orders/core/order-life.ts';
import { gateResults } from '#risk/model.ts';
import { type Evidence, partsOf } from './evidence.ts';
import type { Check } from './invariants.ts';

export const RECORD_INVARIANTS: Readonly<Record<string, Check>> = {
  'S6 every intent is on record before its effect': intents,
  'S8 what has ended stays ended, and fills never fall': monotone,
  'S10 every order rests on an approval with its inputs': approvals,
  'S12 a kill state stops what it forbids': killed,
  'S14 the record has no gap in its sequence': ({ records }) =>
    records.flatMap(({ seq }, at) => (seq === at + 1 ? [] : [`record ${at + 1} is ${seq}`])),
};

function intents({ of, ledger, orders }: Evidence): readonly string[] {
  const recorded = of('order.intended').map(({ wall, body: { intent } }) => ({ wall, intent }));
  const used = new Map<string, number>();
  const cids = new Map(orders.map(({ order, cid }) => [order.orderId, cid]));
  return ledger.mutations.flatMap(({ kind, clientOrderId, target, at }) => {
    const op = kind === 'place' ? 'submit' : kind;
    const name = nameOf(op, clientOrderId, target, cids);
    if (name === null) return [];
    const nth = used.get(`${op} ${name}`) ?? 0;
    used.set(`${op} ${name}`, nth + 1);
    const matching = recorded.filter(
      ({ intent, wall }) => intent.op === op && intent.cid === name && wall <= at,
    );
    return matching.length > nth ? [] : [`${op} of ${name} has no intent before it`];
  });
}

function nameOf(
  op: string,
  clientOrderId: ClientOrderId | null,
  target: OrderId | null,
  cids: ReadonlyMap<OrderId, ClientOrderId>,
): ClientOrderId | null {
  if (op !== 'cancel') {
    return clientOrderId !== null && partsOf(clientOrderId) !== null ? clientOrderId : null;
  }
  return target === null ? null : (cids.get(target) ?? null);
}

function monotone({ of }: Evidence): readonly string[] {
  const filled = new Map<string, number>();
  const ended = new Set<string>();
  return of('order.seen').flatMap(({ seq, body: { sighting } }) => {
    const broken: string[] = [];
    const { cid, status } = sighting;
    const news = sighting.fills.length > 0 || sighting.filled > (filled.get(cid) ?? 0);
    if (ended.has(cid) && !news) broken.push(`${cid} was over before record ${seq}`);
    filled.set(cid, Math.max(filled.get(cid) ?? 0, sighting.filled));
    if (endOf(status) !== null) ended.add(cid);
    return broken;
  });
}

function approvals({ of, trades }: Evidence): readonly string[] {
  const decisions = of('risk.decided');
  const opened = trades.flatMap(({ id, risk }) => {
    const decision = decisions.find(({ seq }) => seq === risk)?.body;
    if (decision?.outcome !== 'approved') return [`${id} names no approval`];
    const isWhole =
      decision.account !== null &&
      decision.sizing !== null &&
      gateResults(decision.gates).every(({ outcome }) => outcome === 'pass');
    return isWhole ? [] : [`the approval of ${id} lacks its inputs`];
  });
  const closed = of('close.requested').flatMap(({ seq, trade, body: { plan } }) => {
    const isApproved = decisions.some(
      (decision) =>
        decision.seq < seq &&
        decision.body.outcome === 'approved' &&
        (plan.message === null ? decision.trade === trade : decision.message === plan.message),
    );
    return isApproved ? [] : [`close ${seq} names no approval`];
  });
  return [...opened, ...closed];
}

function killed({ records }: Evidence): readonly string[] {
  let state = 'ACTIVE';
  const broken: string[] = [];
  for (const record of records) {
    if (record.kind === 'kill_state.changed') state = record.body.to;
    if (record.kind !== 'order.intended' || record.body.intent.op === 'cancel') continue;
    const { cid } = record.body.intent;
    const role = partsOf(cid)?.role;
    const forbidden =
      state === 'HALT' ||
      (state !== 'ACTIVE' && role === 'entry') ||
      (state === 'FLATTEN' && role === 'exit');
    if (forbidden) broken.push(`${cid} was intended in ${state}`);
  }
  return broken;
}
