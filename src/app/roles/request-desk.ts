/**
 * The desk's side of what other roles forward: takes requests off the bus, carries them out once,
 * answers them.
 *
 * Rules
 * 1. Only what carries the seal of the roles' own secret is looked at.
 * 2. A request is meant for one run of the desk: what an earlier run left is never carried out.
 * 3. One that is older than it may be is refused, never carried out late.
 * 4. A request that comes twice is carried out once, and answered twice.
 */
import type { Delivery } from '#bus/model.ts';
import type { Bus, Consumer } from '#bus/ports.ts';
import { failureText } from '#kernel/text.ts';
import type { Clock } from '#kernel/time.ts';
import type { Seal } from '../bus/seal.ts';
import {
  type Act,
  type Answered,
  Asked,
  type AskRefusal,
  answersTo,
  REQUESTS,
  sealed,
  unsealed,
} from './exchange.ts';

export interface RequestDeskParts {
  readonly bus: Bus;
  readonly seal: Seal;
  /** The machine's own. */
  readonly clock: Clock;
  /** Of this process. */
  readonly run: string;
  readonly ageMsMax: number;
  /** Carries out one act. */
  readonly perform: (act: Act) => Promise<Done>;
}

export interface Done {
  readonly status: number;
  readonly text: string;
}

export interface RequestFigures {
  readonly done: number;
  readonly repeated: number;
  readonly refused: number;
  /** Without a right seal: somebody else writes to the store, or the secrets differ. */
  readonly unsealed: number;
}

const TAKE_MAX = 32;
const UNDER_WAY_MAX = 64;
const WAIT_MS = 1_000;
const RETRY_MS = 200;
const CLAIM_MS = 60_000;
/** Clocks are compared through the store, to within its answer times. */
const AHEAD_MS_MAX = 1_000;

export class RequestDesk {
  readonly #parts: RequestDeskParts;
  readonly #consumer: Consumer;
  readonly #seen = new SeenRequests();
  readonly #figures = { done: 0, repeated: 0, refused: 0, unsealed: 0 };
  #underWay = 0;
  #isStopped = false;
  #loop: Promise<void> | null = null;

  constructor(parts: RequestDeskParts) {
    this.#parts = parts;
    this.#consumer = parts.bus.consumer({
      ...{ stream: REQUESTS, group: 'desk', name: 'desk', from: 'oldest' },
      ...{ claimAfterMs: CLAIM_MS, deliveriesMax: 5 },
    });
  }

  start(): void {
    this.#loop ??= this.#run();
  }

  /** Nothing new is taken; what is under way is answered. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#consumer.close();
    await this.#loop;
  }

  figures(): RequestFigures {
    return { ...this.#figures };
  }

  async #run(): Promise<void> {
    while (!this.#isStopped) {
      const taken = await this.#consumer.take(TAKE_MAX, WAIT_MS);
      if (!taken.ok) {
        await this.#pause(RETRY_MS);
        continue;
      }
      // One that takes its time holds up none of the others: the next may be a halt.
      for (const delivery of taken.value.deliveries) void this.#take(delivery);
    }
  }

  async #take(delivery: Delivery): Promise<void> {
    const { seal } = this.#parts;
    const asked = unsealed(seal, 'request', { fields: delivery.fields, schema: Asked });
    if (asked === null) this.#figures.unsealed += 1;
    else await this.#answer(asked, await this.#outcome(asked));
    await this.#consumer.ack([delivery.id]);
  }

  async #outcome(asked: Asked): Promise<Answered> {
    const { id } = asked;
    const known = this.#seen.get(id);
    if (known !== null) {
      this.#figures.repeated += 1;
      return known;
    }
    const reason = this.#refusal(asked);
    if (reason !== null) {
      this.#figures.refused += 1;
      return { kind: 'refused', id, reason };
    }
    const outcome = this.#perform(asked);
    this.#seen.add(id, outcome, this.#parts.clock.mono());
    return outcome;
  }

  #refusal({ to, at }: Asked): AskRefusal | null {
    const { clock, run, ageMsMax } = this.#parts;
    if (to !== run) return 'other_run';
    const ageMs = clock.now() - at;
    if (ageMs > ageMsMax) return 'too_late';
    if (ageMs < -AHEAD_MS_MAX) return 'ahead';
    // As long as one may still be repeated it is remembered: none is taken beyond that room.
    this.#seen.forget(clock.mono() - 2 * (ageMsMax + AHEAD_MS_MAX));
    return this.#seen.isFull || this.#underWay >= UNDER_WAY_MAX || this.#isStopped ? 'busy' : null;
  }

  async #perform({ id, act }: Asked): Promise<Answered> {
    this.#underWay += 1;
    try {
      const { status, text } = await this.#parts.perform(act);
      this.#figures.done += 1;
      return { kind: 'answered', id, status, text };
    } catch (error) {
      const detail = `the desk failed to answer (${failureText(error)})`;
      return {
        kind: 'answered',
        id,
        status: 500,
        text: JSON.stringify({ code: 'internal', detail }),
      };
    } finally {
      this.#underWay -= 1;
    }
  }

  /** One that cannot be given is missed: who waits for it learns that nothing is known. */
  async #answer({ from }: Asked, answer: Answered): Promise<void> {
    const { bus, seal } = this.#parts;
    await bus.publish(answersTo(from), [sealed(seal, 'answer', answer)]);
  }

  async #pause(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#parts.clock.after(ms, resolve);
    });
  }
}

const SEEN_MAX = 10_000;

/** Requests of late, with what became of them. */
class SeenRequests {
  readonly #seen = new Map<string, { readonly answer: Promise<Answered>; readonly at: number }>();

  get isFull(): boolean {
    return this.#seen.size >= SEEN_MAX;
  }

  get(id: string): Promise<Answered> | null {
    return this.#seen.get(id)?.answer ?? null;
  }

  add(id: string, answer: Promise<Answered>, at: number): void {
    this.#seen.set(id, { answer, at });
  }

  forget(before: number): void {
    for (const [id, { at }] of this.#seen) {
      if (at >= before) return;
      this.#seen.delete(id);
    }
  }
}
