/** Whether the snapshots that lie there are those the record names: their bytes alone are read. */
import type { SnapshotRefusal } from '#journal/model.ts';
import { DiskError, type SnapshotStore } from '#journal/ports.ts';
import { snapshotName } from '#journal/snapshot.ts';
import { sha256Hex } from '#kernel/digest.ts';
import type { NamedSnapshots } from './named-snapshots.ts';
import { snapshotSeqs } from './retelling.ts';

export interface SnapshotCheck {
  readonly sound: number;
  readonly bad: readonly { readonly name: string; readonly reason: SnapshotRefusal }[];
}

/** One that no record names is neither: a desk stopped before it could, or just now runs. */
export async function checkSnapshots(
  store: SnapshotStore,
  named: NamedSnapshots,
): Promise<SnapshotCheck> {
  const bad: { name: string; reason: SnapshotRefusal }[] = [];
  let sound = 0;
  for (const seq of await snapshotSeqs(store)) {
    const name = snapshotName(seq);
    const digest = named.digestOf(seq);
    if (digest === null) continue;
    const reason = await compare(store, name, digest);
    if (reason === null) sound += 1;
    else bad.push({ name, reason });
  }
  return { sound, bad };
}

async function compare(
  store: SnapshotStore,
  name: string,
  digest: string,
): Promise<SnapshotRefusal | null> {
  try {
    return sha256Hex(await store.read(name)) === digest ? null : 'changed';
  } catch (error) {
    if (!(error instanceof DiskError)) throw error;
    // A running desk removes what is too old.
    return error.kind === 'missing' ? null : 'unreadable';
  }
}
