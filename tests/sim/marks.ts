/** Interesting things a batch of seeds must have seen: one that never happens proves nothing. */

import type { TradeEndReason } from '#orders/model.ts';
import type { KillState } from '#risk/model.ts';
import { MESSAGE_FAULTS, PLANNED_FAULTS } from './faults.ts';
import { CRASH_MOMENTS } from './seed-mishaps.ts';

const HAPPENINGS = [
  'torn tail set aside',
  'unsynced bytes at a crash',
  'journal failed',
  'crash while starting',
  'crash with a trade entering',
  'crash with a trade ending',
  'crash with a trade exiting',
  'crash with a trade closing',
  'crash with a trade holding',
  'crash with an order unknown',
  'crash with an order intended',
  'replacement aborted, original lives',
  'replacement aborted, original gone',
  'late fill taken',
  'price step',
  'converted to market',
  'converted to a limit',
  'trade blocked',
  'adopted after an ambiguous answer',
  'declared absent',
  'stale list read',
  'duplicate refused',
  'stranger refused',
  'dry run previewed',
  'alert held',
  'found again after a crash',
  'position reduced by other hands',
  'day order ended with the day',
  'position without an order told',
  'entry cancelled by hand',
  'late exit taken back',
  'late close taken back',
] as const;

export type MarkName =
  | (typeof HAPPENINGS)[number]
  | `kill state ${KillState}`
  | 'late entry taken back'
  | `trade ended: ${TradeEndReason}`;

const KILL_STATES = ['PAUSE', 'REDUCE_ONLY', 'HALT', 'FLATTEN'] as const;
const TRADE_ENDS = ['no_fill', 'sold', 'closed_elsewhere'] as const;

const MARKS: readonly string[] = [
  ...HAPPENINGS,
  ...KILL_STATES.map((state) => `kill state ${state}`),
  ...TRADE_ENDS.map((reason) => `trade ended: ${reason}`),
  ...MESSAGE_FAULTS.map((kind) => `fault ${kind}`),
  ...PLANNED_FAULTS.map((kind) => `fault ${kind}`),
  ...CRASH_MOMENTS.map((moment) => `fault crash_${moment}`),
];

/** Those no seed of a batch has reached. */
export function uncovered(reached: ReadonlyMap<string, number>): readonly string[] {
  return MARKS.filter((name) => !reached.has(name));
}
