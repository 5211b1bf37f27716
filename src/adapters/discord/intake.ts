/**
 * The messages of one channel on their way to the desk.
 *
 * Invariants
 * 1. The mark is an id up to which everything is on record or older than the start. It moves only
 *    once the listeners' promises have settled well, and never over a gap that is being fetched.
 * 2. While a gap is fetched, what arrives meanwhile waits its turn, for a bounded time.
 * 3. What a listener failed to record stays above the mark: the next fetch brings it again.
 */
import type { Cancel, Clock } from '#kernel/time.ts';
import { compareIds, laterId } from './snowflake.ts';

interface Waiting {
  /** `null` for what is no new message: an edit, a deletion. */
  readonly id: string | null;
  readonly hand: () => Promise<void>;
}

export interface IntakeOptions {
  readonly clock: Clock;
  readonly holdWithinMs: number;
  /** Everything up to here is of no interest, or on record. */
  readonly mark: string;
}

export class Intake {
  readonly #clock: Clock;
  readonly #holdWithinMs: number;
  #mark: string;
  /** Handed over and not yet on record; the same id may be so more than once. */
  readonly #open = new Map<string, number>();
  /** On record, above the mark. */
  #recorded = new Set<string>();
  #gapsOpen = 0;
  #hasFailed = false;
  #held: Waiting[] | null = null;
  #stopHolding: Cancel = () => undefined;

  constructor({ clock, holdWithinMs, mark }: IntakeOptions) {
    this.#clock = clock;
    this.#holdWithinMs = holdWithinMs;
    this.#mark = mark;
  }

  /** The last id of which nothing before it is missing. */
  get mark(): string {
    return this.#mark;
  }

  /** `hand` gives it to the listeners, and settles as they do. */
  take(id: string | null, hand: () => Promise<void>): void {
    if (this.#held !== null) this.#held.push({ id, hand });
    else void this.#hand(id, hand);
  }

  /** From now on something may be missing; with `hold`, what arrives waits. */
  openGap(how: 'hold' | 'pass'): void {
    this.#gapsOpen += 1;
    this.#hasFailed = false;
    if (how === 'pass' || this.#held !== null) return;
    this.#held = [];
    this.#stopHolding = this.#clock.after(this.#holdWithinMs, () => this.#release(new Set()));
  }

  /**
   * One of a gap, oldest first. Resolves with whether it is on record now. Where the live event
   * came too, that is handed over, with what came before it: history shows a message as it was
   * edited since.
   */
  async fill(id: string, hand: () => Promise<void>): Promise<boolean> {
    if (this.#recorded.has(id)) return true;
    const at = this.#held?.findIndex((waiting) => waiting.id === id) ?? -1;
    const arrived = this.#held?.splice(0, at + 1) ?? [];
    const live = arrived.pop();
    for (const before of arrived) void this.#hand(before.id, before.hand);
    return this.#hand(id, live?.hand ?? hand);
  }

  /** Nothing up to this id is missing any more. */
  reached(id: string): void {
    this.#mark = laterId(this.#mark, id);
  }

  /**
   * `filled`: what the gap brought; what was held of it is not handed over again. After an
   * incomplete one the mark stays, and the next fetch begins there.
   */
  closeGap(outcome: 'complete' | 'incomplete', filled: ReadonlySet<string>): void {
    this.#gapsOpen -= 1;
    if (outcome === 'incomplete') this.#hasFailed = true;
    if (this.#gapsOpen > 0) return;
    this.#release(filled);
    this.#advance();
  }

  stop(): void {
    this.#stopHolding();
    this.#held = [];
  }

  #release(filled: ReadonlySet<string>): void {
    this.#stopHolding();
    const held = this.#held ?? [];
    this.#held = null;
    for (const { id, hand } of held) {
      if (id === null || !filled.has(id)) void this.#hand(id, hand);
    }
  }

  async #hand(id: string | null, hand: () => Promise<void>): Promise<boolean> {
    if (id !== null) this.#open.set(id, (this.#open.get(id) ?? 0) + 1);
    const isRecorded = await hand().then(
      () => true,
      () => false,
    );
    if (id === null) return isRecorded;
    const others = (this.#open.get(id) ?? 1) - 1;
    if (others > 0) this.#open.set(id, others);
    else this.#open.delete(id);
    if (isRecorded) this.#recorded.add(id);
    else this.#hasFailed = true;
    this.#advance();
    return isRecorded;
  }

  #advance(): void {
    if (this.#gapsOpen > 0 || this.#hasFailed) return;
    const open = [...this.#open.keys()];
    const isBelowOpen = (id: string): boolean => open.every((other) => compareIds(id, other) < 0);
    const below = [...this.#recorded].filter(isBelowOpen);
    for (const id of below) this.#recorded.delete(id);
    this.#mark = below.reduce(laterId, this.#mark);
  }
}
