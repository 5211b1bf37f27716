/**
 * The envelope of everything on record.
 *
 * A step proposes a draft; the journal stamps it with its place and time and keeps it. Bodies are
 * plain readonly data: strings, finite numbers, booleans, null, arrays, objects, and exact amounts
 * (`bigint`) under the field names listed in `codec.ts`.
 */
import type { MessageKey, TradeId } from '#kernel/ids.ts';
import type { EpochMs } from '#kernel/time.ts';

export const RECORD_VERSION = 1;

export interface Draft<Kind extends string = string, Body = unknown> {
  /** Past tense and dotted: `order.intended`. */
  readonly kind: Kind;
  readonly body: Body;
  /** Who caused it: `engine`, `discord:1234` (platform and user id), `local:operator`. */
  readonly actor: string;
  readonly trade?: TradeId;
  /** The correlation id: the chat message (or command) this goes back to. */
  readonly message?: MessageKey;
}

export interface Stamp {
  readonly v: number;
  /** 1, 2, 3 … without a gap over the life of the data directory. */
  readonly seq: number;
  /** The process run that wrote it. */
  readonly run: string;
  readonly wall: EpochMs;
  /** Milliseconds on the run's monotonic clock. */
  readonly mono: number;
}

export type Recorded<D extends Draft = Draft> = D & Stamp;
