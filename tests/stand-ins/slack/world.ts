/**
 * The state of one Slack workspace: channels, people, messages, our bot. Every change is told to
 * `happen` as the event Slack sends of it.
 */
import type { Json, JsonObject } from '../support/json.ts';

export interface Channel {
  readonly id: string;
  readonly name: string;
  readonly kind: 'channel' | 'group' | 'im';
  isMember: boolean;
  isArchived: boolean;
  /** For a conversation of two: with whom. */
  readonly person: string | null;
}

/** As it stands now; `extra` is whatever else goes over the wire. */
export interface Message {
  readonly ts: string;
  readonly channelId: string;
  readonly user: string | null;
  readonly botId: string | null;
  readonly text: string;
  readonly threadTs: string | null;
  readonly edited: JsonObject | null;
  readonly extra: JsonObject;
}

export interface NewMessage {
  readonly channelId: string;
  readonly user: string | null;
  readonly text: string;
  readonly botId?: string | null;
  readonly threadTs?: string | null;
  /** Subtype, attachments, files: anything else of the message. */
  readonly extra?: JsonObject;
  /** How long ago it was posted. */
  readonly agoMs?: number;
}

export type Happen = (event: JsonObject) => void;

export class World {
  readonly teamId = 'T0STANDIN';
  readonly botUser = 'U0BOT';
  readonly botId = 'B0BOT';
  readonly appId = 'A0STANDIN';
  readonly channels = new Map<string, Channel>();
  readonly people = new Map<string, { readonly id: string; readonly name: string }>();
  /** User group → members. */
  readonly groups = new Map<string, readonly string[]>();
  /** By channel and `ts`, in the order of their posting. */
  readonly messages = new Map<string, Message>();
  /** What people alone were shown, as the messages of `chat.postEphemeral` and `response_url`. */
  readonly whispers: {
    readonly channelId: string;
    readonly user: string;
    readonly text: string;
  }[] = [];
  #onWhisper: (text: string) => void = () => undefined;
  readonly #tellWhisper: (text: string) => void;
  readonly #now: () => number;
  readonly #happen: Happen;
  #lastMicros = 0;
  #lastId = 0;

  constructor(parts: {
    readonly now: () => number;
    readonly happen: Happen;
    readonly onWhisper?: (text: string) => void;
  }) {
    this.#tellWhisper = parts.onWhisper ?? (() => undefined);
    this.#now = parts.now;
    this.#happen = parts.happen;
  }

  newId(letter: string): string {
    this.#lastId += 1;
    return `${letter}${String(this.#lastId).padStart(8, '0')}`;
  }

  /** Later than every one before. */
  newTs(agoMs = 0): string {
    const micros = (this.#now() - agoMs) * 1_000;
    const unique = agoMs > 0 ? micros : Math.max(micros, this.#lastMicros + 1);
    if (agoMs === 0) this.#lastMicros = unique;
    const digits = String(unique);
    return `${digits.slice(0, -6)}.${digits.slice(-6)}`;
  }

  addChannel(name: string, kind: Channel['kind'] = 'channel', person: string | null = null) {
    const letter = { channel: 'C', group: 'G', im: 'D' }[kind];
    const id = this.newId(letter);
    const channel: Channel = { id, name, kind, isMember: true, isArchived: false, person };
    this.channels.set(id, channel);
    return channel;
  }

  addPerson(name: string): string {
    const id = this.newId('U');
    this.people.set(id, { id, name });
    return id;
  }

  post(given: NewMessage): Message {
    const { channelId, user, text, botId = null, threadTs = null, extra = {}, agoMs = 0 } = given;
    const ts = this.newTs(agoMs);
    const message = { ts, channelId, user, botId, text, threadTs, edited: null, extra };
    this.messages.set(`${channelId}:${ts}`, message);
    this.#happen(this.#event(message));
    return message;
  }

  /** `by` is `null` for a change nobody made: an unfurled link. */
  change(channelId: string, ts: string, by: string | null, changes: Partial<Message>): boolean {
    const before = this.message(channelId, ts);
    if (before === null) return false;
    const edited = by === null ? before.edited : { user: by, ts: this.newTs() };
    const after = { ...before, ...changes, edited };
    this.messages.set(`${channelId}:${ts}`, after);
    this.#happen({
      ...this.#hidden(channelId, 'message_changed'),
      message: wireOf(after, this.teamId),
      previous_message: wireOf(before, this.teamId),
    });
    return true;
  }

  remove(channelId: string, ts: string): boolean {
    const before = this.message(channelId, ts);
    if (before === null) return false;
    this.messages.delete(`${channelId}:${ts}`);
    this.#happen({
      ...this.#hidden(channelId, 'message_deleted'),
      deleted_ts: ts,
      previous_message: wireOf(before, this.teamId),
    });
    return true;
  }

  whisper(channelId: string, user: string, text: string): void {
    this.whispers.push({ channelId, user, text });
    this.#onWhisper(text);
    this.#tellWhisper(text);
  }

  /** Resolves with what somebody is shown alone next. */
  async nextWhisper(): Promise<string> {
    return new Promise((resolve) => {
      this.#onWhisper = resolve;
    });
  }

  message(channelId: string, ts: string): Message | null {
    return this.messages.get(`${channelId}:${ts}`) ?? null;
  }

  /** Of one channel, oldest first. */
  of(channelId: string): readonly Message[] {
    const own = [...this.messages.values()].filter((one) => one.channelId === channelId);
    return own.toSorted((one, other) => (one.ts < other.ts ? -1 : 1));
  }

  /** Posted by our bot, in the order of their posting. */
  ours(): readonly Message[] {
    return [...this.messages.values()].filter(({ botId }) => botId === this.botId);
  }

  wire(message: Message): JsonObject {
    return wireOf(message, this.teamId);
  }

  #event(message: Message): JsonObject {
    const { kind } = this.channels.get(message.channelId) ?? { kind: 'channel' };
    const place = { channel: message.channelId, channel_type: kind, event_ts: message.ts };
    return { ...place, ...wireOf(message, this.teamId) };
  }

  #hidden(channelId: string, subtype: string): JsonObject {
    const { kind } = this.channels.get(channelId) ?? { kind: 'channel' };
    const ts = this.newTs();
    const place = { channel: channelId, channel_type: kind, event_ts: ts };
    return { type: 'message', subtype, hidden: true, ts, ...place };
  }
}

function wireOf(message: Message, team: string): JsonObject {
  const { ts, user, botId, text, threadTs, edited, extra } = message;
  const optional: Record<string, Json | null> = {
    user,
    bot_id: botId,
    thread_ts: threadTs,
    edited,
  };
  const given = Object.entries(optional).filter(([, value]) => value !== null);
  return { type: 'message', ts, text, team, ...Object.fromEntries(given), ...extra };
}
