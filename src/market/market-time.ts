/** The time of day people in this market speak of: New York's, `10:31:43`. */
import type { EpochMs } from '#kernel/time.ts';
import { newYorkTime } from './session.ts';

export function marketTime(at: EpochMs): string {
  const { minutes, seconds } = newYorkTime(at);
  return [Math.floor(minutes / 60), minutes % 60, seconds].map(twoDigits).join(':');
}

function twoDigits(count: number): string {
  return String(count).padStart(2, '0');
}
