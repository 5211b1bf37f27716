/** Instants as the broker writes them: `2025-05-28T13:38:47.851+00:00`. */
import { type EpochMs, formatInstant } from '#kernel/time.ts';

export function instant(at: EpochMs): string {
  return formatInstant(at).replace('Z', '+00:00');
}

export function instantOrNone(at: EpochMs | null): string | undefined {
  return at === null ? undefined : instant(at);
}
