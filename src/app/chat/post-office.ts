/**
 * Takes posts to where readers are: whatever its sources say is due, each to its platform
 * and channel, and every delivery on record.
 *
 * Rules
 * 1. One post at a time in a channel: what was never posted before what only changes, trades before
 *    refusals, and else in the order of the sources; channels do not wait for one another, and none
 *    holds up the desk.
 * 2. A failed post is tried again, with growing pauses, short ones before the first answer to a
 *    trade; one that cannot be posted waits for itself alone. An adapter that throws or stays
 *    silent counts as one that failed.
 * 3. What may have been posted already, by an earlier try or an earlier run, is said to be so: the
 *    platform then looks for it before it posts. What was delivered is not posted again while its
 *    receipt is on the way to the disk.
 */
import type { Platform } from '#alerts/model.ts';
import { failureText } from '#kernel/text.ts';
import type { Cancel, Clock, EpochMs } from '#kernel/time.ts';
import { within } from '#kernel/within.ts';
import type { Desk } from '#orders/desk.ts';
import type { DuePost, PostSource } from '#publish/outbox.ts';
import type { Channel, PostOutcome } from '#publish/ports.ts';

export interface PostOfficeParts {
  readonly desk: Pick<Desk, 'record' | 'incident' | 'now'>;
  readonly sources: readonly PostSource[];
  /** `null`: this run posts nothing there. */
  readonly channelOf: (platform: Platform) => Channel | null;
  readonly clock: Clock;
}

const RETRY_MS = [1_000, 5_000, 30_000, 120_000] as const;
/** Money is at work and nobody was told: not to wait long for a channel that works again. */
const RETRY_UNANSWERED_MS_MAX = 10_000;
/** Longer than a platform asks anybody to wait. */
const ANSWER_WITHIN_MS = 60_000;
/** Records of one moment become one post. */
const GATHER_MS = 20;
/** Receipts are on disk long before so many others follow. */
const RECEIPTS_KEPT = 1_000;

interface Failed {
  readonly times: number;
  readonly retryAt: number;
}

interface Receipt {
  readonly digest: string;
  /** `null`: it was given up. */
  readonly postId: string | null;
}

export class PostOffice {
  readonly #parts: PostOfficeParts;
  /** By key: posts that failed, and when each is tried again (monotonic). */
  readonly #failed = new Map<string, Failed>();
  /** Keys tried in this run and not known to have arrived. */
  readonly #tried = new Set<string>();
  readonly #receipts = new Map<string, Receipt>();
  /** Channels in which a post is on its way. */
  readonly #busy = new Set<string>();
  readonly #startedAt: EpochMs;
  #gathering: Cancel | null = null;
  #stopRetry: Cancel = () => undefined;
  #stopped = false;

  constructor(parts: PostOfficeParts) {
    this.#parts = parts;
    this.#startedAt = parts.clock.now();
  }

