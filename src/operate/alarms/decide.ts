/**
 * Whether an alarm is to be told, told again, or is over. Pure: looked at again and again.
 *
 * Spans are measured on the run's own clock, so that a clock that is set raises nothing; a restart
 * begins to count anew, and what was raised before it stays raised.
 */
import type { EpochMs } from '#kernel/time.ts';
import type { Raised } from './memory.ts';
import type { AlarmRule } from './table.ts';

/** Since when it has held, or not held, on the run's own clock. */
export interface Watched {
  readonly holds: boolean;
  readonly sinceMono: number;
  readonly since: EpochMs;
}

export interface Look {
  readonly rule: Pick<AlarmRule, 'side' | 'at' | 'forMs'>;
  readonly value: number | null;
  readonly raised: Raised | null;
  readonly now: EpochMs;
  readonly mono: number;
  readonly repeatMs: number;
  readonly clearMs: number;
}

export type AlarmDecision =
  | { readonly kind: 'raise'; readonly times: number; readonly since: EpochMs }
  | { readonly kind: 'clear' }
  | { readonly kind: 'rest' };

export function watch(
  before: Watched | null,
  { rule, value, now, mono }: Pick<Look, 'rule' | 'value' | 'now' | 'mono'>,
): Watched {
  const holds = value !== null && (rule.side === 'above' ? value > rule.at : value < rule.at);
  return before?.holds === holds ? before : { holds, sinceMono: mono, since: now };
}

export function decideAlarm({ holds, sinceMono, since }: Watched, look: Look): AlarmDecision {
  const { rule, raised, mono, now } = look;
  const forMs = mono - sinceMono;
  if (raised === null) {
    return holds && forMs >= rule.forMs ? { kind: 'raise', times: 1, since } : { kind: 'rest' };
  }
  if (!holds) return forMs >= look.clearMs ? { kind: 'clear' } : { kind: 'rest' };
  const isTold = raised.acknowledged !== null || Math.abs(now - raised.at) < look.repeatMs;
  return isTold
    ? { kind: 'rest' }
    : { kind: 'raise', times: raised.times + 1, since: raised.since };
}
