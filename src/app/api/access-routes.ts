/** Who may do what, over HTTP: keys, operators, the allow-list of chats. */
import { admitAs, permissionsOf } from '#alerts/admission.ts';
import { createIntakeMemory } from '#alerts/duplicates.ts';
import { PERMISSIONS } from '#alerts/model.ts';
import { messageKey } from '#kernel/ids.ts';
import { formatInstant } from '#kernel/time.ts';
import { ACCESS_ROUTES } from '#operate/api/access.ts';
import type { AllowListView, KeyView, OperatorView } from '#operate/api/answers.ts';
import { bind, done, no, ok } from '#operate/api/bind.ts';
import type { KeyRecord, OperatorRecord } from '#operate/model.ts';
import type { BoundRoute, KeyStore, OperatorStore } from '#operate/ports.ts';
import type { Desk } from '#orders/desk.ts';
import { createKey } from '../access.ts';
import { noteAct } from '../act-note.ts';
import type { AllowList } from '../chat/allow-list.ts';
import { allowListActs } from '../chat/allow-list-acts.ts';
import { actorOfOperator } from '../people/logins.ts';
import { hashPassword, newPassword } from '../people/passwords.ts';

export interface AccessParts {
  readonly desk: Desk;
  readonly keys: KeyStore;
  /** Id of the admin's key that the configuration gives; `null` without one. */
  readonly givenKey: string | null;
  readonly operators: OperatorStore;
  readonly allowList: AllowList;
  /** Sessions of a caller that are open now. */
  readonly sessionsOf: (caller: string) => number;
}

export function accessRoutes(parts: AccessParts): readonly BoundRoute[] {
  return [...keyRoutes(parts), ...operatorRoutes(parts), ...allowListRoutes(parts)];
}

function keyRoutes({ desk, keys, givenKey }: AccessParts): readonly BoundRoute[] {
  const given = givenKey === null ? [] : [givenKeyView(givenKey)];
  return [
    bind(ACCESS_ROUTES.keys, () => ok({ items: [...given, ...keys.list().map(keyView)] })),
    bind(ACCESS_ROUTES.createKey, async ({ body: { role, note }, actor }) => {
      await noteAct(desk, `make a key for the role ${role}`, { actor, reason: note });
      const { key, record } = createKey(keys, { role, now: desk.now(), note });
      await noteAct(desk, `made key ${record.id}`, { actor, reason: note });
      const view = keyView(record);
      return ok({ ...view, key }, { ...view, key: null });
    }),
    bind(ACCESS_ROUTES.revokeKey, async ({ params: { id }, body: { reason }, actor }) => {
      await noteAct(desk, `revoke key ${id}`, { actor, reason });
      return keys.remove(id)
        ? ok({ done: true, detail: `key ${id} opens nothing any more` })
        : no('not_found', 'there is no such key in the key file');
    }),
  ];
}

function operatorRoutes({ desk, operators, sessionsOf }: AccessParts): readonly BoundRoute[] {
  const shown = (record: OperatorRecord): OperatorView => ({
    name: record.name,
    role: record.role,
    createdAt: formatInstant(record.createdAt),
    totp: record.totp !== null,
    sessions: sessionsOf(actorOfOperator(record.name)),
  });
  return [
    bind(ACCESS_ROUTES.operators, () => ok({ items: operators.list().map(shown) })),
    bind(ACCESS_ROUTES.addOperator, async ({ body: { name, role, password, reason }, actor }) => {
      await noteAct(desk, `add operator ${name} as ${role}`, { actor, reason });
      const made = password ?? newPassword();
      const digest = await hashPassword(made);
      // Nothing is waited for between looking and keeping: another change may be under way.
      if (operators.find(name) !== null)
        return no('refused', `there is an operator ${name} already`);
      const record = {
        ...{ name, role, totp: null, recovery: [], createdAt: desk.now() },
        password: digest,
      };
      operators.put(record);
      const view = shown(record);
      const told = password === undefined ? made : null;
      return ok({ ...view, password: told }, { ...view, password: null });
    }),
    bind(ACCESS_ROUTES.changeOperator, async ({ params: { name }, body, actor }) => {
      const { role, password, totp, reason } = body;
      const what = [
        ...(role === undefined ? [] : [`role ${role}`]),
        ...(password === undefined ? [] : ['a new password']),
        ...(totp === undefined ? [] : ['no second factor']),
      ].join(', ');
      await noteAct(desk, `change operator ${name}: ${what}`, { actor, reason });
      const digest = password === undefined ? null : await hashPassword(password);
      const found = operators.find(name);
      if (found === null) return no('not_found', `there is no operator ${name}`);
      const changed = {
        ...found,
        ...(role !== undefined && { role }),
        ...(digest !== null && { password: digest }),
        ...(totp !== undefined && { totp: null, recovery: [] }),
      };
      operators.put(changed);
      return ok(shown(changed));
    }),
    bind(ACCESS_ROUTES.removeOperator, async ({ params: { name }, body: { reason }, actor }) => {
      await noteAct(desk, `remove operator ${name}`, { actor, reason });
      return operators.remove(name)
        ? ok({ done: true, detail: `${name} is out; their sessions have ended` })
        : no('not_found', `there is no operator ${name}`);
    }),
  ];
}

