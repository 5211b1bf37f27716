/**
 * Who may trigger anything, where and how.
 *
 * In    a message as an adapter gives it, the lists, what is remembered, the time.
 * Out   admitted with the channel's settings, or refused with its own code.
 * Rule  only platform-qualified immutable ids are compared, by equality; both the author (or one of
 *       their roles) and the channel must be listed. Whatever is not positively allowed is refused.
 *
 * The order is that of what a person needs to know: a redelivery is one whatever else it is; who
 * and where comes before how and when.
 */
import type { EpochMs } from '#kernel/time.ts';
import { hasSeen, type IntakeMemory } from './duplicates.ts';
import type { IntakeCode } from './intake-reasons.ts';
import type { Author, ChatMessage, Permission, Platform, Relation } from './model.ts';
import type { AlertSettings, ChannelSettings } from './settings.ts';

export interface Admitted {
  readonly kind: 'admitted';
  /** `platform:user id`. */
  readonly author: string;
  /** `platform:channel id`. */
  readonly channel: string;
  readonly settings: ChannelSettings;
}

export interface NotAdmitted {
  readonly kind: 'refused';
  readonly code: AdmissionCode;
  readonly detail: string;
  /** The channel wants it said, should the message read as an instruction. */
  readonly answered: boolean;
}

export type AdmissionCode = Extract<
  IntakeCode,
  | 'duplicate_message'
  | `channel_${string}`
  | `author_${string}`
  | `is_${string}`
  | 'posted_in_future'
  | 'too_old'
>;

const NOT_A_PERSON = {
  bot: 'author_is_bot',
  webhook: 'author_is_webhook',
  system: 'author_is_system',
} as const satisfies Record<Exclude<Author['kind'], 'person'>, AdmissionCode>;

const NOT_INITIAL = {
  reply: 'is_reply',
  thread: 'is_in_thread',
  forward: 'is_forward',
  crosspost: 'is_crosspost',
  edit: 'is_edit',
} as const satisfies Record<Exclude<Relation, 'initial'>, AdmissionCode>;

/** An alert of a room for alerts, or an order somebody gave by command where commands are taken. */
export type Intent = 'alert' | 'order';

export function admit(
  message: ChatMessage,
  settings: AlertSettings,
  memory: IntakeMemory,
  now: EpochMs,
): Admitted | NotAdmitted {
  return admitAs('alert', { message, settings, memory, now });
}

export interface Arrival {
  readonly message: ChatMessage;
  readonly settings: AlertSettings;
  readonly memory: IntakeMemory;
  readonly now: EpochMs;
}

export function admitAs(intent: Intent, arrival: Arrival): Admitted | NotAdmitted {
  const { message, settings, memory, now } = arrival;
  const { key, relation } = message;
  // An edit carries the key of the message it changes, and is no redelivery of it.
  if (relation !== 'edit' && hasSeen(memory, key)) return refused('duplicate_message', key);
  const entitled = entitlement(intent, message, settings);
  if (entitled.kind === 'refused') return entitled;
  if (relation !== 'initial')
    return refused(NOT_INITIAL[relation], `a message of kind ${relation}`);
  return mistimed(message, settings, now) ?? entitled;
}

/** Whether its author may say such a thing where it was said, as the lists stand now. */
export function entitlement(
  intent: Intent,
  message: ChatMessage,
  settings: AlertSettings,
): Admitted | NotAdmitted {
  const { platform } = message;
  const channel = qualified(platform, message.channelId);
  const room = settings.channels[channel];
  if (room === undefined) return refused('channel_not_allowed', `${channel} is not listed`);
  if ((room.purpose === 'alerts') !== (intent === 'alert')) {
    return refused('channel_not_for_alerts', `${channel} is for ${room.purpose}`);
  }
  const author = qualified(platform, message.author.id);
  const { kind } = message.author;
  if (kind !== 'person') return refused(NOT_A_PERSON[kind], `${author} is a ${kind}`);
  if (!permissionsOf(message, settings).has(intent === 'alert' ? 'alert' : 'trade')) {
    const answered = room.answerUnauthorized;
    return { ...refused('author_not_allowed', `${author} may not alert`), answered };
  }
  return { kind: 'admitted', author, channel, settings: room };
}

/** What the author may do, by their own id and by their roles; bots and their like nothing. */
export function permissionsOf(
  { platform, author }: Pick<ChatMessage, 'platform' | 'author'>,
  { people, roles, withdrawn }: Pick<AlertSettings, 'people' | 'roles' | 'withdrawn'>,
): ReadonlySet<Permission> {
  if (author.kind !== 'person') return new Set();
  const person = qualified(platform, author.id);
  const granted = [
    people[person],
    ...author.roleIds.map((id) => roles[qualified(platform, id)]),
  ].flatMap((grant) => grant?.permissions ?? []);
  return new Set(granted).difference(new Set(withdrawn?.[person] ?? []));
}

/** Too old or from the future, or `null`. Age exactly at the limit is young enough. */
function mistimed(
  { postedAt }: ChatMessage,
  { ageMsMax, aheadMsMax }: AlertSettings,
  now: EpochMs,
): NotAdmitted | null {
  const ageMs = now - postedAt;
  if (ageMs < -aheadMsMax) {
    return refused(
      'posted_in_future',
      `posted ${inSeconds(-ageMs)} ahead, at most ${inSeconds(aheadMsMax)}`,
    );
  }
  return ageMs > ageMsMax
    ? refused('too_old', `posted ${inSeconds(ageMs)} ago, at most ${inSeconds(ageMsMax)}`)
    : null;
}

/** Unambiguous: no platform's name has a colon in it, nor has a property of every object. */
function qualified(platform: Platform, id: string): string {
  return `${platform}:${id}`;
}

function refused(code: AdmissionCode, detail: string): NotAdmitted {
  return { kind: 'refused', code, detail, answered: false };
}

function inSeconds(ms: number): string {
  return `${Number((ms / 1000).toFixed(3))} s`;
}
