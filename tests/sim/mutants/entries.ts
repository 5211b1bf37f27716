/** Defects of the entry: how much, at which price, and for how long. */
import type { Mutant } from './model.ts';

const ENTRY_PLAN = 'src/orders/core/entry-plan.ts';
const NEXT_TERMS = 'src/orders/discovery/next-terms.ts';

export const ENTRY_MUTANTS: readonly Mutant[] = [
  {
    name: 'new-order-for-the-full-quantity',
    what: 'after a cancel all of the approved quantity is sent anew, filled or not',
    patches: [
      {
        file: ENTRY_PLAN,
        find: 'const left = trade.plan.quantity - boughtPossible(trade);',
        replace: 'const left = trade.plan.quantity;',
      },
    ],
  },
  {
    name: 'step-of-two-ticks',
    what: 'a price step moves two ticks',
    patches: [
      {
        file: NEXT_TERMS,
        find: "side === 'buy' ? next(grid, limit) : previous(grid, limit);",
        replace: "side === 'buy' ? next(grid, next(grid, limit)) : previous(grid, limit);",
      },
    ],
  },
  {
    name: 'step-too-early',
    what: 'the first step comes after half its wait',
    patches: [
      {
        file: ENTRY_PLAN,
        find: 'takenAt: soonest(orders.map((order) => order.firstSeenAt)),',
        replace: `takenAt:
      orders[0] === undefined
        ? null
        : plus(orders[0].intendedAt, -trade.plan.entry.waitMs / 2),`,
      },
    ],
  },
  {
    name: 'a-step-too-many',
    what: 'the limit goes on being raised when all steps are taken',
    patches: [
      {
        file: ENTRY_PLAN,
        find: 'stepsLeft: trade.steps < policy.stepsMax,',
        replace: 'stepsLeft: true,',
      },
    ],
  },
  {
    name: 'window-not-ended',
    what: 'an entry goes on when its time is over',
    patches: [
      {
        file: ENTRY_PLAN,
        find: "if (windowOver !== null && view.now >= windowOver) return 'window_over';",
        replace: '',
      },
    ],
  },
  {
    name: 'collar-ignored',
    what: 'steps and conversions go past the collar',
    patches: [
      {
        file: NEXT_TERMS,
        find: "return side === 'buy' ? price <= bound : price >= bound;",
        replace: "return side === 'buy' || price >= bound;",
      },
    ],
  },
  {
    name: 'market-order-into-a-locked-market',
    what: 'a locked market forces an order to market',
    patches: [
      {
        file: NEXT_TERMS,
        find: 'if (quote === null || quote.bid >= quote.ask) return false;',
        replace: 'if (quote === null) return false;',
      },
    ],
  },
  {
    name: 'stale-quote-used',
    what: 'a step is priced from a quote of any age',
    patches: [
      {
        file: 'src/orders/plan-view.ts',
        find: 'return isFresh && quote.receivedAt <= wall + AHEAD_MS_MAX ? quote : null;',
        replace: 'return quote;',
      },
    ],
  },
  {
    name: 'unsound-quote-used',
    what: 'a step is priced from a crossed, empty or halted quote',
    patches: [
      {
        file: 'src/orders/plan-view.ts',
        find: 'if (quote === null || quoteDefect(quote) !== null) return null;',
        replace: 'if (quote === null) return null;',
      },
    ],
  },
  {
    name: 'hand-cancel-undone',
    what: 'an entry that somebody cancels at the broker is sent once more',
    patches: [
      {
        file: ENTRY_PLAN,
        find: "if (orders.some((order) => isTakenBackElsewhere(order, orders))) return 'cancelled_elsewhere';",
        replace: '',
      },
    ],
  },
  {
    name: 'refused-cancel-counts-as-ours',
    what: 'an entry somebody cancelled is sent once more when the desk asked for its cancel too late',
    patches: [
      {
        file: 'src/orders/core/order-life.ts',
        find: "return { ...order, ownCancel: isWithoutEffect ? 'none' : 'possible' };",
        replace: "return { ...order, ownCancel: 'possible' };",
      },
    ],
  },
  {
    name: 'decision-carried-out-late',
    what: 'an entry decided before a crash is placed whenever the desk is back',
    patches: [
      {
        file: ENTRY_PLAN,
        find: "return late ? 'not_sent' : null;",
        replace: 'return null;',
      },
    ],
  },
];
