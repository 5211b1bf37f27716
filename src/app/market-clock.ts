/**
 * The clock of the simulated desk: it runs in market hours even when New York is closed, so that a
 * demonstration works at any time. It is the machine's clock, shifted once, at start.
 *
 * Rules
 * 1. While the market is open and will be for a while, nothing is shifted.
 * 2. A restarted desk keeps its shift while that lies in market hours: down time passes as time.
 * 3. A shifted desk's time never goes back behind its own record. Where the market is real there is
 *    no other time than the machine's: a desk starts by it, to look after what is at work, and
 *    pauses itself when the record says that the clock was set back.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { replaceFile } from '#adapters/disk/files.ts';
import { loadRecordedDay, RECORDED_DAYS } from '#adapters/recorded/recorded-day.ts';
import { addDays } from '#kernel/calendar.ts';
import { err, ok, type Result } from '#kernel/result.ts';
import {
  type Clock,
  createSystemClock,
  type EpochMs,
  epochMs,
  formatInstant,
} from '#kernel/time.ts';
import {
  isTradingDay,
  isZoneKnown,
  newYorkDate,
  newYorkInstant,
  nextTradingDay,
  previousTradingDay,
  sessionOf,
} from '#market/session.ts';

/** A demonstration begins at this hour, and not with less than this left of the day. */
const BEGIN = '10:00';
const FROM = '09:35';
const LEFT_MS = 45 * 60_000;
const SHIFT_FILE = 'clock.json';
const Shift = z.object({ shiftMs: z.number() });

/** What to add to the machine's time. `lastAt` is the time of the last record, if there is one. */
export function marketHoursShift(real: EpochMs, lastAt: EpochMs | null, kept: number): number {
  const shifts = [kept, 0, beginOf(newYorkDate(real)) - real];
  const fits = (shift: number): boolean =>
    isWorkingTime(epochMs(real + shift)) && (lastAt === null || real + shift > lastAt);
  const shift = shifts.find(fits);
  if (shift !== undefined) return shift;
  if (lastAt === null) return 0;
  const goOn = epochMs(lastAt + 1_000);
  return (isWorkingTime(goOn) ? goOn : begin(nextTradingDay(newYorkDate(goOn)))) - real;
}

export interface ClockFault {
  readonly detail: string;
}

export interface ClockRequest {
  readonly source: 'simulated' | 'recorded';
  readonly clock: 'market_hours' | 'real';
  /** Where the shift of the last run is kept. */
  readonly directory: string;
  readonly lastAt: EpochMs | null;
}

/** Shifts the clock as the market needs it, and keeps the shift for the next start. */
export async function setClock(
  clock: ShiftableClock,
  request: ClockRequest,
): Promise<Result<number, ClockFault>> {
  const { lastAt } = request;
  const path = join(request.directory, SHIFT_FILE);
  const real = clock.now();
  const kept = readShift(path);
  const shift = shiftFor(request, real, isZoneKnown(epochMs(real + kept)) ? kept : 0);
  const isReal = request.source === 'simulated' && request.clock === 'real';
  if (lastAt !== null && real + shift <= lastAt && !isReal) {
    const detail =
      `the record in ${request.directory} ends at ${formatInstant(lastAt)}, after the time the desk ` +
      `would start at, ${formatInstant(epochMs(real + shift))}; set this machine's clock right, or use ` +
      `another directory (--data)`;
    return err({ detail });
  }
  clock.shift(shift);
  await replaceFile(path, `${JSON.stringify({ shiftMs: shift })}\n`);
  return ok(shift);
}

function shiftFor({ source, clock, lastAt }: ClockRequest, real: EpochMs, kept: number): number {
  if (source === 'recorded') return recordedShift(real, lastAt, kept);
  return clock === 'real' ? 0 : marketHoursShift(real, lastAt, kept);
}

/** Into the recorded day: from its beginning, or on from where the record ends. */
function recordedShift(real: EpochMs, lastAt: EpochMs | null, kept: number): number {
  const { startAt } = loadRecordedDay(RECORDED_DAYS[0]);
  if (lastAt === null) return startAt - real;
  const isKept = newYorkDate(epochMs(real + kept)) === newYorkDate(startAt) && real + kept > lastAt;
  return isKept ? kept : startAt - real;
}

/** A file that does not read is as good as none: the record's own time holds the clock back. */
function readShift(path: string): number {
  if (!existsSync(path)) return 0;
  try {
    return Shift.parse(JSON.parse(readFileSync(path, 'utf8'))).shiftMs;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) return 0;
    throw error;
  }
}

/** The system clock, whose wall time can be shifted once before anything has read it. */
export interface ShiftableClock extends Clock {
  shift(ms: number): void;
}

export function createShiftableClock(): ShiftableClock {
  const machine = createSystemClock();
  let shiftMs = 0;
  return {
    ...machine,
    now: () => epochMs(machine.now() + shiftMs),
    shift(ms) {
      shiftMs = ms;
    },
  };
}

function isWorkingTime(at: EpochMs): boolean {
  const day = newYorkDate(at);
  const session = isTradingDay(day) ? sessionOf('equity', day) : null;
  return session !== null && at >= newYorkInstant(day, FROM) && at <= session.close - LEFT_MS;
}

/** The morning of that day, or of the last trading day before it. */
function beginOf(day: ReturnType<typeof newYorkDate>): EpochMs {
  return begin(isTradingDay(day) ? day : previousTradingDay(addDays(day, 1)));
}

function begin(day: ReturnType<typeof newYorkDate>): EpochMs {
  return newYorkInstant(day, BEGIN);
}
