/** What the venue's answer to a mutation says of the order it was about; pure. */
import { z } from 'zod';
import type { OrderId } from '#kernel/ids.ts';
import { err, ok, type Result } from '#kernel/result.ts';
import type { BrokerOrder, MutationOutcome, OrderTicket, ReplaceRequest } from '#orders/ports.ts';
import type { Verdict } from './http/judge.ts';
import { decodeOrder } from './wire/order.ts';

/** `data.order` of a placement; `data` itself of an edit and a cancel. */
const WRAPPED = z.object({ order: z.unknown().refine((order) => order !== undefined) });

export function placed(verdict: Verdict, ticket: OrderTicket): MutationOutcome {
  return answered('place', verdict, (order) => {
    const { clientOrderId } = ticket;
    const isOurs = order.clientOrderId === null || order.clientOrderId === clientOrderId;
    const isIt =
      order.symbol === ticket.instrument.symbol &&
      order.side === ticket.side &&
      order.quantity === ticket.quantity;
    return isOurs && isIt ? ok({ ...order, clientOrderId }) : err('the answer is of another order');
  });
}

/** The venue makes a new order of an edit, and need not echo the id we gave it. */
export function replaced(verdict: Verdict, request: ReplaceRequest): MutationOutcome {
  const { orderId, clientOrderId } = request;
  return answered('replace', verdict, (order) =>
    order.orderId === orderId
      ? err('the answer is of the original')
      : ok({ ...order, clientOrderId }),
  );
}

export function cancelled(verdict: Verdict, orderId: OrderId): MutationOutcome {
  const outcome = answered('cancel', verdict, (order) =>
    order.orderId === orderId ? ok(order) : err('the answer is of another order'),
  );
  return outcome;
}

/** The order as it came with the answer, for what has to be remembered of it. */
export function rawOrder(verdict: Verdict): unknown {
  if (verdict.kind !== 'done') return null;
  const { data } = verdict.body;
  const wrapped = WRAPPED.safeParse(data);
  return wrapped.success ? wrapped.data.order : data;
}

function answered(
  name: string,
  verdict: Verdict,
  check: (order: BrokerOrder) => Result<BrokerOrder, string>,
): MutationOutcome {
  if (verdict.kind !== 'done') return verdict;
  const ambiguous = (why: string): MutationOutcome => ({
    kind: 'ambiguous',
    detail: `${name}: taken, but ${why}`,
  });
  const decoded = decodeOrder(rawOrder(verdict));
  if (!decoded.ok) return ambiguous(`it cannot be read: ${decoded.error.detail}`);
  const checked = check(decoded.value);
  if (!checked.ok) return ambiguous(checked.error);
  const order = checked.value;
  const isRefused = order.status === 'rejected' && order.remaining === order.quantity;
  if (!isRefused || name === 'cancel') return { kind: 'acked', order };
  const message = order.rejectReason ?? 'the broker rejected it without a reason';
  return { kind: 'rejected', rejection: { code: 'rejected_by_broker', message } };
}
