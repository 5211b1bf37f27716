/**
 * Every fault a world may meet, and the one place where it is decided whether it happens.
 *
 * A decision is keyed by what it is about (an order and an attempt, a message, a planned number),
 * not by how many were made before it: leaving one fault out leaves the others as they are.
 */
import type { Fired } from './model.ts';

/** The highest rate of each; a seed draws 0 half of the time, else something up to this. */
const RATE_MAX = {
  // A call that changes something.
  response_lost: 0.24,
  request_lost: 0.18,
  late_execution: 0.06,
  server_error_before: 0.14,
  server_error_after: 0.14,
  unreachable: 0.06,
  unauthorized: 0.006,
  throttled: 0.02,
  refused: 0.02,
  slow_answer: 0.15,
  // What becomes of an order.
  rejected_later: 0.03,
  cancel_ignored: 0.1,
  fill_during_cancel: 0.3,
  fill_during_replace: 0.7,
  original_cancelled: 0.3,
  fill_rows_late: 0.4,
  // The order stream.
  notice_lost: 0.5,
  notice_doubled: 0.5,
  notice_swapped: 0.35,
  notice_late: 0.4,
  // Queries.
  query_failed: 0.25,
  // Chat.
  alert_doubled: 0.5,
  alert_edited: 0.15,
  alert_deleted: 0.08,
  alert_late: 0.1,
  // Answers in the channel.
  post_failed: 0.3,
  post_unrecorded: 0.2,
  // Taken for not there, and there all the same.
  throttled_and_done: 0.04,
  unauthorized_and_done: 0.006,
  executed_after_all: 0.03,
  sold_after_all: 0.5,
} as const;

/** Things that happen once at a planned time, and how many a seed may plan at most. */
const PLANNED_MAX = {
  stream_cut: 3,
  stream_silent: 3,
  lists_frozen: 4,
  quotes_stopped: 5,
  quotes_crossed: 3,
  quotes_locked: 3,
  quotes_empty: 3,
  quotes_halted: 3,
  quotes_wide: 2,
  process_paused: 3,
  clock_stepped: 1,
  traded_elsewhere: 3,
  sold_elsewhere: 2,
  second_writer: 1,
  disk_failed: 1,
  disk_full: 1,
  disk_slow: 3,
  operator_paused: 2,
  operator_reduced: 1,
  operator_halted: 1,
  operator_flattened: 1,
  operator_closed: 3,
  operator_ended_entry: 3,
  order_cancelled_elsewhere: 1,
  market_fell: 2,
  positions_down: 2,
  author_trimmed: 6,
} as const;

export type MessageFault = keyof typeof RATE_MAX;
export type PlannedFault = keyof typeof PLANNED_MAX;
export type FaultKind = MessageFault | PlannedFault;

export const MESSAGE_FAULTS = Object.keys(RATE_MAX).filter(isMessageFault);
export const PLANNED_FAULTS = Object.keys(PLANNED_MAX).filter(isPlannedFault);

/** Kinds that are people's or the machine's doing: no message was harmed. */
const NO_MESSAGE: ReadonlySet<string> = new Set<FaultKind>([
  'fill_during_cancel',
  'fill_during_replace',
  'original_cancelled',
  'rejected_later',
  'cancel_ignored',
]);

function isMessageFault(name: string): name is MessageFault {
  return Object.hasOwn(RATE_MAX, name);
}

function isPlannedFault(name: string): name is PlannedFault {
  return Object.hasOwn(PLANNED_MAX, name);
}

export function rateMax(kind: MessageFault): number {
  return RATE_MAX[kind];
}

export function plannedMax(kind: PlannedFault): number {
  return PLANNED_MAX[kind];
}

export type Rates = Readonly<Record<MessageFault, number>>;

interface FaultBookParts {
  readonly seed: number;
  readonly rates: Rates;
  readonly mask: ReadonlySet<string>;
  /** `null`: any may happen. */
  readonly only: ReadonlySet<string> | null;
  /** Virtual time since the start. */
  readonly now: () => number;
  readonly onFired: (fired: Fired) => void;
}

export class FaultBook {
  readonly #parts: FaultBookParts;
  readonly fired: Fired[] = [];
  messageFaults = 0;
  /** Nothing goes wrong any more. */
  isQuiet = false;

  constructor(parts: FaultBookParts) {
    this.#parts = parts;
  }

  /**
   * Whether this fault happens to what `key` names. If so, a number from 0 up to 1 to choose its
   * particulars by; else `null`.
   */
  strike(kind: MessageFault, key: string): number | null {
    const rate = this.#parts.rates[kind];
    if (rate === 0 || this.isQuiet) return null;
    const hash = hashOf(this.#parts.seed, kind, key);
    const drawn = (hash >>> 0) / 4_294_967_296;
    if (drawn >= rate) return null;
    // Above the numbers of planned faults, and short enough to be typed.
    const id = `f${1_000 + (Math.imul(hash, 0x9e3779b1) >>> 12)}`;
    return this.happens(kind, id) ? drawn / rate : null;
  }

  /** A planned fault or crash is due: whether it happens, which is noted. */
  happens(kind: string, id: string): boolean {
    const { mask, only } = this.#parts;
    if (this.isQuiet || mask.has(id) || only?.has(id) === false) return false;
    const fired = { id, kind, at: this.#parts.now() };
    this.fired.push(fired);
    if (isMessageFault(kind) && !NO_MESSAGE.has(kind)) this.messageFaults += 1;
    this.#parts.onFired(fired);
    return true;
  }
}

/** A well-mixed 32-bit number of these three. */
export function hashOf(seed: number, kind: string, key: string): number {
  let hash = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b);
  for (let at = 0; at < kind.length; at += 1) hash = mix(hash, kind.charCodeAt(at));
  hash = mix(hash, 0x1f);
  for (let at = 0; at < key.length; at += 1) hash = mix(hash, key.charCodeAt(at));
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

function mix(hash: number, unit: number): number {
  const mixed = Math.imul(hash ^ unit, 0x01000193);
  return mixed ^ (mixed >>> 15);
}
