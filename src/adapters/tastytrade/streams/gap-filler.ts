/**
 * Quotes by request, for what the stream does not give: one request at a time, at most every two
 * seconds and for a hundred instruments, and ever more seldom while they fail. Never waited for.
 */
import type { Result } from '#kernel/result.ts';
import type { Clock } from '#kernel/time.ts';
import type { Instrument } from '#market/instrument.ts';
import type { QueryFault } from '#orders/ports.ts';
import type { Snapshot } from '../wire/market.ts';

/** The market as it is now, for at most 100 instruments; those unknown there are left out. */
export type SnapshotReader = (
  instruments: readonly Instrument[],
) => Promise<Result<readonly Snapshot[], QueryFault>>;

/** What `/market-data/by-type` takes. */
const INSTRUMENTS_MAX = 100;
const EVERY_MS = 2_000;
const EVERY_MS_MAX = 30_000;

export class GapFiller {
  readonly #clock: Clock;
  readonly #read: SnapshotReader;
  readonly #onSnapshots: (snapshots: readonly Snapshot[]) => void;
  #isAsking = false;
  #notBefore = 0;
  #waitMs = EVERY_MS;
  #asked = 0;
  #failed = 0;

  constructor(
    clock: Clock,
    read: SnapshotReader,
    onSnapshots: (snapshots: readonly Snapshot[]) => void,
  ) {
    this.#clock = clock;
    this.#read = read;
    this.#onSnapshots = onSnapshots;
    this.#notBefore = clock.mono();
  }

  get counts(): { readonly asked: number; readonly failed: number } {
    return { asked: this.#asked, failed: this.#failed };
  }

  /** Asks for these, the neediest first, unless it is too early to. */
  fill(instruments: readonly Instrument[]): void {
    if (instruments.length === 0 || this.#isAsking) return;
    if (this.#clock.mono() >= this.#notBefore) void this.#ask(instruments);
  }

  async #ask(instruments: readonly Instrument[]): Promise<void> {
    this.#isAsking = true;
    this.#asked += 1;
    const answer = await this.#read(instruments.slice(0, INSTRUMENTS_MAX));
    this.#isAsking = false;
    if (!answer.ok) this.#failed += 1;
    this.#waitMs = answer.ok ? EVERY_MS : Math.min(EVERY_MS_MAX, this.#waitMs * 2);
    this.#notBefore = this.#clock.mono() + this.#waitMs;
    if (answer.ok) this.#onSnapshots(answer.value);
  }
}
