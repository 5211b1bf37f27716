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
  #isPosting = false;
  #failures = 0;
  #stopped = false;

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
  }

  #later(ms: number): void {
    if (this.#stopped || this.#timer !== null || this.#isPosting) return;
    this.#timer = this.#clock.after(ms, () => {
      this.#timer = null;
      void this.#postAll();
    });
  }

  async #postAll(): Promise<void> {
    this.#isPosting = true;
    let failed = false;
    for (const due of this.#outbox.due()) {
      if (this.#stopped) break;
      failed = !(await this.#post(due)) || failed;
    }
    this.#isPosting = false;
    this.#failures = failed ? this.#failures + 1 : 0;
    const pause = RETRY_MS[Math.min(this.#failures, RETRY_MS.length) - 1];
    if (failed && pause !== undefined) this.#later(pause);
    else if (this.#outbox.due().length > 0) this.#later(GATHER_MS);
  }

  async #post({ post, digest }: DuePost): Promise<boolean> {
    const outcome = await this.#channel.post(post);
    if (this.#stopped) return true;
    if (outcome.kind === 'failed' && outcome.retry) return false;
    if (outcome.kind === 'failed') {
      this.#desk.incident('notice_undeliverable', `${post.key}: ${outcome.detail}`);
    }
    const body = { key: post.key, digest, at: this.#desk.now() };
    this.#desk.record([{ kind: 'notice.delivered', body, actor: 'engine' }], 'lazy');
    return true;
  }
}
