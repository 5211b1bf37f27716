/**
 * What was said while nobody listened: fetched from a channel's history, oldest first.
 *
 * Nothing is put into the library's cache: it would swallow the live event of what it knows. An
 * empty list may mean a missing permission, which the check of permissions finds.
 */
import { type REST, type RouteLike, Routes } from 'discord.js';
import { z } from 'zod';
import { failureOf } from './failures.ts';
import { compareIds } from './snowflake.ts';
import { ChannelSchema, MemberSchema, MessageSchema, type WireMessage } from './wire.ts';

const PAGE_MAX = 100;
/** So often the whole is tried again for want of somebody's roles. */
const FAILURES_MAX = 3;
const PageSchema = z.array(z.unknown());

export interface History {
  /** The next page of what came after `after`, ascending; `isLast` when there is no more now. */
  page(channelId: string, after: string): Promise<HistoryPage>;
  /**
   * Roles as of now: history leaves them out. `null` once the person has left, or when they cannot
   * be had: who may trigger by their own id need not wait for them.
   */
  rolesOf(channelId: string, userId: string): Promise<readonly string[] | null>;
}

export interface HistoryPage {
  readonly messages: readonly WireMessage[];
  /** Entries that could not be read at all. */
  readonly unreadable: number;
  /** Where the next page begins. */
  readonly last: string;
  readonly isLast: boolean;
}

/** For one gap: who has which role is asked once. */
export function openHistory(rest: REST, serverOf: (channelId: string) => string | null): History {
  const roles = new Map<string, readonly string[] | null>();
  let failures = 0;
  return {
    async page(channelId, after) {
      const query = new URLSearchParams({ after, limit: String(PAGE_MAX) });
      const found = PageSchema.parse(await rest.get(Routes.channelMessages(channelId), { query }));
      const read = found.flatMap((one) => MessageSchema.safeParse(one).data ?? []);
      const messages = read.toSorted((a, b) => compareIds(a.id, b.id));
      const last = messages.at(-1)?.id ?? after;
      // A page that does not lead on would be asked for without end.
      const isLast = found.length < PAGE_MAX || compareIds(last, after) <= 0;
      return { messages, unreadable: found.length - read.length, last, isLast };
    },
    async rolesOf(channelId, userId) {
      const key = `${channelId} ${userId}`;
      const known = roles.get(key);
      if (known !== undefined) return known;
      try {
        const found = await rolesNow(rest, serverOf(channelId), { channelId, userId });
        roles.set(key, found);
        return found;
      } catch (error) {
        failures += 1;
        if (failures < FAILURES_MAX) throw error;
        return null;
      }
    },
  };
}

async function rolesNow(
  rest: REST,
  server: string | null,
  { channelId, userId }: { readonly channelId: string; readonly userId: string },
): Promise<readonly string[] | null> {
  const guild = server ?? (await ask(rest, Routes.channel(channelId), ChannelSchema))?.guild_id;
  if (typeof guild !== 'string') return null;
  return (await ask(rest, Routes.guildMember(guild, userId), MemberSchema))?.roles ?? null;
}

/** `null` when it does not exist or is not for us; what may be better later is thrown. */
async function ask<T>(rest: REST, route: RouteLike, schema: z.ZodType<T>): Promise<T | null> {
  try {
    return schema.safeParse(await rest.get(route)).data ?? null;
  } catch (error) {
    const { kind } = failureOf(error);
    if (kind === 'gone' || kind === 'forbidden' || kind === 'refused') return null;
    throw error;
  }
}
