/**
 * Message events and history items of Slack → messages of ours (docs.slack.dev, `message` event).
 *
 * Rule  an accept list: only a plain message of a person in the channel itself is `initial`. A
 *       subtype, a thread, a share, a bot's mark or an edit makes it something else, and a shape
 *       nobody knows makes it `system`, which can trigger nothing. Ids are kept as the text they
 *       are: `ts` is an identity, and a float would merge two of them.
 */
import { z } from 'zod';
import type { Author, ChatMessage, Relation } from '#alerts/model.ts';
import type { Deletion } from '#alerts/ports.ts';
import { messageKey } from '#kernel/ids.ts';
import { type EpochMs, epochMs } from '#kernel/time.ts';
import type { Actor } from '#publish/ports.ts';
import { typedLine } from './wording.ts';

export const Ts = z.string().regex(/^\d{1,12}\.\d{6}$/, 'expected a ts such as 1795145001.000200');
const Id = z.string().min(1).max(100);
const MaybeId = Id.nullish().transform((id) => id ?? null);

const MessageSchema = z.looseObject({
  type: z.literal('message'),
  ts: Ts,
  subtype: z.string().optional(),
  channel: Id.optional(),
  channel_type: z.string().optional(),
  user: MaybeId,
  bot_id: MaybeId,
  app_id: MaybeId,
  username: z.string().nullish(),
  text: z.string().nullish(),
  thread_ts: z.string().optional(),
  hidden: z.boolean().optional(),
  edited: z
    .looseObject({ ts: z.string() })
    .nullish()
    .transform((edit) => edit ?? null),
  team: MaybeId,
  user_team: MaybeId,
  deleted_ts: z.string().optional(),
  event_ts: z.string().optional(),
  attachments: z.array(z.looseObject({ is_share: z.boolean().optional() })).nullish(),
  message: z.unknown().optional(),
  previous_message: z.unknown().optional(),
});
type SlackMessage = z.output<typeof MessageSchema>;

/** Who we are in the workspace. */
export interface Self {
  /** `null` where neither Slack nor the settings say: then no workspace is told from another. */
  readonly teamId: string | null;
  readonly enterpriseId: string | null;
  readonly userId: string;
  readonly botId: string | null;
}

export interface People {
  nameOf(userId: string): string;
  rolesOf(userId: string): readonly string[];
}

export type Heard =
  | { readonly kind: 'message'; readonly message: ChatMessage }
  | { readonly kind: 'deletion'; readonly deletion: Deletion }
  /** Our bot was spoken to: `line` is what follows its name. */
  | { readonly kind: 'command'; readonly line: string; readonly message: ChatMessage }
  /** Nothing anybody asks for: our own posts, unfurled links, counts of replies. */
  | { readonly kind: 'nothing' }
  | { readonly kind: 'unreadable'; readonly detail: string };

const NOTHING: Heard = { kind: 'nothing' };
/** Rooms, not conversations between two; history items do not say. */
const CHANNEL_TYPES: readonly string[] = ['channel', 'group'];

export interface Ear {
  readonly self: Self;
  readonly people: People;
  /** Ids of our channels: of others nothing is heard. */
  readonly channels: readonly string[];
}

export function hear(event: unknown, { self, people, channels }: Ear, now: EpochMs): Heard {
  const read = MessageSchema.safeParse(event);
  if (!read.success) return unreadable(read.error);
  const { channel, channel_type: type = 'channel' } = read.data;
  if (channel === undefined) return { kind: 'unreadable', detail: 'no channel' };
  if (!CHANNEL_TYPES.includes(type) || !channels.includes(channel)) return NOTHING;
  const room = { channelId: channel, self, people, now };
  switch (read.data.subtype) {
    case 'message_changed':
      return changed(read.data, room);
    case 'message_deleted':
      return deleted(read.data, room);
    case 'message_replied':
    case 'tombstone':
      return NOTHING;
    case undefined:
    default:
      // Slack's count of replies to a thread is documented to come without its subtype.
      return read.data.message === undefined ? said(read.data, room) : NOTHING;
  }
}

interface Room {
  readonly channelId: string;
  readonly self: Self;
  readonly people: People;
  readonly now: EpochMs;
}

function said(message: SlackMessage, room: Room): Heard {
  if (isOurs(message, room.self)) return NOTHING;
  const heard = chatMessage(message, room, relationOf(message));
  const line = lineToUs(message, room.self);
  const isCommand = line !== null && heard.relation === 'initial' && heard.author.kind === 'person';
  return isCommand
    ? { kind: 'command', line, message: heard }
    : { kind: 'message', message: heard };
}

