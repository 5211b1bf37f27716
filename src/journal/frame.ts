/**
 * Frames: how one payload lies in a segment.
 *
 * `u32 length | u32 crc32(payload) | payload`, both numbers big-endian. A payload is JSON text and
 * holds no byte below 0x20, while a length always holds a zero byte: nothing a stranger can have
 * recorded looks like the start of a frame, and a search for one after a damaged place finds only
 * real ones.
 */
import { crc32 } from '#kernel/digest.ts';
import { RECORD_BYTES_MAX } from './ports.ts';

export const FRAME_HEAD_BYTES = 8;
/** The shortest payload is an object. */
const PAYLOAD_BYTES_MIN = 2;
const OPENING_BRACE = 0x7b;

export type FrameAt =
  | { readonly kind: 'frame'; readonly payload: Uint8Array; readonly next: number }
  | { readonly kind: 'end' }
  | { readonly kind: 'bad' };

/**
 * Writes the head of a frame at `at`, for a payload of `length` bytes already lying behind it.
 * Returns the payload.
 */
export function sealFrame(bytes: Uint8Array, at: number, length: number): Uint8Array {
  const start = at + FRAME_HEAD_BYTES;
  const payload = bytes.subarray(start, start + length);
  putU32(bytes, at, length);
  putU32(bytes, at + 4, crc32(payload));
  return payload;
}

/** The frame that starts at `at`; `end` when the bytes end exactly there. */
export function frameAt(bytes: Uint8Array, at: number): FrameAt {
  if (at === bytes.length) return { kind: 'end' };
  const start = at + FRAME_HEAD_BYTES;
  if (start > bytes.length) return { kind: 'bad' };
  const length = u32(bytes, at);
  if (length < PAYLOAD_BYTES_MIN || length > RECORD_BYTES_MAX) return { kind: 'bad' };
  const next = start + length;
  if (next > bytes.length || bytes[start] !== OPENING_BRACE) return { kind: 'bad' };
  const payload = bytes.subarray(start, next);
  return crc32(payload) === u32(bytes, at + 4) ? { kind: 'frame', payload, next } : { kind: 'bad' };
}

/** Whether a whole frame starts anywhere after `at`: what lies at `at` is then no torn tail. */
export function hasFrameAfter(bytes: Uint8Array, at: number): boolean {
  const last = bytes.length - FRAME_HEAD_BYTES - PAYLOAD_BYTES_MIN;
  for (let from = at + 1; from <= last; from += 1) {
    // Lengths have a first byte of 0: cheap to look for before asking in full.
    if (bytes[from] === 0 && frameAt(bytes, from).kind === 'frame') return true;
  }
  return false;
}

function putU32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 24;
  bytes[at + 1] = (value >>> 16) & 0xff;
  bytes[at + 2] = (value >>> 8) & 0xff;
  bytes[at + 3] = value & 0xff;
}

function u32(bytes: Uint8Array, at: number): number {
  const high = (byteAt(bytes, at) << 24) | (byteAt(bytes, at + 1) << 16);
  return (high | (byteAt(bytes, at + 2) << 8) | byteAt(bytes, at + 3)) >>> 0;
}

function byteAt(bytes: Uint8Array, at: number): number {
  return bytes[at] ?? 0;
}
