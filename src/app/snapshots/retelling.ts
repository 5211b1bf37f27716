/**
 * The state on its way from a snapshot, or from the first record, to a later one.
 *
 * Old trades are forgotten on the way. Where a record is about one all the same, nothing can be
 * made of it: then everything is told again from the first record, and kept.
 *
 * A snapshot is only known to be what the desk once wrote when a record behind it names it: until
 * then nothing may be made of the state but to go on with it.
 */
import type { DeskEntry } from '#audit/model.ts';
import type { Recorded } from '#events/record.ts';
import type { SnapshotRefusal } from '#journal/model.ts';
import { DiskError, type SnapshotStore } from '#journal/ports.ts';
import { decodeSnapshot, readState, type Snapshot, snapshotSeq } from '#journal/snapshot.ts';
import type { Result } from '#kernel/result.ts';
import { err, ok } from '#kernel/result.ts';
import { isDeskEntry } from '../desk-entry.ts';
import { type DeskState, forgetOld, isSavedState, restoreState, takeRecord } from './desk-state.ts';

/** A snapshot that was not gone on from. */
export interface Refused {
  readonly seq: number;
  readonly reason: SnapshotRefusal;
}

/** Where snapshots are, and whose count. */
export interface SnapshotPlace {
  readonly store: SnapshotStore;
  readonly build: string;
}

/** So often what is old is forgotten, so that a long record takes no more memory than a short. */
const FORGET_EVERY_RECORDS = 20_000;

export interface RetellingParts {
  readonly state: DeskState;
  /** `null`: from the first record. */
  readonly snapshot: Snapshot | null;
  /** all: also trades that ended long ago, which no record should be about any more. */
  readonly keeps: 'recent' | 'all';
}

export class Retelling {
  readonly state: DeskState;
  readonly snapshot: Snapshot | null;
  readonly #keeps: RetellingParts['keeps'];
  #naming: 'none' | 'same' | 'other' = 'none';
  #hasFailed = false;

  constructor({ state, snapshot, keeps }: RetellingParts) {
    this.state = state;
    this.snapshot = snapshot;
    this.#keeps = keeps;
  }

  /** Of the record the snapshot is of; 0 without one. */
  get seq(): number {
    return this.snapshot?.head.end.seq ?? 0;
  }

  /** Takes every record behind it in its turn. */
  take(entry: Recorded): void {
    if (this.#hasFailed) return;
    if (this.#keeps === 'all') {
      takeRecord(this.state, entry);
      return;
    }
    try {
      takeRecord(this.state, entry);
      if (entry.seq % FORGET_EVERY_RECORDS === 0) forgetOld(this.state);
    } catch {
      // Whatever it was: with everything kept it is told again, and then thrown for good.
      this.#hasFailed = true;
    }
    if (this.snapshot !== null && isDeskEntry(entry)) this.#lookForName(this.snapshot, entry);
  }

  /** Why the state must not be used, as far as the record has been read. */
  refusal(): SnapshotRefusal | null {
    if (this.#hasFailed) return 'not_applied';
    if (this.snapshot === null) return null;
    if (this.#naming === 'same') return null;
    return this.#naming === 'other' ? 'changed' : 'not_named';
  }

  #lookForName({ head, digest }: Snapshot, { kind, body }: DeskEntry): void {
    if (kind !== 'snapshot.taken' || body.seq !== head.end.seq) return;
    // Taken again after a crash, or by another build: one that fits is enough.
    if (body.digest === digest) this.#naming = 'same';
    else if (this.#naming === 'none') this.#naming = 'other';
  }
}

/** Sequence numbers of the snapshots there are, newest first. */
export async function snapshotSeqs(store: SnapshotStore): Promise<readonly number[]> {
  const names = await store.names();
  return names.flatMap((name) => snapshotSeq(name) ?? []).toSorted((a, b) => b - a);
}

/** Begins with the snapshot of a file, in a new state. Never throws for what the file holds. */
export async function retellFrom(
  { store, build }: SnapshotPlace,
  name: string,
  state: DeskState,
): Promise<Result<Retelling, SnapshotRefusal>> {
  const snapshot = await readSnapshot({ store, build }, name);
  if (!snapshot.ok) return snapshot;
  const saved = await readState(snapshot.value.lines);
  if (!saved.ok) return saved;
  if (!isSavedState(saved.value)) return err('unreadable');
  try {
    restoreState(state, saved.value);
  } catch {
    return err('unreadable');
  }
  const head = { ...snapshot.value, lines: [] };
  return ok(new Retelling({ state, snapshot: head, keeps: 'recent' }));
}

export async function readSnapshot(
  { store, build }: SnapshotPlace,
  name: string,
): Promise<Result<Snapshot, SnapshotRefusal>> {
  try {
    const snapshot = decodeSnapshot(await store.read(name), build);
    if (!snapshot.ok) return snapshot;
    return snapshot.value.head.end.seq === snapshotSeq(name) ? snapshot : err('unreadable');
  } catch (error) {
    if (!(error instanceof DiskError)) throw error;
    return err('unreadable');
  }
}
