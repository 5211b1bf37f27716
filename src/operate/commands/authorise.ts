/**
 * Whether somebody may give a command where they are.
 *
 * Rule  a person, in a listed channel of a purpose the command is for, with a permission it asks
 *       for; by immutable ids alone. Whatever is not positively allowed is refused. In a channel
 *       nobody listed nothing is answered: a stranger learns nothing there.
 */
import type { Author, Permission, Platform } from '#alerts/model.ts';
import type { Purpose } from './parts.ts';
import type { Command } from './table.ts';

export interface Asker {
  readonly platform: Platform;
  /** The platform's immutable user id. */
  readonly id: string;
  readonly kind: Author['kind'];
  readonly permissions: ReadonlySet<Permission>;
  readonly channelId: string;
  /** `null`: the channel is not listed. */
  readonly purpose: Purpose | null;
}

export type Authorisation =
  | { readonly kind: 'allowed' }
  | {
      readonly kind: 'refused';
      readonly code: 'not_a_person' | 'channel_not_listed' | 'wrong_channel' | 'not_permitted';
      /** What to answer; `null`: nothing. */
      readonly text: string | null;
    };

const ALLOWED: Authorisation = { kind: 'allowed' };

export function authorise(
  { name, permissions, purposes }: Pick<Command, 'name' | 'permissions' | 'purposes'>,
  asker: Asker,
): Authorisation {
  const { purpose } = asker;
  if (asker.kind !== 'person') return refused('not_a_person', null);
  if (purpose === null) return refused('channel_not_listed', null);
  // In a room full of readers a stranger is not even told that there is something to refuse.
  if (purpose === 'alerts' && asker.permissions.size === 0) return refused('not_permitted', null);
  if (permissions !== null && !permissions.some((one) => asker.permissions.has(one))) {
    return refused('not_permitted', `“${name}” takes the permission to ${anyOf(permissions)}.`);
  }
  if (!purposes.includes(purpose)) {
    return refused('wrong_channel', `“${name}” is taken in channels for ${anyOf(purposes)}.`);
  }
  return ALLOWED;
}

/** `platform:user id`, as every record names people. */
export function actorOf({ platform, id }: Pick<Asker, 'platform' | 'id'>): string {
  return `${platform}:${id}`;
}

function refused(
  code: Extract<Authorisation, { kind: 'refused' }>['code'],
  text: string | null,
): Authorisation {
  return { kind: 'refused', code, text };
}

function anyOf(words: readonly string[]): string {
  return words.length < 2
    ? words.join('')
    : `${words.slice(0, -1).join(', ')} or ${words.at(-1) ?? ''}`;
}
