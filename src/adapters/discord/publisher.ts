/**
 * Posts, edits and direct messages over REST alone: they need no gateway and no cache.
 *
 * Promises
 * 1. A key is posted once. Whatever its first request came to, the next one finds it: by id, by
 *    nonce, or by the reference in the channel's history.
 * 2. In a channel one post is on its way at a time, in the order they were given.
 * 3. A channel that refuses us holds up no other.
 */
import { type REST, Routes } from 'discord.js';
import type { z } from 'zod';
import { messageKey } from '#kernel/ids.ts';
import { clip, oneLine } from '#kernel/text.ts';
import { type Clock, type EpochMs, epochMs } from '#kernel/time.ts';
import type { Post, PostOutcome } from '#publish/ports.ts';
import { CODE, type Failure, failureOf } from './failures.ts';
import { OwnPosts } from './own-posts.ts';
import { contentOf, nonceOf, rowsOf, SILENT } from './posting.ts';
import { Threads } from './threads.ts';
import { ChannelSchema, PersonSchema, PostedSchema } from './wire.ts';

export interface PublisherOptions {
  readonly rest: REST;
  readonly clock: Clock;
  /** The id of our own user, once it is known. */
  readonly ownId: () => string | null;
  /** Told of every failure, with the channel or person it was about. */
  readonly onFailure: (failure: Failure, where: string, act: 'post' | 'direct') => void;
}

interface Draft {
  readonly key: string;
  /** Where it goes: the channel, a thread of it, or a direct channel. */
  readonly channelId: string;
  /** The channel it is for; a post elsewhere is named with where it is. */
  readonly home: string;
  readonly text: string;
  readonly buttons: Post['buttons'];
  readonly repliesTo: string | null;
}

type Known = { readonly postId: string; readonly channelId: string };

/** Of this many keys it is remembered what became of them; the record knows the others. */
const KEYS_MAX = 10_000;
const THREAD_MARK = '/';

export class Publisher {
  readonly #options: PublisherOptions;
  readonly #threads: Threads;
  readonly #own: OwnPosts;
  readonly #posted = new Map<string, Known>();
  /** Tried, and not known to have failed: since when. */
  readonly #unknown = new Map<string, EpochMs>();
  readonly #directs = new Map<string, string>();
  readonly #lanes = new Map<string, Promise<unknown>>();

