/**
 * Checkpoints: sequence number and hash of a record, kept in a second place.
 *
 * A chain alone cannot show that its end was cut off; a journal that ends before a checkpoint, or
 * holds another record under its number, can be seen to have lost or changed something.
 */
import { decodeCanonical, encodeCanonical, isKeyed } from '#events/codec.ts';
import type { EpochMs } from '#kernel/time.ts';

export interface Checkpoint {
  readonly seq: number;
  /** SHA-256 of the record's payload. */
  readonly hash: string;
}

export function formatCheckpoint(checkpoint: Checkpoint, wall: EpochMs): string {
  return encodeCanonical({ seq: checkpoint.seq, hash: checkpoint.hash, wall });
}

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
