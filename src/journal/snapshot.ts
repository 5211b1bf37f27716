/**
 * Snapshots: what was made of the record up to one of its records, kept so that a start need not
 * read all of it again.
 *
 * A snapshot is a file of lines: its head, then the state as `encodeShared` writes it. It counts
 * only when a record behind its own place names its digest (`snapshot.taken`), which ties it into
 * the chain; and only for the build that wrote it, because another may make something else of the
 * same records. Whatever else is there is left alone, and the record read instead.
 */
import { decodeCanonical, encodeCanonical, isKeyed } from '#events/codec.ts';
import { SharedReader } from '#events/shared.ts';
import { sha256Hex } from '#kernel/digest.ts';
import { err, ok, type Result } from '#kernel/result.ts';
import type { SnapshotRefusal } from './model.ts';
import type { Mark } from './reader.ts';
import type { JournalEnd } from './scan.ts';

const FORMAT = 1;
const NAME = /^(\d{6,16})\.snapshot$/;

export interface SnapshotHead {
  /** Of the program that wrote it. */
  readonly build: string;
  /** Where the record stood: the state is of this record. */
  readonly end: JournalEnd;
  /** Where records before it lie. */
  readonly marks: readonly Mark[];
}

export interface Snapshot {
  readonly head: SnapshotHead;
  /** Of the state, as `encodeShared` wrote them. */
  readonly lines: readonly string[];
  /** SHA-256 of the whole file. */
  readonly digest: string;
}

/** `000420.snapshot` is of record 420. */
export function snapshotName(seq: number): string {
  return `${String(seq).padStart(6, '0')}.snapshot`;
}

/** Of the record a file is named for; `null` for a file that is no snapshot. */
export function snapshotSeq(name: string): number | null {
  const seq = Number(NAME.exec(name)?.[1] ?? 0);
  return seq > 0 && snapshotName(seq) === name ? seq : null;
}

export function encodeSnapshot(
  { build, end, marks }: SnapshotHead,
  lines: readonly string[],
): Uint8Array {
  const places: { segment: string; at: number[] }[] = [];
  for (const { seq, segment, offset } of marks) {
    if (places.at(-1)?.segment !== segment) places.push({ segment, at: [] });
    places.at(-1)?.at.push(seq, offset);
  }
  const head = encodeCanonical({ format: FORMAT, build, end, places, lines: lines.length });
  return new TextEncoder().encode([head, ...lines, ''].join('\n'));
}

export function decodeSnapshot(
  bytes: Uint8Array,
  build: string,
): Result<Snapshot, SnapshotRefusal> {
  const lines = new TextDecoder().decode(bytes).split('\n');
  const decoded = decodeCanonical(lines[0] ?? '');
  if (!decoded.ok || !isHead(decoded.value)) return err('unreadable');
  const { format, end, places, lines: count } = decoded.value;
  if (format !== FORMAT || decoded.value.build !== build) return err('other_build');
  if (lines.length !== count + 2 || lines.at(-1) !== '') return err('unreadable');
  const head = { build, end, marks: marksOf(places) };
  return ok({ head, lines: lines.slice(1, -1), digest: sha256Hex(bytes) });
}

/** The state itself; `pause` is waited for between any two lines. */
export async function readState(
  lines: readonly string[],
  pause: () => Promise<void> | void = () => undefined,
): Promise<Result<unknown, SnapshotRefusal>> {
  const reader = new SharedReader();
  for (const line of lines) {
    if (!reader.take(line).ok) return err('unreadable');
    const paused = pause();
    if (paused !== undefined) await paused;
  }
  return ok(reader.whole);
}

interface EncodedHead {
  readonly format: number;
  readonly build: string;
  readonly end: JournalEnd;
  readonly places: readonly Places[];
  readonly lines: number;
}

/** Sequence number and offset in turn. */
interface Places {
  readonly segment: string;
  readonly at: readonly number[];
}

function marksOf(places: readonly Places[]): readonly Mark[] {
  return places.flatMap(({ segment, at }) => {
    const marks: Mark[] = [];
    for (let n = 0; n + 1 < at.length; n += 2) {
      marks.push({ seq: at[n] ?? 0, segment, offset: at[n + 1] ?? 0 });
    }
    return marks;
  });
}

function isHead(value: unknown): value is EncodedHead {
  if (!isKeyed(value)) return false;
  const { format, build, end, places, lines } = value;
  if (typeof format !== 'number' || typeof build !== 'string') return false;
  if (typeof lines !== 'number' || !isEnd(end) || !Array.isArray(places)) return false;
  return places.every(isPlaces);
}

function isPlaces(value: unknown): value is Places {
  if (!isKeyed(value) || typeof value['segment'] !== 'string') return false;
  const { at } = value;
  return Array.isArray(at) && at.every((each) => Number.isSafeInteger(each));
}

function isEnd(value: unknown): value is JournalEnd {
  if (!isKeyed(value)) return false;
  const { seq, hash, segment, bytes } = value;
  return (
    Number.isSafeInteger(seq) &&
    Number.isSafeInteger(bytes) &&
    typeof hash === 'string' &&
    typeof segment === 'string'
  );
}
