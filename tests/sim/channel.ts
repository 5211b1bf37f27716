/** The chat's side of answers: posts by key, as readers see them, over a way that loses. */

import type { VirtualClock } from '#kernel/virtual-clock.ts';
import type { Channel, Post, PostOutcome } from '#publish/ports.ts';
import type { FaultBook } from './faults.ts';
import type { SimProcess } from './process.ts';

const POST_MS = 15;

export class SimChannel {
  readonly posts = new Map<string, string>();
  readonly #clock: VirtualClock;
  readonly #faults: FaultBook;
  #tries = 0;

  constructor(clock: VirtualClock, faults: FaultBook) {
    this.#clock = clock;
    this.#faults = faults;
  }

  /** The channel as one process has it: nobody answers a dead one. */
  of(process: SimProcess): Channel {
    return {
      platform: 'local',
      post: (post) =>
        new Promise((resolve) => {
          this.#clock.after(POST_MS, () => {
            const outcome = this.#post(post);
            if (!process.isDead) resolve(outcome);
          });
        }),
    };
  }

  #post(post: Post): PostOutcome {
    this.#tries += 1;
    const key = `${post.key} ${this.#tries}`;
    if (this.#faults.strike('post_failed', key) !== null) return failed('lost on the way');
    this.posts.set(post.key, post.text);
    if (this.#faults.strike('post_unrecorded', key) !== null) return failed('the answer was lost');
    return { kind: 'delivered', postId: post.key };
  }
}

function failed(detail: string): PostOutcome {
  return { kind: 'failed', detail, retry: true, waitMs: null };
}
