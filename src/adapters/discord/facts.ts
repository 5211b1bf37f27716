/**
 * What a message of Discord is: who wrote it, and in which relation it stands.
 *
 * Rule  `initial` is given by an accept-list alone. A type, flag or reference unknown here, now or
 *       in a later version of Discord, makes something else of it.
 */
import type { Author, ChatMessage, Relation } from '#alerts/model.ts';
import { messageKey } from '#kernel/ids.ts';
import { clip } from '#kernel/text.ts';
import type { EpochMs } from '#kernel/time.ts';
import type { Actor } from '#publish/ports.ts';
import { timeOf } from './snowflake.ts';
import type { WireMember, WireMessage, WireUser } from './wire.ts';

/** Where it was said, as the desk names places: a thread belongs to its channel. */
export interface Place {
  readonly channelId: string;
  readonly kind: 'channel' | 'thread';
}

const TYPE = { default: 0, reply: 19, command: 20, contextCommand: 23 } as const;
const BY_AUTHOR: ReadonlySet<number> = new Set(Object.values(TYPE));
const FORWARD = 1;

const FLAG = {
  /** Of an announcement that others follow; the message itself is an original. */
  crossposted: 1 << 0,
  isCrosspost: 1 << 1,
  suppressEmbeds: 1 << 2,
  sourceDeleted: 1 << 3,
  hasThread: 1 << 5,
  silent: 1 << 12,
  hasSnapshot: 1 << 14,
} as const;
const HARMLESS = FLAG.crossposted | FLAG.suppressEmbeds | FLAG.hasThread | FLAG.silent;
const NAME_MAX = 100;

export function messageOf(wire: WireMessage, place: Place, receivedAt: EpochMs): ChatMessage {
  const { channelId } = place;
  return {
    key: messageKey('discord', channelId, wire.id),
    platform: 'discord',
    channelId,
    messageId: wire.id,
    author: authorOf(wire),
    text: wire.content,
    postedAt: timeOf(wire.id),
    receivedAt,
    relation: relationOf(wire, place),
    dryRun: false,
  };
}

function relationOf(wire: WireMessage, place: Place): Relation {
  const flags = wire.flags ?? 0;
  const reference = wire.message_reference ?? null;
  // What is fetched later may have been edited meanwhile: the words are not those first posted.
  if (isPresent(wire.edited_timestamp)) return 'edit';
  if (place.kind === 'thread') return 'thread';
  if ((flags & (FLAG.isCrosspost | FLAG.sourceDeleted)) !== 0) return 'crosspost';
  const isForward = reference?.type === FORWARD || (flags & FLAG.hasSnapshot) !== 0;
  if (isForward || isPresent(wire.message_snapshots)) return 'forward';
  if (reference !== null || wire.type !== TYPE.default) return 'reply';
  const isPlain = (flags & ~HARMLESS) === 0 && !isByApplication(wire);
  return isPlain ? 'initial' : 'forward';
}

/** A name proves nothing: a webhook may take any. */
function kindOf(wire: WireMessage): Author['kind'] {
  if (isPresent(wire.webhook_id)) return 'webhook';
  if (wire.author.bot === true || isByApplication(wire)) return 'bot';
  return wire.author.system === true || !BY_AUTHOR.has(wire.type) ? 'system' : 'person';
}

function authorOf(wire: WireMessage): Author {
  return { ...actorOf(wire.author, wire.member ?? null), kind: kindOf(wire) };
}

export function actorOf(user: WireUser, member: WireMember | null): Actor {
  const name = member?.nick ?? user.global_name ?? user.username ?? '';
  return { id: user.id, displayName: clip(name, NAME_MAX), roleIds: member?.roles ?? [] };
}

function isByApplication(wire: WireMessage): boolean {
  const { application_id: app, interaction, interaction_metadata: metadata } = wire;
  return [app, interaction, metadata].some(isPresent);
}

function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/** Only without the intent for it does somebody's own message arrive with nothing in it. */
export function isEmptied(wire: WireMessage): boolean {
  const { embeds, attachments, components, sticker_items: stickers } = wire;
  const parts = [embeds, attachments, components, stickers];
  const isBare = wire.content === '' && parts.every((part) => (part ?? []).length === 0);
  const isOwnWords = kindOf(wire) === 'person' && wire.type === TYPE.default;
  const isElse = [wire.poll, wire.message_snapshots, wire.message_reference].some(isPresent);
  return isBare && isOwnWords && !isElse;
}
