/**
 * A chat room inside the program, in place of Discord or Slack: people of a script speak in it, the
 * desk answers in it, the page shows it.
 *
 * Promises
 * 1. A post of a known key changes that post in place: a retry never says a thing twice.
 * 2. Message ids never repeat, also after a restart.
 * 3. Nothing said in it is fetched later: whoever speaks here speaks to this process, or to nobody.
 */
import type { ChatMessage } from '#alerts/model.ts';
import type { Deletion, Received, Said } from '#alerts/ports.ts';
import { messageKey } from '#kernel/ids.ts';
import { clip } from '#kernel/text.ts';
import type { Clock, EpochMs } from '#kernel/time.ts';
import type {
  Actor,
  Button,
  ChatPlatform,
  Invocation,
  PlatformHealth,
  Post,
  PostOutcome,
  Press,
} from '#publish/ports.ts';

export interface LocalRoomOptions {
  readonly clock: Clock;
  /** An id nobody was given before. */
  readonly newId: () => string;
  /** Channels the desk listens to; in others people are among themselves. */
  readonly channelIds: readonly string[];
}

/** Somebody who presses or commands, where, and what they alone are shown. */
export interface LocalAct {
  readonly channelId: string;
  readonly by: Actor;
  readonly onAnswer: (text: string, buttons: readonly Button[]) => void;
}

/** Written to one person. */
export interface LocalNote {
  readonly person: string;
  readonly key: string;
  readonly text: string;
}

const POSTS_MAX = 500;
const NOTES_MAX = 100;
const TEXT_MAX = 4_000;

export class LocalRoom implements ChatPlatform {
  readonly platform = 'local' as const;
  readonly #options: LocalRoomOptions;
  readonly #posts = new Map<string, Post>();
  readonly #notes = new Map<string, LocalNote>();
  readonly #onMessage = new Set<(message: ChatMessage) => Received>();
  readonly #onDeletion = new Set<(deletion: Deletion) => Received>();
  readonly #onPress = new Set<(press: Press) => void>();
  readonly #onInvocation = new Set<(invocation: Invocation) => void>();
  readonly #onPost = new Set<(post: Post) => void>();
  #isOpen = false;
  #lastSeenAt: EpochMs | null = null;

  constructor(options: LocalRoomOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    this.#isOpen = true;
  }

  async stop(): Promise<void> {
    this.#isOpen = false;
  }

  /** Somebody says something; the message as the desk receives it. */
  say({ channelId, author, text, relation, messageId }: Said): ChatMessage {
    const id = messageId ?? this.#options.newId();
    const at = this.#options.clock.now();
    const message: ChatMessage = {
      key: messageKey('local', channelId, id),
      platform: 'local',
      channelId,
      messageId: id,
      author,
      text,
      postedAt: at,
      receivedAt: at,
      relation,
      dryRun: false,
    };
    if (this.#hears(channelId)) for (const listener of this.#onMessage) settle(listener(message));
    return message;
  }

  /** Whoever said it takes it back. */
  remove(channelId: string, messageId: string): void {
    if (!this.#hears(channelId)) return;
    const key = messageKey('local', channelId, messageId);
    const deletion = { key, at: this.#options.clock.now() };
    for (const listener of this.#onDeletion) settle(listener(deletion));
  }

  press(act: LocalAct, button: string): void {
    if (!this.#hears(act.channelId)) return;
    const press = { ...this.#interaction(act), button };
    for (const listener of this.#onPress) listener(press);
  }

  /** A command as one line: `buy 2 UBER 78p 12/05 @ .75`. */
  command(act: LocalAct, line: string): void {
    if (!this.#hears(act.channelId)) return;
    const invocation = { ...this.#interaction(act), line };
    for (const listener of this.#onInvocation) listener(invocation);
  }

  async post(post: Post): Promise<PostOutcome> {
    const shown = { ...post, text: clip(post.text, TEXT_MAX) };
    this.#posts.set(post.key, shown);
    dropOldest(this.#posts, POSTS_MAX);
    for (const listener of this.#onPost) listener(shown);
    return { kind: 'delivered', postId: post.key };
  }

  async direct(person: string, key: string, text: string): Promise<PostOutcome> {
    const postId = `${person}:${key}`;
    if (!this.#notes.has(postId)) this.#notes.set(postId, { person, key, text });
    dropOldest(this.#notes, NOTES_MAX);
    return { kind: 'delivered', postId };
  }

  /** What the desk posted, oldest first, bounded. */
  posts(): readonly Post[] {
    return [...this.#posts.values()];
  }

  /** What the desk wrote to people alone, oldest first, bounded. */
  notes(): readonly LocalNote[] {
    return [...this.#notes.values()];
  }

  /** Calls `listener` with every new or changed post, until undone. */
  onPost(listener: (post: Post) => void): () => void {
    return added(this.#onPost, listener);
  }

  onMessage(listener: (message: ChatMessage) => Received): () => void {
    return added(this.#onMessage, listener);
  }

  onDeletion(listener: (deletion: Deletion) => Received): () => void {
    return added(this.#onDeletion, listener);
  }

  onPress(listener: (press: Press) => void): () => void {
    return added(this.#onPress, listener);
  }

  onInvocation(listener: (invocation: Invocation) => void): () => void {
    return added(this.#onInvocation, listener);
  }

  /** Nothing here can fail that an operator could mend. */
  onProblem(): () => void {
    return () => undefined;
  }

  /** There is no menu: commands are typed. */
  async offer(): Promise<void> {}

  health(): PlatformHealth {
    const lastSeenAt = this.#lastSeenAt;
    return this.#isOpen
      ? { state: 'connected', detail: 'inside this program', lastSeenAt }
      : { state: 'stopped', detail: 'not started', lastSeenAt };
  }

  #hears(channelId: string): boolean {
    if (!this.#isOpen || !this.#options.channelIds.includes(channelId)) return false;
    this.#lastSeenAt = this.#options.clock.now();
    return true;
  }

  #interaction({ channelId, by, onAnswer }: LocalAct) {
    const { newId, clock } = this.#options;
    const { platform } = this;
    const respond = async (text: string, buttons: readonly Button[] = []): Promise<void> =>
      onAnswer(text, buttons);
    return { id: newId(), platform, channelId, by, at: clock.now(), respond };
  }
}

function added<T>(listeners: Set<T>, listener: T): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function dropOldest(kept: Map<string, unknown>, most: number): void {
  const oldest = kept.keys().next();
  if (kept.size > most && oldest.done !== true) kept.delete(oldest.value);
}

/** What is not on record the desk tells itself, and nobody here would deliver it again. */
function settle(received: Received): void {
  received?.catch(() => undefined);
}
