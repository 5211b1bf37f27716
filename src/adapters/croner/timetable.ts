/** Schedules worked out by croner. It only computes here: its own timers are never used. */
import { Cron } from 'croner';
import { type EpochMs, epochMs } from '#kernel/time.ts';
import type { Timetable } from '#operate/ports.ts';

const SECOND_MS = 1_000;

export function createTimetable(): Timetable {
  const known = new Map<string, Cron>();
  const cronOf = (pattern: string): Cron => {
    const cron =
      known.get(pattern) ??
      new Cron(pattern, { timezone: 'America/New_York', paused: true, mode: '5-part' });
    known.set(pattern, cron);
    return cron;
  };
  return {
    last(pattern, at) {
      // It leaves out the reference itself: the second after it is asked.
      const runs = cronOf(pattern).previousRuns(2, new Date(at + SECOND_MS));
      return instantOf(runs.find((run) => run.getTime() <= at));
    },
    next: (pattern, at) => instantOf(cronOf(pattern).nextRun(new Date(at)) ?? undefined),
  };
}

function instantOf(date: Date | undefined): EpochMs | null {
  return date === undefined ? null : epochMs(date.getTime());
}
