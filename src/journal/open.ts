/**
 * Opening a journal: read all of it, set a torn tail aside, and go on; or, when it is damaged, open
 * it for reading alone and say where. Start and recovery are this one path.
 */
import type { Recorded } from '#events/record.ts';
import { err, ok, type Result } from '#kernel/result.ts';
import type { Clock } from '#kernel/time.ts';
import { newestCheckpoint, readCheckpoints } from './checkpoints.ts';
import { describeDamage, type FirstBad } from './model.ts';
import { DiskError, type DiskErrorKind, type Journal, type JournalDisk } from './ports.ts';
import { SegmentIndex } from './reader.ts';
import { type Scan, scanJournal } from './scan.ts';
import { SEGMENT_BYTES_DEFAULT } from './segments.ts';
import { JournalWriter, type WriterSettings } from './writer.ts';

export interface JournalSettings extends WriterSettings {
  readonly segmentBytes: number;
}

const JOURNAL_DEFAULTS: JournalSettings = {
  segmentBytes: SEGMENT_BYTES_DEFAULT,
  lazyMs: 10,
  waitingBytesMax: 16 * 1024 * 1024,
  checkpointRecords: 1_000,
  checkpointMs: 300_000,
};

export interface OpenRequest {
  readonly disk: JournalDisk;
  readonly clock: Clock;
  /** Names this run of the process in every record. */
  readonly run: string;
  readonly settings?: Partial<JournalSettings>;
  /** Hears every sound record in order while the journal is read: a replay in one reading. */
  readonly onRecord?: (record: Recorded) => void;
}

/** What was cut off the end, and where a copy of it lies. */
export interface TornTail {
  readonly segment: string;
  readonly offset: number;
  readonly copy: string;
}

export interface OpenedJournal {
  readonly journal: Journal;
  readonly torn: TornTail | null;
  /** Set when the journal is damaged: it reads up to there and takes nothing; the desk halts. */
  readonly damage: FirstBad | null;
}

export type OpenFault =
  | { readonly kind: 'newer_version'; readonly detail: string }
  | { readonly kind: 'disk'; readonly cause: DiskErrorKind; readonly detail: string };

export async function openJournal(request: OpenRequest): Promise<Result<OpenedJournal, OpenFault>> {
  try {
    return await open(request);
  } catch (error) {
    if (!(error instanceof DiskError)) throw error;
    return err({ kind: 'disk', cause: error.kind, detail: error.message });
  }
}

async function open(request: OpenRequest): Promise<Result<OpenedJournal, OpenFault>> {
  const { disk, onRecord } = request;
  const index = new SegmentIndex();
  await disk.prepare();
  const checkpoints = readCheckpoints(await disk.checkpoints());
  const scan = await scanJournal(disk, checkpoints, (record, segment, offset) => {
    index.note(record.seq, segment, offset);
    onRecord?.(record);
  });
  if (scan.bad?.reason === 'newer_version') {
    return err({ kind: 'newer_version', detail: describeDamage(scan.bad) });
  }
  if (scan.bad !== null && scan.bad.reason !== 'torn_tail') {
    return ok(openReadOnly(request, index, { ...scan, bad: scan.bad }));
  }
  const checkpointSeq = newestCheckpoint(checkpoints);
  return ok(await openForWriting({ ...request, checkpointSeq }, index, scan));
}

function openReadOnly(
  request: OpenRequest,
  index: SegmentIndex,
  { end, bad }: Scan & { readonly bad: FirstBad },
): OpenedJournal {
  const fault = `read only: ${describeDamage(bad)}`;
  const journal = new JournalWriter({
    ...partsOf(request, index),
    end,
    file: null,
    checkpointSeq: end.seq,
    reservedBytes: 0,
    fault,
  });
  return { journal, torn: null, damage: bad };
}

async function openForWriting(
  request: OpenRequest & { readonly checkpointSeq: number },
  index: SegmentIndex,
  { end, bad }: Scan,
): Promise<OpenedJournal> {
  const { disk, checkpointSeq } = request;
  const torn = bad === null ? null : await setAside(disk, bad);
  const file = end.segment === null ? null : await disk.reopen(end.segment, end.bytes);
  const reservedBytes = await disk.reserve();
  const journal = new JournalWriter({
    ...partsOf(request, index),
    end,
    file,
    checkpointSeq,
    reservedBytes,
    fault: null,
  });
  await journal.askSpace();
  return { journal, torn, damage: null };
}

async function setAside(disk: JournalDisk, { segment, offset }: FirstBad): Promise<TornTail> {
  try {
    return { segment, offset, copy: await disk.quarantine(segment, offset) };
  } catch (error) {
    if (!(error instanceof DiskError) || error.kind !== 'full') throw error;
    // A disk that filled up tears the end: what is kept back for that has room for the copy.
    await disk.release();
    return { segment, offset, copy: await disk.quarantine(segment, offset) };
  }
}

function partsOf({ disk, clock, run, settings }: OpenRequest, index: SegmentIndex) {
  const merged = { ...JOURNAL_DEFAULTS, ...settings };
  return { disk, clock, run, index, settings: merged, segmentBytes: merged.segmentBytes };
}
