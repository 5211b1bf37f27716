/** Changes of who may do what, each in force and on record before it is answered. */
import type { Permission } from '#alerts/model.ts';
import type { CommandDesk } from '#operate/commands/desk.ts';
import type { ActOutcome } from '#operate/ports.ts';
import type { Desk } from '#orders/desk.ts';
import type { AllowList } from './allow-list.ts';

/** First words of an act on record that came of reading the configuration again. */
export const RELOADED = 'configuration read again';

export interface AllowListParts {
  readonly desk: Desk;
  readonly allowList: AllowList;
}

export function allowListActs(
  parts: AllowListParts,
): Omit<NonNullable<CommandDesk['allowList']>, 'reload'> {
  return {
    show: () => parts.allowList.lines(),
    add: (who, permission, actor) => change(parts, { who, permission, to: 'granted' }, actor),
    remove: (who, permission, actor) => change(parts, { who, permission, to: 'withdrawn' }, actor),
  };
}

interface Change {
  readonly who: string;
  readonly permission: Permission;
  readonly to: 'granted' | 'withdrawn';
}

const ROLE = 'is a role: it is changed in the file; take a permission from the person';

async function change(
  { desk, allowList }: AllowListParts,
  { who, permission, to }: Change,
  actor: string,
): Promise<ActOutcome> {
  const isRole = Object.hasOwn(allowList.settings().roles, who);
  if (isRole) return { kind: 'refused', code: 'is_a_role', detail: `${who} ${ROLE}` };
  const before = heldBy(allowList, who);
  const body = { who, permission, to, at: desk.now() };
  const reason = `before: ${before}`;
  const appended = desk.record(
    [
      {
        kind: 'operator.acted',
        body: { act: `${who}: ${permission} ${to}`, reason, at: body.at },
        actor,
      },
      { kind: 'allow_list.changed', body, actor },
    ],
    'sync',
  );
  // In force before it is answered, and before the next message is looked at.
  for (const record of appended.records) allowList.take(record);
  if (to === 'withdrawn' && (permission === 'alert' || permission === 'trade')) {
    endUnsent(desk, who, actor);
  }
  await appended.durable;
  return { kind: 'done', detail: `${who}: ${before} → ${heldBy(allowList, who)}` };
}

function heldBy(allowList: AllowList, who: string): string {
  return allowList.settings().people[who]?.permissions.join(', ') || 'nothing';
}

/** What somebody asked for who may no longer, and which has not reached the broker (F17). */
export function endUnsent(desk: Desk, who: string, actor: string): void {
  for (const { id, plan, orders } of desk.book.open()) {
    const isSent = orders.some(({ orderId }) => orderId !== null);
    if (plan.author === who && !isSent) desk.endEntry(id, 'operator', actor);
  }
}
