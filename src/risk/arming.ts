/**
 * Arming: where orders are real (production), or are treated as if they were (rehearsal), entries
 * need a person's explicit act in this run.
 *
 * Invariants
 * 1. Armed is what an admin made of a valid certificate, the account's last four characters and a
 *    one-time code, until the session closes, twelve hours at most.
 * 2. It ends by itself: at its end, at a restart, and with any kill state the desk raises. A clock
 *    that is set back makes it no longer.
 * 3. Without it nothing is entered or stepped, and working entries are taken back; exits, closes
 *    and cancels go on, because they only ever reduce what is at risk.
 */
import { type EpochMs, epochMs, plus } from '#kernel/time.ts';
import type { Armed, ArmingState, Environment } from './model.ts';

export const ARMED_MS_MAX = 12 * 60 * 60_000;
export const CODE_MS = 2 * 60_000;
/** Six digits can be tried a few times and no more. */
export const CODE_TRIES_MAX = 3;

export function needsArming(environment: Environment): boolean {
  return environment === 'production' || environment === 'rehearsal';
}

export function armingState(
  environment: Environment,
  armed: Armed | null,
  now: EpochMs,
): ArmingState {
  if (!needsArming(environment)) return 'not_needed';
  return armed !== null && now < armed.until ? 'armed' : 'disarmed';
}

/** `closesAt`: end of the session that is on, or comes next. */
export function armedUntil(now: EpochMs, closesAt: EpochMs): EpochMs {
  return epochMs(Math.min(plus(now, ARMED_MS_MAX), closesAt));
}

export interface ArmingChallenge {
  readonly code: string;
  readonly actor: string;
  /** On the monotonic clock. */
  readonly expiresMono: number;
  readonly triesLeft: number;
}

export const ARM_REFUSALS = [
  'not_needed',
  'needs_admin',
  'certificate_missing',
  'not_reconciled',
  'entries_stopped',
  'no_code',
  'code_expired',
  'wrong_code',
  'wrong_account',
] as const;
export type ArmRefusal = (typeof ARM_REFUSALS)[number];

export interface ArmConditions {
  readonly environment: Environment;
  readonly isAdmin: boolean;
  /** Why there is no valid certificate, or `null` when there is one. */
  readonly certificateFault: string | null;
  readonly reconciled: boolean;
  readonly entriesPermitted: boolean;
}

/** What keeps an actor from arming now, before any code is asked for; `null`: nothing. */
export function armObstacle(conditions: ArmConditions): ArmRefusal | null {
  if (!needsArming(conditions.environment)) return 'not_needed';
  if (!conditions.isAdmin) return 'needs_admin';
  if (conditions.certificateFault !== null) return 'certificate_missing';
  if (!conditions.entriesPermitted) return 'entries_stopped';
  return conditions.reconciled ? null : 'not_reconciled';
}

export interface ArmAttempt {
  readonly actor: string;
  readonly code: string;
  readonly lastFour: string;
  /** When it was made, on the monotonic clock. */
  readonly mono: number;
}

/** What is wrong with the answer to a challenge; `null`: nothing. */
export function judgeArmAttempt(
  challenge: ArmingChallenge | null,
  attempt: ArmAttempt,
  account: string,
): ArmRefusal | null {
  if (challenge === null || challenge.actor !== attempt.actor) return 'no_code';
  if (attempt.mono >= challenge.expiresMono || challenge.triesLeft <= 0) return 'code_expired';
  if (attempt.code !== challenge.code) return 'wrong_code';
  return attempt.lastFour === account ? null : 'wrong_account';
}
