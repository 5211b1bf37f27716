/** Segments: the files a journal is cut into, each named for the sequence number it starts with. */
import type { SegmentInfo } from './ports.ts';

/** Where a new segment is started instead of growing the last one. */
export const SEGMENT_BYTES_DEFAULT = 64 * 1024 * 1024;

export interface Segment extends SegmentInfo {
  readonly firstSeq: number;
}

const NAME = /^(\d{6,16})\.log$/;

/** `000001.log`; longer when the number is. */
export function segmentName(firstSeq: number): string {
  return `${String(firstSeq).padStart(6, '0')}.log`;
}

/** The segments among what stands in a journal's directory, in order of what they hold. */
export function segmentsAmong(found: readonly SegmentInfo[]): readonly Segment[] {
  const segments: Segment[] = [];
  for (const { name, bytes } of found) {
    const firstSeq = Number(NAME.exec(name)?.[1] ?? 0);
    if (firstSeq > 0 && segmentName(firstSeq) === name) segments.push({ name, bytes, firstSeq });
  }
  return segments.toSorted((a, b) => a.firstSeq - b.firstSeq);
}