/** An unfurled link changes a message as well, and is no edit. */
function changed({ message, previous_message: before }: SlackMessage, room: Room): Heard {
  const read = MessageSchema.safeParse(message);
  if (!read.success) return unreadable(read.error);
  const now = read.data;
  if (isOurs(now, room.self)) return NOTHING;
  // A deleted message with replies stays as a stone.
  if (now.subtype === 'tombstone') return gone(now.ts, now.event_ts ?? now.ts, room);
  const was = MessageSchema.safeParse(before);
  const isSame =
    was.success && was.data.text === now.text && was.data.edited?.ts === now.edited?.ts;
  if (isSame || (!was.success && now.edited === null)) return NOTHING;
  return { kind: 'message', message: chatMessage(now, room, 'edit') };
}

function deleted({ deleted_ts: ts, event_ts, ...rest }: SlackMessage, room: Room): Heard {
  if (!Ts.safeParse(ts).success || ts === undefined) {
    return { kind: 'unreadable', detail: 'a deletion that names no message' };
  }
  const was = MessageSchema.safeParse(rest.previous_message);
  if (was.success && isOurs(was.data, room.self)) return NOTHING;
  return gone(ts, event_ts ?? rest.ts, room);
}

function gone(ts: string, at: string, { channelId, now }: Room): Heard {
  const key = messageKey('slack', channelId, ts);
  return { kind: 'deletion', deletion: { key, at: instantOf(at) ?? now } };
}

function chatMessage(message: SlackMessage, room: Room, relation: Relation): ChatMessage {
  const { channelId, now } = room;
  return {
    key: messageKey('slack', channelId, message.ts),
    platform: 'slack',
    channelId,
    messageId: message.ts,
    author: authorOf(message, room),
    text: message.text ?? '',
    postedAt: instantOf(message.ts) ?? now,
    receivedAt: now,
    relation,
    dryRun: false,
  };
}

/** Subtypes of what a person writes; all but none keep it from triggering. */
const WRITTEN: readonly (string | undefined)[] = [
  undefined,
  'thread_broadcast',
  'file_share',
  'me_message',
  'bot_message',
];

function relationOf(message: SlackMessage): Relation {
  const { subtype, thread_ts: thread, ts, edited, attachments } = message;
  // What stands there now may not be what was posted.
  if (edited !== null) return 'edit';
  if ((thread !== undefined && thread !== ts) || subtype === 'thread_broadcast') return 'thread';
  const isShare = (attachments ?? []).some(({ is_share: share }) => share === true);
  return isShare || subtype !== undefined ? 'forward' : 'initial';
}

function authorOf(message: SlackMessage, { self, people }: Room): Author {
  const { user, bot_id: bot, username } = message;
  const kind = authorKind(message);
  if (user === null) {
    const id = bot ?? 'slack';
    return { id, kind, displayName: username ?? id, roleIds: [] };
  }
  const home = message.user_team ?? message.team;
  return { ...actorOf(user, home, self, people), kind };
}

function authorKind({ user, bot_id, app_id, subtype, hidden }: SlackMessage): Author['kind'] {
  if (subtype === 'bot_message' && user === null) return 'webhook';
  if (bot_id !== null || app_id !== null || subtype === 'bot_message') return 'bot';
  const isPlain = WRITTEN.includes(subtype) && hidden !== true;
  return user === null || user === 'USLACKBOT' || !isPlain ? 'system' : 'person';
}

/**
 * User ids are unique inside a workspace only: a person of another one, in a shared channel, is
 * named with their workspace and so is never taken for one of ours.
 */
export function actorOf(user: string, home: string | null, self: Self, people: People): Actor {
  const isForeign = isOther(home, self) && home !== self.enterpriseId;
  if (isForeign) return { id: `${home}:${user}`, displayName: user, roleIds: [] };
  return { id: user, displayName: people.nameOf(user), roleIds: people.rolesOf(user) };
}

/** Names a workspace that is not ours. */
export function isOther(team: string | null, { teamId }: Self): boolean {
  return team !== null && teamId !== null && team !== teamId;
}

function isOurs({ user, bot_id }: SlackMessage, self: Self): boolean {
  return user === self.userId || (self.botId !== null && bot_id === self.botId);
}

function lineToUs({ text }: SlackMessage, { userId }: Self): string | null {
  const mention = new RegExp(`^\\s*<@${userId}(?:\\|[^<>]{0,200})?>`).exec(text ?? '');
  return mention === null ? null : typedLine((text ?? '').slice(mention[0].length));
}

/** The instant a `ts` names, to the millisecond. */
export function instantOf(ts: string): EpochMs | null {
  const [seconds = '', micros = ''] = ts.split('.');
  if (!/^\d{1,12}$/.test(seconds) || !/^\d{6}$/.test(micros)) return null;
  return epochMs(Number(seconds) * 1_000 + Math.floor(Number(micros) / 1_000));
}

function unreadable(error: z.ZodError): Heard {
  const [first] = error.issues;
  const place = first?.path.join('.') ?? '';
  return { kind: 'unreadable', detail: `${place === '' ? 'message' : place}: ${first?.message}` };
}
