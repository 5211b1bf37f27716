/** Asks the desk, wherever it runs, and waits for its answer within a bound. */
import type { Bus } from '#bus/ports.ts';
import type { Clock } from '#kernel/time.ts';
import type { Seal } from '../bus/seal.ts';
import type { DeskWatch } from './desk-watch.ts';
import {
  type Act,
  Answered,
  type Asked,
  type AskRefusal,
  answersTo,
  REQUESTS,
  sealed,
  unsealed,
} from './exchange.ts';

export interface AskerParts {
  readonly bus: Bus;
  readonly seal: Seal;
  readonly clock: Clock;
  readonly watch: Pick<DeskWatch, 'seen' | 'deskNow'>;
  /** Of this process, unlike any other. */
  readonly instance: string;
  readonly answerWithinMs: number;
  readonly newId: () => string;
}

/**
 * unreachable: it never got there, nothing was done · refused: it got there and was not carried
 * out · silent: no answer came; it was carried out, or never will be.
 */
export type Heard =
  | { readonly kind: 'answered'; readonly status: number; readonly text: string }
  | { readonly kind: 'unreachable'; readonly detail: string }
  | { readonly kind: 'refused'; readonly reason: AskRefusal }
  | { readonly kind: 'silent' };

const WAITING_MAX = 200;
const READ_MAX = 64;
const WAIT_MS = 1_000;
const RETRY_MS = 200;

export class Asker {
  readonly #parts: AskerParts;
  readonly #waiting = new Map<string, (heard: Heard) => void>();
  #lastId: string | null = null;
  #isStopped = false;
  #loop: Promise<void> | null = null;

  constructor(parts: AskerParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#loop ??= this.#listen();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const tell of this.#waiting.values()) tell({ kind: 'silent' });
    await this.#loop;
  }

  async ask(act: Act): Promise<Heard> {
    const { bus, seal, clock, watch, instance, newId, answerWithinMs } = this.#parts;
    const seen = watch.seen();
    const at = watch.deskNow();
    if (seen.kind === 'away' || at === null) {
      return { kind: 'unreachable', detail: seen.kind === 'away' ? seen.detail : 'no desk' };
    }
    if (this.#waiting.size >= WAITING_MAX) {
      return { kind: 'unreachable', detail: 'too many requests are waiting for the desk already' };
    }
    const asked: Asked = { id: newId(), to: seen.status.run, from: instance, at, act };
    const { promise, resolve } = Promise.withResolvers<Heard>();
    this.#waiting.set(asked.id, resolve);
    const cancel = clock.after(answerWithinMs, () => resolve({ kind: 'silent' }));
    try {
      const sent = await bus.publish(REQUESTS, [sealed(seal, 'request', asked)]);
      // One whose sending was not answered may have got there: its answer is waited for.
      if (!sent.ok && sent.error.kind !== 'unanswered') {
        return { kind: 'unreachable', detail: sent.error.detail };
      }
      return await promise;
    } finally {
      cancel();
      this.#waiting.delete(asked.id);
    }
  }

  async #listen(): Promise<void> {
    const { bus, seal, clock, instance } = this.#parts;
    const stream = answersTo(instance).name;
    while (!this.#isStopped) {
      const read = await bus.read({ stream, after: this.#lastId, max: READ_MAX, waitMs: WAIT_MS });
      if (!read.ok) {
        await new Promise<void>((resolve) => {
          clock.after(RETRY_MS, resolve);
        });
        continue;
      }
      for (const { id, fields } of read.value) {
        this.#lastId = id;
        const answer = unsealed(seal, 'answer', { fields, schema: Answered });
        if (answer !== null) this.#waiting.get(answer.id)?.(heardOf(answer));
      }
    }
  }
}

function heardOf(answer: Answered): Heard {
  if (answer.kind === 'refused') return { kind: 'refused', reason: answer.reason };
  return { kind: 'answered', status: answer.status, text: answer.text };
}
