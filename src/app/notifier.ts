/**
 * Answers in the channel: posts what the outbox says is due, and records each delivery.
 *
 * A failed post is tried again, with growing pauses; it never holds up the desk.
 */
import type { Cancel, Clock } from '#kernel/time.ts';
import type { Desk } from '#orders/desk.ts';
import type { DuePost, Outbox } from '#publish/outbox.ts';
import type { Channel } from '#publish/ports.ts';

const RETRY_MS = [1_000, 5_000, 30_000, 120_000] as const;
/** Records of one moment become one post. */
const GATHER_MS = 20;

export class Notifier {
  readonly #desk: Desk;
  readonly #outbox: Outbox;
  readonly #channel: Channel;
  readonly #clock: Clock;
  #timer: Cancel | null = null;
  #stopRetry: Cancel = () => undefined;
  #isPosting = false;
  #stopped = false;
  /** By key: posts that failed, and when each is tried again (monotonic). */
  readonly #failed = new Map<string, { readonly times: number; readonly retryAt: number }>();

  constructor(parts: {
    readonly desk: Desk;
    readonly outbox: Outbox;
    readonly channel: Channel;
    readonly clock: Clock;
  }) {
    this.#desk = parts.desk;
    this.#outbox = parts.outbox;
    this.#channel = parts.channel;
    this.#clock = parts.clock;
  }

  /** Something was recorded: there may be something to say. */
  wake(): void {
    this.#later(GATHER_MS);
  }

  stop(): void {
    this.#stopped = true;
    this.#timer?.();
    this.#stopRetry();
  }

  #later(ms: number): void {
    if (this.#stopped || this.#timer !== null || this.#isPosting) return;
    this.#timer = this.#clock.after(ms, () => {
      this.#timer = null;
      void this.#postAll();
    });
  }

  /** One that cannot be posted waits for itself alone: the others are not held up by it. */
  async #postAll(): Promise<void> {
    this.#isPosting = true;
    try {
      for (const due of this.#outbox.due()) {
        if (this.#stopped) break;
        if (this.#waitMs(due) <= 0) await this.#post(due);
      }
    } finally {
      this.#isPosting = false;
    }
    const waits = this.#outbox.due().map((due) => this.#waitMs(due));
    const soonest = Math.min(...waits);
    if (soonest <= 0) this.#later(GATHER_MS);
    else if (waits.length > 0) this.#retryIn(soonest);
  }

  #waitMs({ post }: DuePost): number {
    const failed = this.#failed.get(post.key);
    return failed === undefined ? 0 : failed.retryAt - this.#clock.mono();
  }

  #retryIn(ms: number): void {
    this.#stopRetry();
    if (!this.#stopped) this.#stopRetry = this.#clock.after(ms, () => this.wake());
  }

  async #post({ post, digest }: DuePost): Promise<void> {
    const outcome = await this.#channel.post(post);
    if (this.#stopped) return;
    if (outcome.kind === 'failed' && outcome.retry) {
      const times = (this.#failed.get(post.key)?.times ?? 0) + 1;
      const pause = RETRY_MS[Math.min(times, RETRY_MS.length) - 1] ?? RETRY_MS[0];
      this.#failed.set(post.key, { times, retryAt: this.#clock.mono() + pause });
      return;
    }
    this.#failed.delete(post.key);
    if (outcome.kind === 'failed') {
      this.#desk.incident('notice_undeliverable', `${post.key}: ${outcome.detail}`);
    }
    const body = { key: post.key, digest, at: this.#desk.now() };
    this.#desk.record([{ kind: 'notice.delivered', body, actor: 'engine' }], 'lazy');
  }
}
