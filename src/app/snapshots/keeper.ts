/**
 * Snapshots of a running desk: when one is due, its record, and which are kept.
 *
 * Taken beside the desk (background.ts): what it holds itself is neither read nor waited for. What
 * a start left unverified, because it read on from a snapshot, is verified here a little at a time.
 */
import { DiskError, type SnapshotStore } from '#journal/ports.ts';
import { type JournalEnd } from '#journal/scan.ts';
import { snapshotName } from '#journal/snapshot.ts';
import type { Cancel, Clock } from '#kernel/time.ts';
import type { Desk } from '#orders/desk.ts';
import type { Background } from './background.ts';
import { type Refused, snapshotSeqs } from './retelling.ts';
import type { Outcome, Task } from './tasks.ts';

export interface SnapshotRules {
  /** A snapshot follows so many records. */
  readonly everyRecords: number;
  /** One is taken at the stop when so many have come since the last. */
  readonly atStopRecords: number;
  /** A stop waits no longer for it. */
  readonly stopWaitMs: number;
  /** Nothing is done so soon after a start, which has enough to do. */
  readonly firstAfterMs: number;
  /** What verifying may read. */
  readonly bytesPerSecond: number;
}

export const SNAPSHOT_RULES: SnapshotRules = {
  everyRecords: 20_000,
  atStopRecords: 2_000,
  stopWaitMs: 5_000,
  firstAfterMs: 10_000,
  bytesPerSecond: 4 * 1024 * 1024,
};

/** The two newest: the newest may turn out to be spoilt. */
const KEPT = 2;

/** For the log. */
export type OnSnapshot = (event: string, fields: Readonly<Record<string, unknown>>) => void;

export interface KeeperParts {
  readonly desk: Desk;
  readonly clock: Clock;
  readonly store: SnapshotStore;
  readonly background: Background;
  readonly directory: string;
  readonly build: string;
  readonly rules: SnapshotRules;
  /** What the run started from: up to there nothing was verified. */
  readonly startedFrom: JournalEnd | null;
  readonly refused: readonly Refused[];
  /** Records that somebody may still want to go on from, besides the newest. */
  readonly wanted: () => readonly number[];
  readonly onSnapshot: OnSnapshot;
}

export class SnapshotKeeper {
  readonly #parts: KeeperParts;
  /** Of the newest snapshot, and of the newest record. */
  #takenSeq: number;
  #lastSeq: number;
  #taking: Promise<void> | null = null;
  #isOn = false;
  #timer: Cancel = () => undefined;

  constructor(parts: KeeperParts) {
    this.#parts = parts;
    this.#takenSeq = parts.startedFrom?.seq ?? 0;
    this.#lastSeq = parts.desk.deps.journal.health().lastSeq;
  }

  start(): void {
    const { clock, desk, refused, rules, onSnapshot, startedFrom } = this.#parts;
    onSnapshot('snapshot.started_from', { seq: startedFrom?.seq ?? 0 });
    for (const { seq, reason } of refused) {
      onSnapshot('snapshot.refused', { seq, reason });
      const body = { seq, reason, at: desk.now() };
      desk.record([{ kind: 'snapshot.refused', body, actor: 'engine' }], 'lazy');
      if (reason !== 'changed') continue;
      desk.incident('snapshot_changed', `${snapshotName(seq)} is not what the desk wrote`);
    }
    this.#timer = clock.after(rules.firstAfterMs, () => {
      this.#isOn = true;
      this.#takeIfDue();
      void this.#verify();
    });
  }

  /** Hears of every record once it is durable. */
  note(seq: number): void {
    this.#lastSeq = seq;
    if (this.#isOn) this.#takeIfDue();
  }

  /** The desk has come to its rest, its journal is still open. */
  async stop(): Promise<void> {
    const { rules, background, clock } = this.#parts;
    this.#timer();
    this.#isOn = false;
    const isDue = this.#lastSeq - this.#takenSeq >= rules.atStopRecords;
    const taking = this.#taking ?? (isDue ? this.#take() : Promise.resolve());
    await new Promise<void>((resolve) => {
      const cancel = clock.after(rules.stopWaitMs, resolve);
      void taking.then(() => {
        cancel();
        resolve();
      });
    });
    await background.stop();
  }

  #takeIfDue(): void {
    const { everyRecords } = this.#parts.rules;
    if (this.#taking !== null || this.#lastSeq - this.#takenSeq < everyRecords) return;
    this.#taking = this.#take().finally(() => {
      this.#taking = null;
    });
  }

  async #take(): Promise<void> {
    const { directory, build, clock, onSnapshot } = this.#parts;
    const begun = clock.mono();
    // Whatever comes of it: the next one is due so many records later.
    this.#takenSeq = this.#lastSeq;
    const outcome = await this.#run({ kind: 'take', directory, build });
    const ms = Math.round(clock.mono() - begun);
    if (outcome.kind !== 'taken') {
      onSnapshot('snapshot.not_taken', { ...outcome, ms });
      if (outcome.kind === 'damaged') this.#damaged(outcome.detail);
      return;
    }
    const { seq, digest, bytes } = outcome;
    this.#takenSeq = seq;
    await this.#record({ seq, digest, bytes });
    onSnapshot('snapshot.taken', { seq, bytes, ms });
    await this.#prune();
  }

  /** Only what the record names is a snapshot; a journal that takes nothing more names none. */
  async #record(taken: { readonly seq: number; readonly digest: string; readonly bytes: number }) {
    const { desk } = this.#parts;
    const body = { ...taken, at: desk.now() };
    const { durable } = desk.record([{ kind: 'snapshot.taken', body, actor: 'engine' }], 'sync');
    await durable.catch(() => undefined);
  }

  async #verify(): Promise<void> {
    const { startedFrom, directory, rules, onSnapshot } = this.#parts;
    if (startedFrom === null) return;
    const { seq, hash } = startedFrom;
    const { bytesPerSecond } = rules;
    const outcome = await this.#run({ kind: 'verify', directory, seq, hash, bytesPerSecond });
    onSnapshot('journal.verified', { ...outcome, upTo: seq });
    if (outcome.kind === 'damaged') this.#damaged(outcome.detail);
  }

  /** What the state rests on can no longer be shown: as at a start, nothing is traded on that. */
  #damaged(detail: string): void {
    const { desk } = this.#parts;
    desk.incident('journal_damaged', detail);
    desk.raise('HALT', `the journal is damaged: ${detail}`);
  }

  #run(task: Task): Promise<Outcome> {
    return this.#parts.background.run(task);
  }

  async #prune(): Promise<void> {
    const { store, wanted, onSnapshot } = this.#parts;
    try {
      const seqs = await snapshotSeqs(store);
      const kept = new Set(seqs.slice(0, KEPT));
      for (const position of wanted()) {
        const before = seqs.find((seq) => seq <= position);
        if (before !== undefined) kept.add(before);
      }
      for (const seq of seqs) if (!kept.has(seq)) await store.remove(snapshotName(seq));
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
      onSnapshot('snapshot.not_removed', { detail: error.message });
    }
  }
}
