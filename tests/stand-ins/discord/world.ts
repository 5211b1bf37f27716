/**
 * The state of Discord: guilds, channels, members, messages, nonces. Every change is told to
 * `dispatch` as the gateway event it causes.
 */
import type { Json, JsonObject } from '../support/json.ts';
import {
  ALL_PERMISSIONS,
  type Channel,
  type Guild,
  type Member,
  type Message,
  type User,
} from './model.ts';

const DISCORD_EPOCH = 1_420_070_400_000;
/** "In the past few minutes": the length is unpublished. */
const NONCE_MS = 5 * 60_000;

export type Dispatch = (event: string, data: JsonObject) => void;

export interface NewMessage {
  readonly channelId: string;
  readonly author: User;
  readonly content: string;
  /** Anything else of the message, as it goes over the wire. */
  readonly extra?: JsonObject;
  /** Made so long ago, by its id. */
  readonly agoMs?: number;
}

export class World {
  readonly bot: User;
  readonly applicationId: string;
  readonly guilds = new Map<string, Guild>();
  readonly channels = new Map<string, Channel>();
  readonly messages = new Map<string, Message>();
  /** Of our bot: nonce → the message made with it. */
  readonly #nonces = new Map<string, { readonly id: string; readonly at: number }>();
  readonly #now: () => number;
  readonly #dispatch: Dispatch;
  #lastId = 0n;

  constructor(parts: { readonly now: () => number; readonly dispatch: Dispatch }) {
    this.#now = parts.now;
    this.#dispatch = parts.dispatch;
    this.applicationId = this.newId();
    this.bot = { id: this.newId(), username: 'strikewire', bot: true };
  }

  /** Later than every one before; `agoMs` backdates it. */
  newId(agoMs = 0): string {
    const at = BigInt(this.#now() - DISCORD_EPOCH - agoMs) << 22n;
    if (agoMs > 0) return String(at);
    this.#lastId = at > this.#lastId ? at : this.#lastId + 1n;
    return String(this.#lastId);
  }

  addGuild(name: string): Guild {
    const id = this.newId();
    const own: Member = { user: this.bot, roles: [] };
    const guild = { id, name, roles: [{ id, name: '@everyone' }], members: [own] };
    this.guilds.set(id, guild);
    return guild;
  }

  addRole(guild: Guild, name: string): string {
    const id = this.newId();
    this.guilds.set(guild.id, {
      ...this.guild(guild.id),
      roles: [...this.guild(guild.id).roles, { id, name }],
    });
    return id;
  }

  addMember(guild: Guild, user: { username: string; bot?: boolean }, roles: string[] = []): Member {
    const { username, bot = false } = user;
    const member = { user: { id: this.newId(), username, bot }, roles };
    const { members } = this.guild(guild.id);
    this.guilds.set(guild.id, { ...this.guild(guild.id), members: [...members, member] });
    return member;
  }

  addChannel(guildId: string, name: string, kind: { type?: 0 | 5 } = {}): Channel {
    return this.#keep({
      ...{ id: this.newId(), name, type: kind.type ?? 0, guildId },
      ...{ parentId: null, denied: 0n, person: null },
    });
  }