  /** Something was recorded: there may be something to say. */
  wake(): void {
    if (this.#stopped || this.#gathering !== null) return;
    this.#gathering = this.#parts.clock.after(GATHER_MS, () => {
      this.#gathering = null;
      this.#pump();
    });
  }

  stop(): void {
    this.#stopped = true;
    this.#gathering?.();
    this.#stopRetry();
  }

  #pump(): void {
    if (this.#stopped) return;
    const due = this.#due();
    for (const each of due) {
      const room = `${each.platform}:${each.post.channelId}`;
      if (this.#busy.has(room) || this.#waitMs(each) > 0) continue;
      this.#busy.add(room);
      void this.#send(each).finally(() => {
        this.#busy.delete(room);
        this.#pump();
      });
    }
    this.#retryLater(due);
  }

  #due(): readonly DuePost[] {
    const { sources, channelOf } = this.#parts;
    const due = sources
      .flatMap((source) => source.due())
      .filter(({ platform }) => channelOf(platform) !== null)
      .filter(({ post, digest }) => this.#receipts.get(post.key)?.digest !== digest)
      .map((each) => this.#withPostId(each));
    return [...due].toSorted((one, other) => rankOf(one) - rankOf(other));
  }

  /** The source learns of it only when the receipt is on disk. */
  #withPostId(due: DuePost): DuePost {
    const postId = due.post.postId ?? this.#receipts.get(due.post.key)?.postId ?? null;
    return { ...due, post: { ...due.post, postId } };
  }

  #waitMs({ post }: DuePost): number {
    const failed = this.#failed.get(post.key);
    return failed === undefined ? 0 : failed.retryAt - this.#parts.clock.mono();
  }

  #retryLater(due: readonly DuePost[]): void {
    const waits = due.map((each) => this.#waitMs(each)).filter((wait) => wait > 0);
    this.#stopRetry();
    if (waits.length === 0) return;
    this.#stopRetry = this.#parts.clock.after(Math.min(...waits), () => this.wake());
  }

  async #send(due: DuePost): Promise<void> {
    const { post, since } = due;
    const mayBeThere = this.#tried.has(post.key) || since < this.#startedAt;
    this.#tried.add(post.key);
    const triedAt = mayBeThere ? since : null;
    this.#conclude(due, await this.#say({ ...due, post: { ...post, triedAt } }));
  }

  /** An adapter that throws or stays silent may have posted: the same key does no harm again. */
  async #say({ platform, post }: DuePost): Promise<PostOutcome> {
    const { channelOf, clock, desk } = this.#parts;
    const channel = channelOf(platform);
    if (channel === null) return unposted('nobody posts there');
    try {
      return await within(
        { clock, ms: ANSWER_WITHIN_MS },
        () => channel.post(post),
        () => unposted(`no answer within ${ANSWER_WITHIN_MS} ms`),
      );
    } catch (error) {
      const detail = failureText(error);
      desk.incident('adapter_failed', `post ${post.key}: ${detail}`);
      return unposted(detail);
    }
  }

  #conclude(due: DuePost, outcome: PostOutcome): void {
    if (this.#stopped) return;
    if (outcome.kind === 'failed' && outcome.retry) {
      this.#tryAgain(due, outcome.waitMs ?? 0);
      return;
    }
    const { post, digest } = due;
    const { desk } = this.#parts;
    this.#failed.delete(post.key);
    this.#tried.delete(post.key);
    if (outcome.kind === 'failed') {
      desk.incident('notice_undeliverable', `${post.key}: ${outcome.detail}`);
    }
    const postId = outcome.kind === 'delivered' ? outcome.postId : post.postId;
    this.#keep(post.key, { digest, postId });
    const body = { key: post.key, digest, ...(postId !== null && { postId }), at: desk.now() };
    desk.record([{ kind: 'notice.delivered', body, actor: 'engine' }], 'lazy');
  }

  #keep(key: string, receipt: Receipt): void {
    this.#receipts.delete(key);
    this.#receipts.set(key, receipt);
    const [oldest] = this.#receipts.keys();
    if (this.#receipts.size > RECEIPTS_KEPT && oldest !== undefined) this.#receipts.delete(oldest);
  }

  #tryAgain(due: DuePost, waitMs: number): void {
    const { key, postId } = due.post;
    const times = (this.#failed.get(key)?.times ?? 0) + 1;
    const usual = RETRY_MS[Math.min(times, RETRY_MS.length) - 1] ?? RETRY_MS[0];
    const isUnanswered = due.isUrgent === true && postId === null;
    const own = isUnanswered ? Math.min(usual, RETRY_UNANSWERED_MS_MAX) : usual;
    const retryAt = this.#parts.clock.mono() + Math.max(own, waitMs);
    this.#failed.set(key, { times, retryAt });
  }
}

/** An alert is answered before an older answer is changed, and a trade before a refusal. */
function rankOf({ post, isUrgent }: DuePost): number {
  return (post.postId === null ? 0 : 2) + (isUrgent === true ? 0 : 1);
}

function unposted(detail: string): PostOutcome {
  return { kind: 'failed', detail, retry: true, waitMs: null };
}
