/**
 * Our posts: each once, in its place, whatever was lost on the way.
 *
 * Rule  Slack has no key that makes a repeated post the same one. Each post carries its key as
 *       metadata; a post whose outcome is not known is looked for in the history by that key before
 *       it is sent again. An edit is the same however often it arrives and needs none of this.
 */
import { z } from 'zod';
import type { MessageKey } from '#kernel/ids.ts';
import { type Clock, type EpochMs, plus } from '#kernel/time.ts';
import type { Button, PlatformProblem, Post, PostOutcome } from '#publish/ports.ts';
import { type Call, type CallFailure, problemOf } from './failures.ts';
import { ItemSchema, readHistory } from './history.ts';
import { type Self, Ts } from './messages.ts';
import { createPace, type Pace } from './pace.ts';
import type { Web } from './web.ts';
import { worded } from './wording.ts';

const EVENT_TYPE = 'strikewire_post';
/** Clocks differ; what we posted may carry an earlier time than ours. */
const CLOCKS_MS = 120_000;
/** A request that timed out may still be on its way: it is not looked for at once. */
const UNKNOWN_WAIT_MS = 2_000;
const PAGES_MAX = 10;
const KEYS_MAX = 5_000;
const DIRECT_LOOK_MS = 7 * 86_400_000;
/** Answers to a post into a thread that is not there any more: nothing was posted. */
const THREAD_GONE: readonly string[] = ['thread_not_found', 'cannot_reply_to_message'];
/** … and to reading one, also of a server that reads channels alone: then the channel is read. */
const THREAD_UNREADABLE: readonly string[] = [...THREAD_GONE, 'unknown_method'];

export interface PostsOptions {
  readonly web: Web;
  readonly clock: Clock;
  /** `null` until Slack has told who we are. */
  readonly self: () => Self | null;
  readonly onProblem: (problem: PlatformProblem) => void;
}

const OpenSchema = z.looseObject({ channel: z.looseObject({ id: z.string().min(1) }) });

interface Errand {
  readonly key: string;
  readonly channelId: string;
  readonly thread: string | null;
  readonly text: string;
  readonly buttons: readonly Button[];
  readonly postId: string | null;
  /** Since when a post of this key may be there. */
  readonly lookSince: EpochMs | null;
  /** What to do where history may not be read: a second post, or none at all. */
  readonly unseen: 'send' | 'fail';
}

type Found =
  | { readonly kind: 'found'; readonly ts: string | null }
  | { readonly kind: 'failed'; readonly failure: CallFailure };

export class Posts {
  readonly #options: PostsOptions;
  readonly #pace: Pace;
  /** By channel: the end of what is being posted there. */
  readonly #queues = new Map<string, Promise<unknown>>();
  readonly #delivered = new Map<string, string>();
  readonly #unknownSince = new Map<string, EpochMs>();
  readonly #conversations = new Map<string, string>();

  constructor(options: PostsOptions) {
    this.#options = options;
    this.#pace = createPace(options.clock);
  }

