/** Defects of exits and closes: how much is sold, at which price, and beside what. */
import type { Mutant } from './model.ts';

const TARGET = 'src/orders/exits/target.ts';
const EXIT_PLAN = 'src/orders/core/exit-plan.ts';
const CLOSE_PLAN = 'src/orders/core/close-plan.ts';

export const EXIT_MUTANTS: readonly Mutant[] = [
  {
    name: 'exit-on-ordered-quantity',
    what: 'the exit is sized from what was ordered, not from what was bought',
    patches: [
      {
        file: EXIT_PLAN,
        find: 'Math.min(exitQuantity(trade.plan.exit, bought(trade)), ours)',
        replace: 'Math.min(exitQuantity(trade.plan.exit, trade.plan.quantity), ours)',
      },
    ],
  },
  {
    name: 'exit-rounded-up',
    what: 'half of an odd number is rounded up',
    patches: [
      {
        file: TARGET,
        find: 'const target = Math.floor((filled',
        replace: 'const target = Math.ceil((filled',
      },
    ],
  },
  {
    name: 'exit-not-on-the-grid',
    what: 'the target price is not brought to the tick grid',
    patches: [
      {
        file: TARGET,
        find: 'return roundUp(grid, priceFromUnits(divideUp(fills.units * multiple, divisor)));',
        replace: 'return priceFromUnits(divideUp(fills.units * multiple, divisor));',
      },
    ],
  },
  {
    name: 'exit-price-rounded-down',
    what: 'the target price is rounded down, below the profit asked for',
    patches: [
      { file: TARGET, find: 'import { roundUp, type', replace: 'import { roundDown, type' },
      { file: TARGET, find: 'return roundUp(grid', replace: 'return roundDown(grid' },
    ],
  },
  {
    name: 'exit-priced-from-the-limit',
    what: 'the target is counted from the first limit, not from what was paid',
    patches: [
      {
        file: EXIT_PLAN,
        find: 'const limit = exitPrice(entryFills(trade), exit.profit, instrument.grid);',
        replace: `const count = bought(trade);
  const fills = { quantity: count, units: trade.plan.limit * BigInt(count) };
  const limit = exitPrice(fills, exit.profit, instrument.grid);`,
      },
    ],
  },
  {
    name: 'money-by-float',
    what: 'money is worked out in floating point',
    patches: [
      {
        file: 'src/kernel/price.ts',
        find: 'return (each * BigInt(quantity) * BigInt(multiplier)) as Money;',
        replace:
          'return BigInt(Math.trunc((Number(each) / 1e9) * quantity * multiplier * 1e9)) as Money;',
      },
    ],
  },
  {
    name: 'unknown-exit-counts-as-nothing',
    what: 'an exit whose fate is not known is placed again',
    patches: [
      {
        file: EXIT_PLAN,
        find: "if (live.some((order) => order.phase !== 'live')) {",
        replace: "if (live.some((order) => order.phase === 'unsent')) {",
      },
      {
        file: EXIT_PLAN,
        find: "const missing = exitTarget(trade) - worstCase(trade, 'exit');",
        replace: `const sure = { ...trade, orders: trade.orders.filter(({ phase }) => phase !== 'unknown') };
  const missing = exitTarget(trade) - worstCase(sure, 'exit');`,
      },
    ],
  },
  {
    name: 'close-beside-resting-exits',
    what: 'a close sells what a resting exit sells as well',
    patches: [
      {
        file: CLOSE_PLAN,
        find: 'if (needsExits) return takeBack(trade, view, exits);',
        replace: '',
      },
    ],
  },
  {
    name: 'late-close-left-standing',
    what: 'a sell that turns up after it was given up is left beside the one sent in its place',
    patches: [
      {
        file: CLOSE_PLAN,
        find: 'if (unasked.length > 0) return takeBack(trade, view, unasked);',
        replace: '',
      },
    ],
  },
  {
    name: 'late-exit-left-standing',
    what: 'an exit that turns up after it was given up rests beside its successor',
    patches: [{ file: EXIT_PLAN, find: 'if (excess !== null) return excess;', replace: '' }],
  },
  {
    name: 'bare-position-unsaid',
    what: 'a position for which nothing rests and nothing may be sent is passed over in silence',
    patches: [
      {
        file: 'src/orders/self-watch.ts',
        find: 'const isBare = lacksOrder(trade);',
        replace: 'const isBare = false;',
      },
      {
        file: 'src/orders/self-watch.ts',
        find: "import { lacksOrder } from './core/exit-plan.ts';\n",
        replace: '',
      },
    ],
  },
  {
    name: 'close-below-its-floor',
    what: 'a close goes down with the bid, past its floor',
    patches: [
      {
        file: CLOSE_PLAN,
        find: 'const limit = maxPrice(close.plan.floor, bid);',
        replace: 'const limit = bid;',
      },
    ],
  },
  {
    name: 'ended-before-its-fills',
    what: 'a trade is over while fills the broker counts are not listed yet',
    patches: [
      {
        file: 'src/orders/core/planner.ts',
        find: 'if (trade.orders.some((order) => isLive(order) || !isSettled(order))) return null;',
        replace: 'if (trade.orders.some(isLive)) return null;',
      },
      {
        file: 'src/orders/core/entry-plan.ts',
        find: "if (ordersOf(trade, 'entry').some((order) => !isSettled(order))) return null;",
        replace: '',
      },
    ],
  },
];
