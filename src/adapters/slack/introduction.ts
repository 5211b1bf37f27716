/** Who the bot token says we are, and whether it may do what the desk needs. */
import { z } from 'zod';
import type { PlatformProblem } from '#publish/ports.ts';
import { type CallFailure, problemOf } from './failures.ts';
import type { Self } from './messages.ts';
import type { Web } from './web.ts';

/** Scopes of the bot token, as `docs/slack.md` asks for them. */
const SCOPES = [
  'chat:write',
  'channels:history',
  'groups:history',
  'channels:read',
  'groups:read',
  'commands',
  'users:read',
  'im:write',
  'im:history',
] as const;

const AuthSchema = z.looseObject({
  user_id: z.string(),
  bot_id: z.string().nullish(),
  team_id: z.string().nullish(),
  enterprise_id: z.string().nullish(),
  response_metadata: z.looseObject({ scopes: z.array(z.string()).optional() }).optional(),
});

const ChannelSchema = z.looseObject({
  channel: z.looseObject({
    is_member: z.boolean().optional(),
    is_archived: z.boolean().optional(),
  }),
});

export type Introduction =
  | {
      readonly kind: 'known';
      readonly self: Self;
      readonly problems: readonly PlatformProblem[];
    }
  /** Slack is away: the same again later. */
  | { readonly kind: 'away'; readonly failure: CallFailure }
  | { readonly kind: 'refused'; readonly problem: PlatformProblem };

export async function introduce(web: Web, team: string | null): Promise<Introduction> {
  const call = await web.call('auth.test');
  if (call.kind === 'refused') {
    const detail = `auth.test: ${call.error}. Take the bot token anew and start again.`;
    const known = problemOf('auth.test', call, null);
    return { kind: 'refused', problem: { code: 'token_refused', ...known, detail, fatal: true } };
  }
  if (call.kind !== 'done') return { kind: 'away', failure: call };
  const read = AuthSchema.safeParse(call.body);
  if (!read.success) {
    return { kind: 'away', failure: { kind: 'unknown', detail: 'auth.test named nobody' } };
  }
  const { user_id: userId, bot_id, enterprise_id, response_metadata } = read.data;
  const teamId = read.data.team_id ?? team;
  if (team !== null && team !== teamId) {
    const detail = `the bot token belongs to ${teamId}, expected ${team}. Take the right token.`;
    return { kind: 'refused', problem: { code: 'team_mismatch', detail, fatal: true } };
  }
  const given = response_metadata?.scopes ?? [];
  const missing = given.length === 0 ? [] : SCOPES.filter((scope) => !given.includes(scope));
  const problems = missing.length === 0 ? [] : [missingScopes(missing)];
  const self = { teamId, enterpriseId: enterprise_id ?? null, userId, botId: bot_id ?? null };
  return { kind: 'known', self, problems };
}

/** What keeps us from a channel, or `null`. */
export async function checkChannel(web: Web, channelId: string): Promise<PlatformProblem | null> {
  const call = await web.call('conversations.info', { channel: channelId });
  if (call.kind === 'refused') return problemOf('conversations.info', call, channelId);
  const read = call.kind === 'done' ? ChannelSchema.safeParse(call.body) : null;
  if (read?.success !== true) return null;
  const { is_member: isMember, is_archived: isArchived } = read.data.channel;
  const act = isArchived === true ? 'is_archived' : isMember === false ? 'not_in_channel' : null;
  if (act === null) return null;
  return problemOf('conversations.info', { kind: 'refused', error: act, needed: null }, channelId);
}

function missingScopes(missing: readonly string[]): PlatformProblem {
  const act = 'Add them under OAuth & Permissions and install the app again.';
  const detail = `the bot token lacks ${missing.join(', ')}. ${act}`;
  return { code: 'permission_missing', detail, fatal: false };
}
