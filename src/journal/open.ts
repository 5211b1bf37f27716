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
import { type Mark, SegmentIndex } from './reader.ts';
import { BEGINNING, type JournalEnd, type Scan, scanJournal } from './scan.ts';
import { SEGMENT_BYTES_DEFAULT, segmentsAmong } from './segments.ts';
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
  /** The end of a part known to be sound and unchanged: reading begins after it. */
  readonly from?: JournalEnd;
  /** Where records of that part lie; at least its segments are found without. */
  readonly marks?: readonly Mark[];
  /**
   * Asked once the sound records are read, before anything is written: whether what was made of
   * them can be gone on with. When not, nothing was changed and the journal is not opened.
   */
  readonly accepts?: () => boolean;
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
  /** Where the sound part ends that was found. */
  readonly end: JournalEnd;
}

export type OpenFault =
  | { readonly kind: 'newer_version'; readonly detail: string }
  | { readonly kind: 'not_accepted'; readonly detail: string }
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
  const { disk, onRecord, from = BEGINNING, marks = [], accepts = () => true } = request;
  const index = new SegmentIndex(marks);
  await disk.prepare();
  const checkpoints = readCheckpoints(await disk.checkpoints());
  if (marks.length === 0) {
    for (const { name, firstSeq } of segmentsAmong(await disk.segments())) {
      if (firstSeq <= from.seq) index.note(firstSeq, name, 0);
    }
  }
  const take = (record: Recorded, segment: string, offset: number): void => {
    index.note(record.seq, segment, offset);
    onRecord?.(record);
  };
  const scan = await scanJournal(disk, checkpoints, take, from);
  if (scan.bad?.reason === 'newer_version') {
    return err({ kind: 'newer_version', detail: describeDamage(scan.bad) });
  }
  if (scan.bad !== null && scan.bad.reason !== 'torn_tail') {
    return ok(openReadOnly(request, index, { ...scan, bad: scan.bad }));
  }
  if (!accepts()) return err({ kind: 'not_accepted', detail: 'what was read is not gone on with' });
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
  return { journal, torn: null, damage: bad, end };
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
  return { journal, torn, damage: null, end };
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
