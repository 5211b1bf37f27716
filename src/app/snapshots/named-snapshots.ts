/** Which snapshots the record names, and the digest of each, read from the record. */
import type { DeskEntry } from '#audit/model.ts';

/** More are never kept. */
const NAMED_MAX = 100;

export class NamedSnapshots {
  readonly #digests = new Map<number, string>();

  /** Takes every record in its turn. */
  take({ kind, body }: DeskEntry): void {
    if (kind !== 'snapshot.taken') return;
    this.#digests.delete(body.seq);
    this.#digests.set(body.seq, body.digest);
    const [oldest] = this.#digests.keys();
    if (this.#digests.size > NAMED_MAX && oldest !== undefined) this.#digests.delete(oldest);
  }

  /** Of the snapshot of that record as it was last named; `null`: it was not. */
  digestOf(seq: number): string | null {
    return this.#digests.get(seq) ?? null;
  }

  /** Sequence number and digest of each, oldest first. */
  pairs(): Iterable<[number, string]> {
    return this.#digests.entries();
  }

  save(): readonly (readonly [number, string])[] {
    return [...this.#digests];
  }

  /** Of a new one, in place of the records that made what was saved. */
  restore(saved: readonly (readonly [number, string])[]): void {
    for (const [seq, digest] of saved) this.#digests.set(seq, digest);
  }
}
