/**
 * Instants and the clock.
 *
 * Everything below the shell receives its time; only this file, the adapters and `app/` may read
 * one. Durations are measured on `mono`, which never steps; `now` is for records and market time.
 */
import type { Branded } from './brand.ts';
import { parseIsoDate } from './calendar.ts';
import { invariant } from './invariant.ts';

/** Milliseconds since 1970-01-01T00:00Z. */
export type EpochMs = Branded<number, 'EpochMs'>;

export type Cancel = () => void;

export interface Clock {
  /** Wall time. May step when the machine's clock is set. */
  now(): EpochMs;
  /** Milliseconds of a clock that only runs forward; its zero means nothing. */
  mono(): number;
  /** Runs `action` once, `delayMs` from now (0 = as soon as possible), unless cancelled. */
  after(delayMs: number, action: () => void): Cancel;
}

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})$/;
/** The longest wait a timer of the platform can be set to (24.8 days). */
const TIMER_MS_MAX = 2_147_483_647;

export function epochMs(ms: number): EpochMs {
  invariant(Number.isFinite(ms), () => `an instant is a finite number, was ${ms}`);
  return Math.round(ms) as EpochMs;
}

/**
 * Reads an ISO 8601 instant with an explicit zone; `null` when it is not one. `Date.parse` alone
 * would read 30 February as 2 March.
 */
export function parseInstant(text: string): EpochMs | null {
  if (!INSTANT.test(text) || parseIsoDate(text.slice(0, 10)) === null) return null;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? null : epochMs(ms);
}

/** ISO 8601 in UTC with milliseconds. */
export function formatInstant(at: EpochMs): string {
  return new Date(at).toISOString();
}

export function plus(at: EpochMs, spanMs: number): EpochMs {
  return epochMs(at + spanMs);
}

/** The machine's own clock. `offsetMs` shifts wall time, for a demonstration in market hours. */
export function createSystemClock(offsetMs = 0): Clock {
  return {
    now: () => epochMs(Date.now() + offsetMs),
    mono: () => performance.now(),
    after(delayMs, action) {
      const due = performance.now() + Math.max(0, delayMs);
      let timer: NodeJS.Timeout;
      // A longer wait than a timer can hold is made of several.
      const wait = (): void => {
        const left = Math.max(0, due - performance.now());
        timer = left > TIMER_MS_MAX ? setTimeout(wait, TIMER_MS_MAX) : setTimeout(action, left);
      };
      wait();
      return () => clearTimeout(timer);
    },
  };
}
