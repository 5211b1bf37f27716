/**
 * Kill states: what each permits, and who may change them.
 *
 * | state       | entries | steps | closing orders         | cancels |
 * |-------------|---------|-------|------------------------|---------|
 * | ACTIVE      | yes     | yes   | yes                    | yes     |
 * | PAUSE       | no      | no    | yes                    | yes     |
 * | REDUCE_ONLY | no      | no    | yes                    | yes     |
 * | HALT        | no      | no    | none new, resting stay | yes     |
 * | FLATTEN     | no      | no    | confirmed by operator  | yes     |
 *
 * Invariants
 * 1. Raising is never harder than one act by anyone who may operate, or by the desk itself.
 * 2. Lowering takes an admin, a reason and a clean reconciliation; the desk itself never lowers.
 * 3. A state that does not permit entries has the working ones cancelled.
 */
import type { Permission } from '#alerts/model.ts';
import { formatPercent, shareOf } from '#kernel/percent.ts';
import { formatMoney } from '#kernel/price.ts';
import { err, ok, type Result } from '#kernel/result.ts';
import { type AccountFigures, type BookFigures, KILL_STATES, type KillState } from './model.ts';
import type { Limits } from './settings.ts';

export interface Permits {
  readonly entries: boolean;
  readonly steps: boolean;
  /** `confirmed`: only those an operator asked for one by one or by flattening. */
  readonly closes: 'all' | 'confirmed' | 'none';
  readonly cancels: true;
}

const PERMITS: Readonly<Record<KillState, Permits>> = {
  ACTIVE: { entries: true, steps: true, closes: 'all', cancels: true },
  PAUSE: { entries: false, steps: false, closes: 'all', cancels: true },
  REDUCE_ONLY: { entries: false, steps: false, closes: 'all', cancels: true },
  HALT: { entries: false, steps: false, closes: 'none', cancels: true },
  FLATTEN: { entries: false, steps: false, closes: 'confirmed', cancels: true },
};

export function permits(state: KillState): Permits {
  return PERMITS[state];
}

export type KillActor =
  | { readonly kind: 'desk' }
  | { readonly kind: 'person'; readonly permissions: readonly Permission[] };

export interface KillChange {
  readonly from: KillState;
  readonly to: KillState;
  readonly reason: string;
}

export type KillRefusal =
  | 'unchanged'
  | 'not_permitted'
  | 'needs_admin'
  | 'needs_reason'
  | 'not_reconciled';

export interface KillRequest extends KillChange {
  readonly by: KillActor;
  /** The desk has compared itself with the broker and found no difference. */
  readonly reconciled: boolean;
}

/** FLATTEN sends orders, so raising to it asks for the permission to trade. */
export function changeKillState(request: KillRequest): Result<KillChange, KillRefusal> {
  const { from, to, by, reconciled } = request;
  const reason = request.reason.trim();
  if (from === to) return err('unchanged');
  const raises = severity(to) > severity(from);
  if (by.kind === 'desk') {
    return raises && to !== 'FLATTEN' ? ok({ from, to, reason }) : err('not_permitted');
  }
  const holds = (permission: Permission) => by.permissions.includes(permission);
  if (raises) {
    const able = holds('trade') || holds('admin') || (to !== 'FLATTEN' && holds('operate'));
    return able ? ok({ from, to, reason }) : err('not_permitted');
  }
  if (!holds('admin')) return err('needs_admin');
  if (reason === '') return err('needs_reason');
  return reconciled ? ok({ from, to, reason }) : err('not_reconciled');
}

function severity(state: KillState): number {
  return KILL_STATES.indexOf(state);
}

type Watched = Pick<
  BookFigures,
  'dayResult' | 'rejectsInARow' | 'unresolvedOrders' | 'oldestUnresolvedMs'
>;

/** The state the figures call for by themselves, or `null`; never below the one in force. */
export function killStateCalledFor(
  inForce: KillState,
  book: Watched,
  account: Pick<AccountFigures, 'initialBuyingPower'>,
  limits: Limits,
): KillChange | null {
  const called = callFor(book, account, limits);
  if (called === null || severity(called.to) <= severity(inForce)) return null;
  return { from: inForce, ...called };
}

function callFor(
  book: Watched,
  account: Pick<AccountFigures, 'initialBuyingPower'>,
  limits: Limits,
): Omit<KillChange, 'from'> | null {
  const lossMax = shareOf(account.initialBuyingPower, limits.dailyLossMax);
  if (book.dayResult < 0n && -book.dayResult >= lossMax) {
    const lost = `result of the day ${formatMoney(book.dayResult)}`;
    const limit = `${formatPercent(limits.dailyLossMax)} of the initial buying power`;
    return { to: 'REDUCE_ONLY', reason: `${lost}, limit ${formatMoney(lossMax)} (${limit})` };
  }
  if (book.rejectsInARow >= limits.rejectsInARowMax) {
    return { to: 'PAUSE', reason: `${book.rejectsInARow} orders rejected in a row` };
  }
  if (book.unresolvedOrders >= limits.unresolvedMax) {
    return { to: 'PAUSE', reason: `${book.unresolvedOrders} orders unresolved` };
  }
  if (book.unresolvedOrders > 0 && book.oldestUnresolvedMs > limits.unresolvedAgeMsMax) {
    return { to: 'PAUSE', reason: `an order unresolved for ${book.oldestUnresolvedMs} ms` };
  }
  return null;
}
