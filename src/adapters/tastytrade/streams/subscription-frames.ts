/**
 * Subscriptions as the frames they travel in: at most so many symbols and bytes each, for the venue
 * ends the connection over a longer one (close code 1009).
 */
import type { FeedType } from './feed-events.ts';

export interface Subscription {
  readonly type: FeedType;
  /** As the streamer names it: `SPY`, `.SPY260320C600`, `/ESZ26:XCME`. */
  readonly symbol: string;
}

export interface FrameSize {
  readonly symbols: number;
  readonly bytes: number;
}

export const FRAME_SIZE: FrameSize = { symbols: 250, bytes: 8_000 };

/** After a close for size: half of it, down to a single symbol. */
export function halved({ symbols, bytes }: FrameSize): FrameSize {
  return { symbols: Math.max(1, Math.floor(symbols / 2)), bytes: Math.max(200, bytes / 2) };
}

/** Type, channel and key names of a frame. */
const HEAD_BYTES = 80;

/** As many of the entries, from the first on, as fit into one frame; at least one. */
export function nextFrame(
  entries: Iterable<Subscription>,
  size: FrameSize,
): readonly Subscription[] {
  const frame: Subscription[] = [];
  let bytes = HEAD_BYTES;
  for (const entry of entries) {
    bytes += Buffer.byteLength(JSON.stringify(entry)) + 1;
    if (frame.length > 0 && (frame.length >= size.symbols || bytes > size.bytes)) break;
    frame.push(entry);
  }
  return frame;
}
