/** Faults of a stream of notifications: lost, doubled, swapped and late frames. */
import type { Random } from '#kernel/random.ts';
import type { Timers } from '../../support/timers.ts';

export interface Disturbance {
  readonly kind: 'drop' | 'duplicate' | 'reorder' | 'late';
  /** Of a late frame; of a swapped one when none follows it. */
  readonly ms?: number;
  /** Notification type, as in `Order`; all when absent. */
  readonly type?: string;
  /** Status of the order told of. */
  readonly status?: string;
  /** Which of the matching frames, counted from 1; all when absent. */
  readonly nth?: number | readonly number[];
  /** 0 to 1, of those. */
  readonly probability?: number;
}

export interface Frame {
  readonly type: string;
  readonly status: string | null;
  readonly text: string;
}

export interface Disturber {
  readonly add: (disturbance: Disturbance) => () => void;
  /** Sends the frame as the disturbances have it; `send` may be called later, twice or never. */
  readonly pass: (frame: Frame, send: (text: string) => void) => void;
}

const SWAP_MS = 50;

export function createDisturber(timers: Timers, random: Random): Disturber {
  const entries = new Set<{ readonly rule: Disturbance; matched: number }>();
  /** Frames that wait for the one behind them. */
  const held: (() => void)[] = [];

  function ruleFor(frame: Frame): Disturbance | null {
    for (const entry of entries) {
      const { rule } = entry;
      if (rule.type !== undefined && rule.type !== frame.type) continue;
      if (rule.status !== undefined && rule.status !== frame.status) continue;
      entry.matched += 1;
      const turns = typeof rule.nth === 'number' ? [rule.nth] : rule.nth;
      if (turns !== undefined && !turns.includes(entry.matched)) continue;
      if (random.chance(rule.probability ?? 1)) return rule;
    }
    return null;
  }

  function release(): void {
    for (const send of held.splice(0)) send();
  }

  return {
    add(rule) {
      const entry = { rule, matched: 0 };
      entries.add(entry);
      return () => entries.delete(entry);
    },
    pass(frame, send) {
      const rule = ruleFor(frame);
      switch (rule?.kind) {
        case 'drop':
          return;
        case 'late':
          timers.after(rule.ms ?? SWAP_MS, () => send(frame.text));
          return;
        case 'reorder':
          held.push(() => send(frame.text));
          timers.after(rule.ms ?? SWAP_MS, release);
          return;
        case 'duplicate':
          send(frame.text);
          break;
        case undefined:
          break;
      }
      send(frame.text);
      release();
    },
  };
}