  post(post: Post): Promise<PostOutcome> {
    const { key, channelId, text, buttons } = post;
    return this.#inTurn(channelId, () =>
      this.#deliver({
        key,
        channelId,
        thread: this.#threadOf(post),
        text,
        buttons,
        postId: post.postId ?? this.#delivered.get(key) ?? null,
        lookSince: post.triedAt ?? this.#unknownSince.get(key) ?? null,
        unseen: 'fail',
      }),
    );
  }

  /** To one person alone, once for each key. */
  async direct(person: string, key: string, text: string): Promise<PostOutcome> {
    const id = `direct:${person}:${key}`;
    const known = this.#delivered.get(id);
    if (known !== undefined) return { kind: 'delivered', postId: known };
    const open = await this.#conversation(person);
    if (open.kind === 'failed') return open;
    return this.#inTurn(open.channelId, () => {
      const done = this.#delivered.get(id);
      if (done !== undefined) return { kind: 'delivered', postId: done };
      const lookSince = plus(this.#options.clock.now(), -DIRECT_LOOK_MS);
      const { channelId } = open;
      const message = { key: id, channelId, thread: null, text, buttons: [], postId: null };
      return this.#deliver({ ...message, lookSince, unseen: 'send' });
    });
  }

  /** Resolves when nothing is being posted, at the latest after `msMax`. */
  async idle(msMax: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const cancel = this.#options.clock.after(msMax, resolve);
      void Promise.allSettled(this.#queues.values()).then(() => {
        cancel();
        resolve();
      });
    });
  }

  /** The thread of the message answered, else of our own earlier post. */
  #threadOf({ channelId, inReplyTo, under, underPostId }: Post): string | null {
    const answered = inReplyTo === null ? null : tsIn(inReplyTo, channelId);
    if (answered !== null) return answered;
    return underPostId ?? (under === null ? null : (this.#delivered.get(under) ?? null));
  }

  async #conversation(
    person: string,
  ): Promise<{ kind: 'open'; channelId: string } | Extract<PostOutcome, { kind: 'failed' }>> {
    const known = this.#conversations.get(person);
    if (known !== undefined) return { kind: 'open', channelId: known };
    const call = await this.#options.web.call('conversations.open', { users: person });
    const read = call.kind === 'done' ? OpenSchema.safeParse(call.body) : null;
    if (read?.success === true) {
      remember(this.#conversations, person, read.data.channel.id);
      return { kind: 'open', channelId: read.data.channel.id };
    }
    if (call.kind === 'refused') this.#report('conversations.open', call, null);
    const detail = call.kind === 'refused' ? call.error : 'no conversation was opened';
    const waitMs = call.kind === 'limited' ? call.waitMs : null;
    return { kind: 'failed', detail, retry: call.kind !== 'refused', waitMs };
  }

  #inTurn(channelId: string, act: () => Promise<PostOutcome> | PostOutcome): Promise<PostOutcome> {
    const before = this.#queues.get(channelId) ?? Promise.resolve();
    const mine = before.then(act);
    this.#queues.set(channelId, mine);
    return mine;
  }

  async #deliver(errand: Errand): Promise<PostOutcome> {
    const waitMs = this.#pace.blockedMs(errand.channelId);
    if (waitMs > 0) return { kind: 'failed', detail: 'rate limited', retry: true, waitMs };
    if (errand.postId !== null) return this.#edit(errand, errand.postId);
    if (errand.lookSince === null) return this.#send(errand);
    const found = await this.#find(errand, errand.lookSince);
    if (found.kind === 'failed') {
      const outcome = this.#failed('conversations.history', found.failure, errand);
      const isBarred = found.failure.kind === 'refused' && errand.unseen === 'send';
      return isBarred ? this.#send(errand) : outcome;
    }
    return found.ts === null ? this.#send(errand) : this.#edit(errand, found.ts);
  }

  async #send(errand: Errand): Promise<PostOutcome> {
    const { key, channelId, thread, text, buttons } = errand;
    await this.#pace.turn(channelId);
    const at = this.#options.clock.now();
    const call = await this.#options.web.call('chat.postMessage', {
      channel: channelId,
      ...worded(text, buttons),
      metadata: { event_type: EVENT_TYPE, event_payload: { key } },
      ...(thread === null ? {} : { thread_ts: thread }),
    });
    if (call.kind === 'refused' && thread !== null && THREAD_GONE.includes(call.error)) {
      return this.#send({ ...errand, thread: null });
    }
    if (call.kind === 'unknown') remember(this.#unknownSince, key, at);
    if (call.kind !== 'done') return this.#failed('chat.postMessage', call, errand);
    const ts = call.body['ts'];
    if (typeof ts !== 'string') {
      remember(this.#unknownSince, key, at);
      return this.#failed('chat.postMessage', { kind: 'unknown', detail: 'no ts' }, errand);
    }
    return this.#done(key, ts);
  }

  async #edit(errand: Errand, ts: string): Promise<PostOutcome> {
    const { key, channelId, text, buttons } = errand;
    await this.#pace.turn(channelId);
    const call = await this.#options.web.call('chat.update', {
      channel: channelId,
      ts,
      ...worded(text, buttons),
      metadata: { event_type: EVENT_TYPE, event_payload: { key } },
    });
    if (call.kind === 'done') return this.#done(key, ts);
    return this.#failed('chat.update', call, errand);
  }

  #done(key: string, postId: string): PostOutcome {
    this.#unknownSince.delete(key);
    remember(this.#delivered, key, postId);
    return { kind: 'delivered', postId };
  }

  #failed(method: string, call: CallFailure, { channelId }: Errand): PostOutcome {
    switch (call.kind) {
      case 'limited':
        this.#pace.block(channelId, call.waitMs);
        return { kind: 'failed', detail: 'rate limited', retry: true, waitMs: call.waitMs };
      case 'unknown':
        return { kind: 'failed', detail: call.detail, retry: true, waitMs: UNKNOWN_WAIT_MS };
      case 'refused': {
        // Behind a token that is refused, everything can be posted once there is a new one.
        const retry = this.#report(method, call, channelId)?.fatal === true;
        return { kind: 'failed', detail: `${method}: ${call.error}`, retry, waitMs: null };
      }
    }
  }

  #report(
    method: string,
    call: Extract<Call, { readonly kind: 'refused' }>,
    channelId: string | null,
  ): PlatformProblem | null {
    const problem = problemOf(method, call, channelId);
    if (problem !== null) this.#options.onProblem(problem);
    return problem;
  }

  async #find(errand: Errand, since: EpochMs): Promise<Found> {
    const { key, channelId, thread } = errand;
    const { web, clock, self } = this.#options;
    const after = `${Math.max(0, Math.floor((since - CLOCKS_MS) / 1_000))}.000000`;
    const range = { channelId, thread, after, pagesMax: PAGES_MAX, waitsMax: 0 };
    const history = await readHistory(web, clock, range);
    if (history.kind === 'failed') {
      const { failure } = history;
      const isClosed = failure.kind === 'refused' && THREAD_UNREADABLE.includes(failure.error);
      // Without its thread it was posted in the channel itself.
      return isClosed && thread !== null
        ? this.#find({ ...errand, thread: null }, since)
        : { kind: 'failed', failure };
    }
    const me = self();
    for (const item of history.items) {
      const read = ItemSchema.safeParse(item);
      if (!read.success || me === null) continue;
      const { user, bot_id: bot, metadata, ts } = read.data;
      const isOurs = user === me.userId || (me.botId !== null && bot === me.botId);
      if (!isOurs || metadata?.event_type !== EVENT_TYPE) continue;
      if (metadata.event_payload['key'] === key) return { kind: 'found', ts };
    }
    return { kind: 'found', ts: null };
  }
}

/** `ts` of a message of this channel. */
function tsIn(key: MessageKey, channelId: string): string | null {
  const prefix = `slack:${channelId}:`;
  const ts = key.startsWith(prefix) ? key.slice(prefix.length) : '';
  return Ts.safeParse(ts).success ? ts : null;
}

function remember<V>(map: Map<string, V>, key: string, value: V): void {
  map.delete(key);
  map.set(key, value);
  const oldest = map.keys().next();
  if (map.size > KEYS_MAX && oldest.done !== true) map.delete(oldest.value);
}
