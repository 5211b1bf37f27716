/** Defects of what an order is taken to be: live or over, filled or not, one or two. */
import type { Mutant } from './model.ts';

const APPLY = 'src/orders/core/apply.ts';
const ORDER_LIFE = 'src/orders/core/order-life.ts';
const WORKING = 'src/orders/core/working.ts';

export const ORDER_MUTANTS: readonly Mutant[] = [
  {
    name: 'fill-counted-twice',
    what: 'a fill told twice is counted twice',
    patches: [
      {
        file: ORDER_LIFE,
        find: 'fill.quantity <= room && order.fills.every((one) => one.fillId !== fill.fillId);',
        replace: 'fill.quantity <= room;',
      },
    ],
  },
  {
    name: 'late-fill-dropped',
    what: 'a fill row that comes after the end of its order is dropped',
    patches: [
      {
        file: ORDER_LIFE,
        find: 'if (isOverByBroker(order)) return counted;',
        replace: 'if (isOverByBroker(order)) return order;',
      },
    ],
  },
  {
    name: 'filled-by-rows-alone',
    what: 'what the broker counts as filled is believed only row by row',
    patches: [
      {
        file: 'src/orders/core/exposure.ts',
        find: 'return Math.max(filledKnown(order), order.reported);',
        replace: 'return filledKnown(order);',
      },
    ],
  },
  {
    name: 'cancel-taken-means-cancelled',
    what: 'a cancel that was taken counts as a cancellation',
    patches: [
      {
        file: APPLY,
        find: '    const pending = { ...order.pending, answer: answer.kind };',
        replace: `    if (answer.kind === 'acked') {
      return { ...order, phase: 'terminal', end: 'cancelled', pending: null };
    }
    const pending = { ...order.pending, answer: answer.kind };`,
      },
    ],
  },
  {
    name: 'replaced-means-cancelled',
    what: 'an order counts as gone as soon as its replacement was taken',
    patches: [
      {
        file: APPLY,
        find: `    order.pending === null
      ? order
      : { ...order, pending: { ...order.pending, answer: answer.kind } },
  );`,
        replace: `    answer.kind === 'acked'
      ? { ...order, phase: 'terminal', end: 'cancelled', pending: null }
      : order,
  );`,
      },
    ],
  },
  {
    name: 'replacement-refusal-ignored',
    what: 'a replacement is refused, and its original goes on waiting for it',
    patches: [
      {
        file: APPLY,
        find: 'if (!isLive(replacement)) return replacementOver(next, replacement);',
        replace: 'if (!isLive(replacement)) return next;',
      },
    ],
  },
  {
    name: 'unknown-counts-as-nothing',
    what: 'an order whose fate is not known counts as not being there',
    patches: [
      {
        file: 'src/orders/core/exposure.ts',
        find: "return order.phase !== 'terminal';",
        replace: "return order.phase !== 'terminal' && order.phase !== 'unknown';",
      },
    ],
  },
  {
    name: 'no-quarantine',
    what: 'an order that one look did not find counts as absent',
    patches: [
      {
        file: 'src/orders/resolve/absence.ts',
        find: `  if (misses === null || misses.count < policy.looksMin) return false;
  return misses.lastAt - misses.firstAt >= policy.quarantineMs;`,
        replace: '  return misses !== null;',
      },
    ],
  },
  {
    name: 'absent-stays-absent',
    what: 'an order given up as absent that turns up live is not taken back',
    patches: [
      {
        file: ORDER_LIFE,
        find: "return phase === 'terminal' && status !== null && endOf(status) !== null;",
        replace: "return phase === 'terminal';",
      },
    ],
  },
  {
    name: 'several-contracts-edited-in-place',
    what: 'an order of several contracts is edited, and its replacement may carry them all again',
    patches: [
      {
        file: WORKING,
        find: "if (stepBy === 'edit_single' && order.quantity > 1) return false;",
        replace: '',
      },
      {
        file: WORKING,
        find: "if (stepBy === 'cancel_new' || filledPossible(order) > 0) return false;",
        replace: '',
      },
    ],
  },
  {
    name: 'cancel-asked-once',
    what: 'a cancel that led to nothing is never asked for again',
    patches: [
      {
        file: WORKING,
        find: 'return now - pending.at >= (wasTaken ? settings.cancelAgainMs : settings.readEveryMs);',
        replace: 'return false;',
      },
    ],
  },
  {
    name: 'in-flight-forgotten-at-restart',
    what: 'what was in flight when the process died counts as never sent',
    patches: [
      {
        file: ORDER_LIFE,
        find: "if (order.phase === 'intended') return { ...order, pending, phase: 'unknown', changedAt: at };",
        replace: "if (order.phase === 'intended') return ended(order, 'absent', at);",
      },
    ],
  },
  {
    name: 'in-flight-not-asked-for-at-restart',
    what: 'after a restart nobody asks what became of what was in flight',
    patches: [
      {
        file: 'src/orders/book.ts',
        find: 'this.#timeAnew(record.body.at, restartTrade);',
        replace: 'this.#timeAnew(record.body.at, timedAnew);',
      },
    ],
  },
];
