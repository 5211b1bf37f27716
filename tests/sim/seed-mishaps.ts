/** What a seed plans to go wrong at set times: faults, people's acts, crashes. */
import type { Random } from '#kernel/random.ts';
import { PLANNED_FAULTS, type PlannedFault, plannedMax } from './faults.ts';

export interface PlannedEvent {
  readonly id: string;
  readonly at: number;
  readonly kind: PlannedFault;
  /** Uniform, for particulars. */
  readonly drawn: number;
}

const ANY_MOMENTS = [
  'now',
  'write',
  'synced',
  'before_send',
  'sent',
  'before_answer',
  'answered',
  'starting',
] as const;
/**
 * `starting`: when what is on disk has been read; `opening`: the write with which a trade opens,
 * most of it left.
 */
export const CRASH_MOMENTS = [...ANY_MOMENTS, 'opening'] as const;
export type CrashMoment = (typeof CRASH_MOMENTS)[number];

export interface PlannedCrash {
  readonly id: string;
  readonly at: number;
  /** Dies at the first such moment from then on. */
  readonly moment: CrashMoment;
  readonly downMs: number;
  readonly drawn: number;
}

export function planEvents(random: Random, untilMs: number): readonly PlannedEvent[] {
  const events: PlannedEvent[] = [];
  let number = 0;
  for (const kind of PLANNED_FAULTS) {
    const isOn = random.chance(0.25);
    const count = Math.ceil(random.next() * plannedMax(kind));
    for (let n = 0; n < plannedMax(kind); n += 1) {
      number += 1;
      const at = Math.round(random.next() * untilMs);
      const drawn = random.next();
      if (isOn && n < count) events.push({ id: `f${number}`, at, kind, drawn });
    }
  }
  return events.toSorted((a, b) => a.at - b.at);
}

/** Writes most often, and of those the ones with which a trade opens. */
function momentOf(random: Random): CrashMoment {
  const drawn = random.next();
  if (drawn < 0.08) return 'opening';
  return drawn < 0.2 ? 'write' : random.pick(ANY_MOMENTS);
}

export function planCrashes(
  random: Random,
  most: number,
  untilMs: number,
): readonly PlannedCrash[] {
  const count = random.chance(0.3) ? 0 : random.integer(1, most);
  const crashes: Omit<PlannedCrash, 'id'>[] = [];
  for (let n = 0; n < count; n += 1) {
    crashes.push({
      at: Math.round(random.next() * untilMs),
      moment: momentOf(random),
      downMs: random.chance(0.25) ? random.integer(500, 7_000) : random.integer(5, 200),
      drawn: random.next(),
    });
  }
  return crashes.toSorted((a, b) => a.at - b.at).map((crash, n) => ({ id: `c${n + 1}`, ...crash }));
}
