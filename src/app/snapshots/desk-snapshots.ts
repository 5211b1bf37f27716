/** Snapshots of one running desk: taken and kept, and older states of what tells the record. */
import type { DirectoryLock } from '#adapters/disk/lock.ts';
import type { Teller } from '#audit/teller.ts';
import type { JournalDisk, SnapshotStore } from '#journal/ports.ts';
import type { Clock } from '#kernel/time.ts';
import type { Desk } from '#orders/desk.ts';
import type { AppRequest } from '../desk-app.ts';
import { isDeskEntry } from '../desk-entry.ts';
import { createBackground } from './background.ts';
import { SNAPSHOT_RULES, SnapshotKeeper } from './keeper.ts';
import type { OpenedRecord } from './open-record.ts';
import { tellerAt, tellerOf } from './teller-at.ts';

/** So few are told again here in pieces; a thread for them would take longer. */
const INLINE_RECORDS = 2_000;

/** What a start has opened. */
export interface RecordOpened {
  readonly opened: OpenedRecord;
  readonly disk: JournalDisk;
  readonly store: SnapshotStore;
  readonly build: string;
}

export interface DeskSnapshots {
  start(): void;
  /** The desk has come to its rest, its journal is still open. */
  stop(): Promise<void>;
  /** Of the newest snapshot of this record; 0 without one. */
  newestSeq(): number;
  /** A teller as it was after that record, which is on disk; nothing else waits for it. */
  tellerAt(seq: number): Promise<Teller>;
  /** From now on the snapshot before that record is kept, as long as it is asked for. */
  keepFor(position: () => number): void;
}

export interface SnapshotsRequest extends RecordOpened {
  readonly request: Pick<AppRequest, 'onSnapshot' | 'snapshotRules'>;
  readonly lock: Pick<DirectoryLock, 'directory'>;
  readonly clock: Clock;
  readonly desk: Desk;
}

export function createDeskSnapshots(parts: SnapshotsRequest): DeskSnapshots {
  const { opened, disk, store, build, request, lock, clock, desk } = parts;
  const { journal, snapshot, refused } = opened;
  const positions: (() => number)[] = [];
  const background = createBackground();
  const { onSnapshot = () => undefined } = request;
  const keeper = new SnapshotKeeper({
    ...{ desk, clock, store, build, refused, directory: lock.directory },
    background,
    rules: { ...SNAPSHOT_RULES, ...request.snapshotRules },
    startedFrom: snapshot?.head.end ?? null,
    wanted: () => positions.map((position) => position()),
    onSnapshot,
  });
  const { named } = opened.state;
  let newestSeq = snapshot?.head.end.seq ?? 0;
  const undo = journal.onDurable((entry) => {
    if (isDeskEntry(entry)) named.take(entry);
    if (isDeskEntry(entry) && entry.kind === 'snapshot.taken') newestSeq = entry.body.seq;
    keeper.note(entry.seq);
  });
  return {
    start: () => keeper.start(),
    async stop() {
      await keeper.stop();
      undo();
    },
    newestSeq: () => newestSeq,
    async tellerAt(seq) {
      const task = { kind: 'tell', directory: lock.directory, build, seq } as const;
      const told =
        seq > INLINE_RECORDS ? await background.run({ ...task, named: [...named.pairs()] }) : null;
      if (told?.kind === 'told') return tellerOf(told.lines);
      if (told !== null) onSnapshot('snapshot.not_told', told);
      return tellerAt({ disk, store, build, named }, seq);
    },
    keepFor: (position) => void positions.push(position),
  };
}
