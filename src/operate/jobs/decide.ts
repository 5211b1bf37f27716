/**
 * What a job does now: pure, asked again and again.
 *
 * Nothing is remembered but the record: which keys have run. A key is the job and the minute on New
 * York's clock at which it was due, so that neither a restart nor a clock set back nor the hour
 * that comes twice in autumn runs it twice; and of all it missed while the machine slept only the
 * newest is made up for.
 */
import { type EpochMs, plus } from '#kernel/time.ts';
import {
  isCovered,
  isTradingDay,
  isZoneKnown,
  newYorkDate,
  newYorkInstant,
  newYorkTime,
  sessionOf,
} from '#market/session.ts';
import type { Timetable } from '../ports.ts';
import type { JobMemory } from './memory.ts';
import type { JobName, JobRule } from './table.ts';

export interface JobPolicy {
  readonly retryMs: number;
  readonly failuresMax: number;
}

/** Why it is begun without anybody having asked. */
export type JobCause = 'schedule' | 'catch_up' | 'retry';

export type JobDecision =
  | { readonly kind: 'run'; readonly key: string; readonly by: JobCause }
  /** Due, and not begun before `until`. */
  | { readonly kind: 'wait'; readonly until: EpochMs; readonly why: 'market_open' | 'retry' }
  | { readonly kind: 'idle' };

export interface JobQuestion {
  readonly name: JobName;
  /** `null`: by hand alone. */
  readonly pattern: string | null;
  readonly rule: JobRule;
  readonly policy: JobPolicy;
  readonly now: EpochMs;
}

/** A desk that looks a little late has not missed anything. */
const LATE_MS = 120_000;
/** What is begun should be over when the market opens. */
const BEFORE_OPEN_MS = 30 * 60_000;
const WEEKDAY_OPEN = '09:30';
const WEEKDAY_CLOSE = '16:15';

export function decideJob(
  question: JobQuestion,
  memory: JobMemory,
  timetable: Timetable,
): JobDecision {
  const { name, pattern, rule, policy, now } = question;
  // Of a clock as wrong as that nothing is concluded.
  if (pattern === null || !isZoneKnown(now)) return { kind: 'idle' };
  const due = timetable.last(pattern, now);
  // What was due before there was a desk was missed by nobody.
  if (due === null || memory.since === null || due < memory.since) return { kind: 'idle' };
  const key = jobKey(name, due);
  const run = memory.run(key);
  if (run !== null) {
    if (run.ended === null || run.ended.outcome === 'done') return { kind: 'idle' };
    if (run.tries >= policy.failuresMax) return { kind: 'idle' };
    const retryAt = plus(run.ended.at, policy.retryMs);
    if (now < retryAt) return { kind: 'wait', until: retryAt, why: 'retry' };
  }
  const until = rule.heavy ? marketHoursEnd(now) : null;
  if (until !== null) return { kind: 'wait', until, why: 'market_open' };
  if (run !== null) return { kind: 'run', key, by: 'retry' };
  return { kind: 'run', key, by: now - due > LATE_MS ? 'catch_up' : 'schedule' };
}

/** `parquet@2026-11-20T01:30` */
function jobKey(name: string, due: EpochMs): string {
  const { date, minutes } = newYorkTime(due);
  const clock = [Math.floor(minutes / 60), minutes % 60].map((part) =>
    String(part).padStart(2, '0'),
  );
  return `${name}@${date}T${clock.join(':')}`;
}

/** When the market closes, if it is open or soon will be; `null` when work disturbs nobody. */
function marketHoursEnd(now: EpochMs): EpochMs | null {
  const day = newYorkDate(now);
  const hours = isCovered(day) ? tradingHours(day) : guessedHours(day);
  if (hours === null) return null;
  return now >= hours.open - BEFORE_OPEN_MS && now < hours.close ? hours.close : null;
}

function tradingHours(day: ReturnType<typeof newYorkDate>) {
  return isTradingDay(day) ? sessionOf('late_option', day) : null;
}

/** Past the calendar on file: rather too much waiting than work in the middle of trading. */
function guessedHours(day: ReturnType<typeof newYorkDate>) {
  return { open: newYorkInstant(day, WEEKDAY_OPEN), close: newYorkInstant(day, WEEKDAY_CLOSE) };
}
