/**
 * Names and user groups of people. A name is shown and never compared; what is not known yet is
 * shown as the id. Groups count as roles, and one that cannot be read gives nobody anything.
 */
import { z } from 'zod';
import type { Cancel, Clock } from '#kernel/time.ts';
import type { PlatformProblem } from '#publish/ports.ts';
import { problemOf } from './failures.ts';
import type { People } from './messages.ts';
import type { Web } from './web.ts';

const NAMES_MAX = 2_000;
const GROUPS_EVERY_MS = 60_000;
/** A membership that could not be read again for so long counts no more. */
const GROUPS_MS_MAX = 600_000;

const UserSchema = z.looseObject({
  user: z.looseObject({
    name: z.string().optional(),
    real_name: z.string().optional(),
    profile: z.looseObject({ display_name: z.string().optional() }).optional(),
  }),
});
const GroupSchema = z.looseObject({ users: z.array(z.string()) });

export interface PeopleOptions {
  readonly web: Web;
  readonly clock: Clock;
  readonly userGroups: readonly string[];
  readonly onProblem: (problem: PlatformProblem) => void;
}

export interface KnownPeople extends People {
  /** Reads the user groups, and keeps reading them. */
  start(): Promise<void>;
  stop(): void;
}

export function createPeople({ web, clock, userGroups, onProblem }: PeopleOptions): KnownPeople {
  const names = new Map<string, string>();
  const groups = new Map<string, { readonly members: ReadonlySet<string>; readonly at: number }>();
  let stopTimer: Cancel = () => undefined;
  let isStopped = false;

  async function learn(userId: string): Promise<void> {
    const call = await web.call('users.info', { user: userId });
    const read = call.kind === 'done' ? UserSchema.safeParse(call.body) : null;
    if (read?.success !== true) return;
    const { profile, real_name: real, name } = read.data.user;
    const shown = [profile?.display_name, real, name].find(
      (one) => one !== undefined && one !== '',
    );
    if (shown !== undefined) names.set(userId, shown);
  }

  async function readGroup(group: string): Promise<void> {
    const call = await web.call('usergroups.users.list', { usergroup: group });
    const read = call.kind === 'done' ? GroupSchema.safeParse(call.body) : null;
    if (read?.success === true) {
      groups.set(group, { members: new Set(read.data.users), at: clock.mono() });
    } else if (call.kind === 'refused') {
      groups.delete(group);
      const detail = `usergroups.users.list of ${group}: ${call.error}. Nobody has this role now.`;
      const known = problemOf('usergroups.users.list', call, null);
      onProblem(known ?? { code: 'group_unknown', detail, fatal: false });
    }
  }

  async function readGroups(): Promise<void> {
    await Promise.all(userGroups.map(readGroup));
    if (!isStopped) stopTimer = clock.after(GROUPS_EVERY_MS, () => void readGroups());
  }

  return {
    nameOf(userId) {
      const known = names.get(userId);
      if (known !== undefined) return known;
      const oldest = names.keys().next();
      if (names.size >= NAMES_MAX && oldest.done !== true) names.delete(oldest.value);
      names.set(userId, userId);
      void learn(userId);
      return userId;
    },
    rolesOf: (userId) =>
      userGroups.filter((group) => {
        const known = groups.get(group);
        if (known === undefined || clock.mono() - known.at > GROUPS_MS_MAX) return false;
        return known.members.has(userId);
      }),
    async start() {
      isStopped = false;
      if (userGroups.length > 0) await readGroups();
    },
    stop() {
      isStopped = true;
      stopTimer();
    },
  };
}