  constructor(options: PublisherOptions) {
    this.#options = options;
    this.#threads = new Threads(options.rest);
    const ownId = async (): Promise<string> => options.ownId() ?? (await this.#askOwnId());
    this.#own = new OwnPosts({ rest: options.rest, clock: options.clock, ownId });
  }

  post(post: Post): Promise<PostOutcome> {
    const { channelId } = post;
    return this.#inTurn(channelId, () => this.#attempt(channelId, 'post', () => this.#put(post)));
  }

  direct(person: string, key: string, text: string): Promise<PostOutcome> {
    const own = `direct:${person}:${key}`;
    return this.#inTurn(`direct:${person}`, () =>
      this.#attempt(person, 'direct', async () => {
        const known = this.#posted.get(own);
        if (known !== undefined) return { kind: 'delivered', postId: known.postId };
        const channelId = await this.#directChannel(person);
        // Whatever was written there before this process began is looked for too.
        const found = await this.#own.find({ channelId, key: own, since: null, by: 'this_run' });
        const place = { channelId, home: channelId };
        if (found !== null) return this.#remember(own, place, found.id);
        return this.#create({ key: own, ...place, text, buttons: [], repliesTo: null });
      }),
    );
  }

  async #put(post: Post): Promise<PostOutcome> {
    const known = post.postId === null ? this.#posted.get(post.key) : knownOf(post, post.postId);
    const { key, text, buttons } = post;
    if (known !== undefined) {
      await this.#edit({ key, text, buttons, ...known });
      keep(this.#posted, key, known);
      return { kind: 'delivered', postId: known.postId };
    }
    const place = await this.#placeOf(post);
    const draft: Draft = { key, text, buttons, home: post.channelId, ...place };
    const found = await this.#found(post, place.channelId);
    if (found !== null) return this.#adopt(draft, found);
    return this.#create(draft).catch((error: unknown) => {
      const isBarred = failureOf(error).kind === 'forbidden' && place.channelId !== post.channelId;
      if (!isBarred) throw error;
      this.#threads.giveUp(post.channelId);
      return this.#create({ ...draft, channelId: post.channelId, repliesTo: post.underPostId });
    });
  }

  /** The thread under another post where there may be one, else an answer to it. */
  async #placeOf(post: Post): Promise<Pick<Draft, 'channelId' | 'repliesTo'>> {
    const { channelId, underPostId, inReplyTo } = post;
    if (underPostId === null) return { channelId, repliesTo: answeredIn(channelId, inReplyTo) };
    const root = placedOf(channelId, underPostId);
    if (root.channelId !== channelId) return { channelId: root.channelId, repliesTo: null };
    const name = clip(oneLine(post.text), 80);
    const thread = await this.#threads.open(channelId, root.id, name);
    return thread === null
      ? { channelId, repliesTo: root.id }
      : { channelId: thread, repliesTo: null };
  }

  async #found({ key, triedAt }: Post, channelId: string) {
    const own = this.#unknown.get(key) ?? null;
    if (own !== null) {
      const since = triedAt === null ? own : epochMs(Math.min(own, triedAt));
      return this.#own.find({ channelId, key, since, by: 'this_run' });
    }
    if (triedAt === null) return null;
    return this.#own.find({ channelId, key, since: triedAt, by: 'earlier_run' });
  }

  async #create(draft: Draft): Promise<PostOutcome> {
    const { key, repliesTo } = draft;
    keep(this.#unknown, key, this.#unknown.get(key) ?? this.#options.clock.now());
    const made = await this.#send(draft).catch((error: unknown) => {
      const failure = failureOf(error);
      // What it answers cannot be answered (any more): it is said all the same.
      const isReply = failure.kind === 'refused' && failure.code === CODE.invalidBody;
      if (isReply && repliesTo !== null) return this.#send({ ...draft, repliesTo: null });
      if (failure.kind !== 'unknown') this.#unknown.delete(key);
      throw error;
    });
    if (!isShownAs(made.content, contentOf(draft.text, key))) return this.#adopt(draft, made);
    return this.#remember(key, draft, made.id);
  }

  async #send({ key, channelId, text, buttons, repliesTo }: Draft) {
    const body = {
      ...{ content: contentOf(text, key), components: rowsOf(buttons), allowed_mentions: SILENT },
      ...{ nonce: nonceOf(channelId, key), enforce_nonce: true },
      ...(repliesTo !== null && {
        message_reference: { message_id: repliesTo, fail_if_not_exists: false },
      }),
    };
    return PostedSchema.parse(
      await this.#options.rest.post(Routes.channelMessages(channelId), { body }),
    );
  }

  /** It got through before, perhaps with words that have changed since. */
  async #adopt(draft: Draft, found: z.output<typeof PostedSchema>): Promise<PostOutcome> {
    const outcome = this.#remember(draft.key, draft, found.id);
    const { postId } = outcome;
    await this.#edit({ ...draft, postId });
    return outcome;
  }

  async #edit(change: Known & Pick<Draft, 'key' | 'text' | 'buttons'>): Promise<void> {
    const { key, text, buttons, channelId, postId } = change;
    const body = {
      ...{ content: contentOf(text, key), components: rowsOf(buttons), allowed_mentions: SILENT },
    };
    const route = Routes.channelMessage(channelId, placedOf(channelId, postId).id);
    await this.#options.rest.patch(route, { body });
  }

  /** Before the gateway has said who we are. */
  async #askOwnId(): Promise<string> {
    return PersonSchema.parse(await this.#options.rest.get(Routes.user())).id;
  }

  async #directChannel(person: string): Promise<string> {
    const known = this.#directs.get(person);
    if (known !== undefined) return known;
    const body = { recipient_id: person };
    const made = await this.#options.rest.post(Routes.userChannels(), { body });
    const { id } = ChannelSchema.parse(made);
    keep(this.#directs, person, id);
    return id;
  }

  #remember(key: string, { channelId, home }: Pick<Draft, 'channelId' | 'home'>, id: string) {
    const postId = channelId === home ? id : `${channelId}${THREAD_MARK}${id}`;
    this.#unknown.delete(key);
    keep(this.#posted, key, { postId, channelId });
    return { kind: 'delivered', postId } as const;
  }

  async #attempt(
    where: string,
    act: 'post' | 'direct',
    work: () => Promise<PostOutcome>,
  ): Promise<PostOutcome> {
    try {
      return await work();
    } catch (error) {
      const failure = failureOf(error);
      this.#options.onFailure(failure, where, act);
      const { kind, detail } = failure;
      const retry = kind === 'later' || kind === 'unknown' || kind === 'token';
      return { kind: 'failed', detail, retry, waitMs: kind === 'later' ? failure.waitMs : null };
    }
  }

  #inTurn<T>(lane: string, act: () => Promise<T>): Promise<T> {
    const before = this.#lanes.get(lane) ?? Promise.resolve();
    const mine = before.then(act);
    this.#lanes.set(lane, mine);
    return mine.finally(() => {
      if (this.#lanes.get(lane) === mine) this.#lanes.delete(lane);
    });
  }
}

/** Discord takes away blanks at the ends; an answer without the text says nothing against it. */
function isShownAs(shown: string | null | undefined, wanted: string): boolean {
  const bare = (text: string): string => text.replace(/\s+/g, ' ').trim();
  return typeof shown !== 'string' || bare(shown) === bare(wanted);
}

function answeredIn(channelId: string, key: Post['inReplyTo']): string | null {
  const prefix = messageKey('discord', channelId, '');
  return key?.startsWith(prefix) === true ? key.slice(prefix.length) : null;
}

function knownOf({ channelId }: Post, postId: string): Known {
  return { postId, channelId: placedOf(channelId, postId).channelId };
}

/** A post in a thread is named with it: `thread/message`. */
function placedOf(channelId: string, postId: string): { channelId: string; id: string } {
  const at = postId.indexOf(THREAD_MARK);
  return at < 0
    ? { channelId, id: postId }
    : { channelId: postId.slice(0, at), id: postId.slice(at + 1) };
}

function keep<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > KEYS_MAX && oldest !== undefined) map.delete(oldest);
}