  addThread(parent: Channel, name: string, id = this.newId()): Channel {
    const { guildId } = parent;
    const thread = this.#keep({
      ...{ id, name, type: 11, guildId, parentId: parent.id, denied: 0n, person: null },
    });
    this.#dispatch('THREAD_CREATE', { ...this.channelWire(thread), newly_created: true });
    return thread;
  }

  directChannel(person: string): Channel {
    const known = [...this.channels.values()].find((channel) => channel.person === person);
    if (known !== undefined) return known;
    const id = this.newId();
    const of = { id, name: '', type: 1, guildId: null, parentId: null, denied: 0n } as const;
    return this.#keep({ ...of, person });
  }

  guild(id: string): Guild {
    const guild = this.guilds.get(id);
    if (guild === undefined) throw new Error(`no guild ${id}`);
    return guild;
  }

  member(guildId: string | null, userId: string): Member | null {
    if (guildId === null) return null;
    return this.guild(guildId).members.find(({ user }) => user.id === userId) ?? null;
  }

  /** What the bot may do in a channel; a thread takes its parent's. */
  permissions(channel: Channel): bigint {
    const { parentId, denied } = channel;
    const parent = parentId === null ? undefined : this.channels.get(parentId);
    return parent === undefined ? ALL_PERMISSIONS & ~denied : this.permissions(parent);
  }

  create(made: NewMessage, nonce?: string): Message {
    const channel = this.channels.get(made.channelId);
    if (channel === undefined) throw new Error(`no channel ${made.channelId}`);
    const id = this.newId(made.agoMs);
    const message = this.#store(channel, made, id);
    if (nonce !== undefined) this.#nonces.set(nonce, { id, at: this.#now() });
    this.#dispatch('MESSAGE_CREATE', this.eventWire(message, nonce));
    return message;
  }

  /** What was made with this nonce a short while ago: `null` nothing, or its id. */
  madeWith(nonce: string): string | null {
    const made = this.#nonces.get(nonce);
    return made === undefined || this.#now() - made.at > NONCE_MS ? null : made.id;
  }

  forgetNonces(): void {
    this.#nonces.clear();
  }

  change(message: Message, parts: JsonObject & { readonly content?: string }): Message {
    const changed = {
      ...message,
      content: parts.content ?? message.content,
      wire: { ...message.wire, ...parts },
    };
    this.messages.set(message.id, changed);
    this.#dispatch('MESSAGE_UPDATE', this.eventWire(changed));
    return changed;
  }

  /** As an edit by its author. */
  edit(message: Message, parts: JsonObject & { readonly content?: string }): Message {
    return this.change(message, { ...parts, edited_timestamp: this.timestamp() });
  }

  remove(ids: readonly string[]): void {
    const gone = ids.flatMap((id) => this.messages.get(id) ?? []);
    for (const { id } of gone) this.messages.delete(id);
    const [first] = gone;
    if (first === undefined) return;
    const guildId = this.channels.get(first.channelId)?.guildId ?? undefined;
    const where = { channel_id: first.channelId, guild_id: guildId };
    if (gone.length === 1) this.#dispatch('MESSAGE_DELETE', { id: first.id, ...where });
    else this.#dispatch('MESSAGE_DELETE_BULK', { ids: gone.map(({ id }) => id), ...where });
  }

  /** Newest first, as the API lists them. */
  history(channelId: string, query: { after?: string; before?: string; limit: number }) {
    const all = [...this.messages.values()]
      .filter((message) => message.channelId === channelId)
      .toSorted((a, b) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1));
    const { after, before, limit } = query;
    if (after !== undefined) {
      const later = all.filter(({ id }) => BigInt(id) > BigInt(after));
      return later.slice(0, limit).toReversed();
    }
    const earlier = all.filter(({ id }) => before === undefined || BigInt(id) < BigInt(before));
    return earlier.slice(-limit).toReversed();
  }

  timestamp(): string {
    return new Date(this.#now()).toISOString().replace('Z', '000+00:00');
  }

  /** A message as the gateway sends it: with guild and member, which REST leaves out. */
  eventWire(message: Message, nonce?: string): JsonObject {
    const guildId = this.channels.get(message.channelId)?.guildId ?? null;
    const member = this.member(guildId, message.author.id);
    return {
      ...message.wire,
      ...(guildId !== null && { guild_id: guildId }),
      ...(member !== null &&
        message.wire['webhook_id'] === undefined && { member: this.memberWire(member) }),
      ...(nonce !== undefined && { nonce }),
    };
  }

  memberWire({ roles }: Member): JsonObject {
    const joined = '2024-01-01T00:00:00.000000+00:00';
    return { roles, joined_at: joined, deaf: false, mute: false, flags: 0 };
  }

  userWire({ id, username, bot }: User): JsonObject {
    const face = { avatar: null, discriminator: '0', global_name: username };
    return { id, username, ...face, ...(bot && { bot }) };
  }

  channelWire(channel: Channel): JsonObject {
    const { id, name, type, guildId, parentId, denied, person } = channel;
    if (person !== null) return { id, type, recipients: [] };
    const overwrite = { id: this.bot.id, type: 1, allow: '0', deny: String(denied) };
    const own = { permission_overwrites: [overwrite], position: 0, nsfw: false, topic: null };
    const thread = {
      ...{ owner_id: this.bot.id, member_count: 1, message_count: 0 },
      thread_metadata: {
        ...{ archived: false, auto_archive_duration: 1440, locked: false },
        archive_timestamp: this.timestamp(),
      },
    };
    const more = type === 11 ? thread : own;
    return { id, name, type, guild_id: guildId, parent_id: parentId, ...more };
  }

  guildWire({ id, name, roles, members }: Guild): JsonObject {
    const permissions = String(ALL_PERMISSIONS);
    const channels = [...this.channels.values()].filter(({ guildId }) => guildId === id);
    const shown = (isThread: boolean): Json =>
      channels
        .filter(({ type }) => (type === 11) === isThread)
        .map((channel) => this.channelWire(channel));
    return {
      ...{ id, name, owner_id: '1', member_count: members.length, large: false },
      ...{ emojis: [], stickers: [], features: [], voice_states: [], presences: [] },
      roles: roles.map((role) => ({ ...role, permissions, position: 0, color: 0, hoist: false })),
      members: members.map((member) => ({
        ...this.memberWire(member),
        user: this.userWire(member.user),
      })),
      channels: shown(false),
      threads: shown(true),
    };
  }

  #keep(channel: Channel): Channel {
    this.channels.set(channel.id, channel);
    return channel;
  }

  #store(channel: Channel, made: NewMessage, id: string): Message {
    const { author, content, extra = {} } = made;
    const none = { embeds: [], attachments: [], mentions: [], mention_roles: [], components: [] };
    const wire = {
      ...{ id, channel_id: channel.id, type: 0, content, author: this.userWire(author) },
      ...{ timestamp: this.timestamp(), edited_timestamp: null, flags: 0 },
      ...{ tts: false, pinned: false, mention_everyone: false, ...none },
      ...extra,
    };
    const message = { id, channelId: channel.id, author, content, wire };
    this.messages.set(id, message);
    return message;
  }
}