function allowListRoutes(parts: AccessParts): readonly BoundRoute[] {
  const { desk, allowList } = parts;
  const acts = allowListActs(parts);
  return [
    bind(ACCESS_ROUTES.allowList, () => ok(allowListView(allowList))),
    bind(ACCESS_ROUTES.changeAllowList, async ({ body, actor }) => {
      const { who, permission, to, reason } = body;
      await noteAct(desk, `allow-list: ${who} ${permission} ${to}`, { actor, reason });
      const outcome =
        to === 'granted'
          ? await acts.add(who, permission, actor)
          : await acts.remove(who, permission, actor);
      return done(outcome, {});
    }),
    bind(ACCESS_ROUTES.verify, ({ body }) => {
      const { platform, user_id: id, channel_id: channelId, role_ids: roleIds } = body;
      const settings = allowList.settings();
      const author = { id, kind: 'person', displayName: id, roleIds } as const;
      const granted = permissionsOf({ platform, author }, settings);
      const place = `${platform}:${channelId ?? ''}`;
      const room = channelId === undefined ? undefined : settings.channels[place];
      const now = desk.now();
      const may = (intent: 'alert' | 'order'): boolean => {
        if (channelId === undefined) return false;
        const key = messageKey(platform, channelId, 'verify');
        const said = { key, platform, channelId, messageId: 'verify', author, text: '' };
        const message = {
          ...said,
          ...({ postedAt: now, receivedAt: now, relation: 'initial', dryRun: true } as const),
        };
        const memory = createIntakeMemory();
        return admitAs(intent, { message, settings, memory, now }).kind === 'admitted';
      };
      return ok({
        known: granted.size > 0,
        permissions: PERMISSIONS.filter((one) => granted.has(one)),
        channel: room === undefined ? null : { id: place, purpose: room.purpose },
        mayAlert: may('alert'),
        mayOrder: may('order'),
      });
    }),
  ];
}

function givenKeyView(id: string): KeyView {
  return { id, role: 'admin', createdAt: null, note: 'STRIKEWIRE_ADMIN_KEY', revocable: false };
}

function keyView({ id, role, createdAt, note }: KeyRecord): KeyView {
  return { id, role, createdAt: formatInstant(createdAt), note: note ?? '', revocable: true };
}

function allowListView(allowList: AllowList): AllowListView {
  const { people, roles, channels } = allowList.settings();
  const changed = new Set(allowList.save().changes.map(({ who }) => who));
  const row =
    (kind: 'person' | 'role') =>
    ([id, held]: [string, (typeof people)[string]]) => ({
      ...{ id, kind, name: held.name, permissions: held.permissions },
      changed: changed.has(id),
    });
  return {
    people: [
      ...Object.entries(people).map(row('person')),
      ...Object.entries(roles).map(row('role')),
    ],
    channels: Object.entries(channels).map(([id, { name, purpose, dryRun }]) => ({
      ...{ id, name, purpose, dryRun },
    })),
  };
}
