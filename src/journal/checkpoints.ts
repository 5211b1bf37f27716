/**
 * Checkpoints: sequence number and hash of a record, kept in a second place.
 *
 * A chain alone cannot show that its end was cut off; a journal that ends before a checkpoint, or
 * holds another record under its number, can be seen to have lost or changed something.
 */
import { decodeCanonical, encodeCanonical, isKeyed } from '#events/codec.ts';
import type { Cancel, Clock } from '#kernel/time.ts';
import type { Stamped } from './group.ts';
import type { JournalDisk } from './ports.ts';

/** Hash by sequence number. A line that is none was torn by a crash and says nothing. */
export function readCheckpoints(lines: readonly string[]): ReadonlyMap<number, string> {
  const hashes = new Map<number, string>();
  for (const line of lines) {
    const decoded = decodeCanonical(line);
    if (!decoded.ok || !isKeyed(decoded.value)) continue;
    const { seq, hash } = decoded.value;
    if (typeof seq === 'number' && typeof hash === 'string') hashes.set(seq, hash);
  }
  return hashes;
}

/** The newest record there is a checkpoint of; 0 when there is none. */
export function newestCheckpoint(checkpoints: ReadonlyMap<number, string>): number {
  let newest = 0;
  for (const seq of checkpoints.keys()) newest = Math.max(newest, seq);
  return newest;
}

export interface CheckpointSettings {
  /** A checkpoint follows so many records, and at the latest so long after the first of them. */
  readonly checkpointRecords: number;
  readonly checkpointMs: number;
}

export interface CheckpointerParts {
  readonly disk: JournalDisk;
  readonly clock: Clock;
  readonly settings: CheckpointSettings;
  /** The newest record that has a checkpoint. */
  readonly checkpointSeq: number;
  /** Called when a checkpoint has become due by the time passed. */
  readonly onDue: () => void;
}

/** Says when the next checkpoint is due, and takes it. */
export class Checkpointer {
  readonly #parts: CheckpointerParts;
  #doneSeq: number;
  #isDue = false;
  #cancel: Cancel | null = null;

  constructor(parts: CheckpointerParts) {
    this.#parts = parts;
    this.#doneSeq = parts.checkpointSeq;
  }

  get isDue(): boolean {
    return this.#isDue;
  }

  /** Hears how far the journal is durable. */
  note(seq: number): void {
    const { clock, settings, onDue } = this.#parts;
    if (seq - this.#doneSeq >= settings.checkpointRecords) this.#isDue = true;
    this.#cancel ??= clock.after(settings.checkpointMs, () => {
      this.#cancel = null;
      this.#isDue = true;
      onDue();
    });
  }

  /** Takes a checkpoint of the last durable record, unless it has one. */
  async take({ seq, hash }: Stamped): Promise<void> {
    this.stop();
    if (seq === this.#doneSeq) return;
    this.#doneSeq = seq;
    const { disk, clock } = this.#parts;
    await disk.addCheckpoint(encodeCanonical({ seq, hash, wall: clock.now() }));
  }

  stop(): void {
    this.#isDue = false;
    this.#cancel?.();
    this.#cancel = null;
  }
}
