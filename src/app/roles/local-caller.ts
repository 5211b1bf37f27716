/**
 * Whom a process without a desk lets in by himself. Its own configuration does not say what the
 * desk trades: the desk's record does, and until it is read nobody comes in unasked.
 */
import { badgeOf } from '#audit/badge.ts';
import type { DeskSnapshot } from '#operate/api.ts';
import type { Caller } from '#operate/model.ts';

/** `configured`: whom this machine's own settings would let in; `null`: nobody. */
export function localCallerAt(
  { seq, environment }: Pick<DeskSnapshot['desk'], 'seq' | 'environment'>,
  configured: Caller | null,
): Caller | null {
  return seq > 0 && environment === badgeOf('simulated') ? configured : null;
}
