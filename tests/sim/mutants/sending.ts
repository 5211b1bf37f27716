/** Defects of sending: what leaves, when, under which name, and what an answer is taken for. */
import type { Mutant } from './model.ts';

const ORDER_LIFE = 'src/orders/core/order-life.ts';
const AMBIGUOUS = `    case 'ambiguous':
      if (order.phase === 'live') return { ...order, doubtful: true };
      return { ...order, phase: 'unknown', changedAt: at };`;

export const SENDING_MUTANTS: readonly Mutant[] = [
  {
    name: 'blind-retry-after-time-out',
    what: 'an order whose answer was lost is sent again',
    patches: [
      {
        file: ORDER_LIFE,
        find: AMBIGUOUS,
        replace: `    case 'ambiguous':
      return order.phase === 'live' ? order : unsent(order, at);`,
      },
    ],
  },
  {
    name: 'time-out-means-rejected',
    what: 'an order whose answer was lost counts as refused',
    patches: [
      {
        file: ORDER_LIFE,
        find: AMBIGUOUS,
        replace: `    case 'ambiguous':
      return order.phase === 'live' ? order : ended(order, 'rejected', at);`,
      },
    ],
  },
  {
    name: 'sent-before-recorded',
    what: 'an order leaves before its intent is on record',
    patches: [
      {
        file: 'src/orders/sender.ts',
        find: 'durable.then(\n        () => this.#deliver',
        replace: 'Promise.resolve().then(\n        () => this.#deliver',
      },
    ],
  },
  {
    name: 'intent-not-synced',
    what: 'the journal says durable of what the disk may still forget',
    patches: [{ file: 'src/journal/tail.ts', find: '    await file.sync();\n', replace: '' }],
  },
  {
    name: 'durable-too-early',
    what: 'the journal says durable of what it has not written yet',
    patches: [
      {
        file: 'src/journal/writer.ts',
        find: '      await this.#tail.store(group);',
        replace: '      group.settle();\n      await this.#tail.store(group);',
      },
    ],
  },
  {
    name: 'client-id-reused',
    what: 'every order of a trade for one purpose carries the same client id',
    patches: [
      {
        file: 'src/orders/core/moves.ts',
        find: 'const n = trade.orders.filter((order) => order.role === role).length;',
        replace: 'const n = 0;',
      },
    ],
  },
  {
    name: 'refused-credentials-ignored',
    what: 'the broker refuses our credentials and the desk goes on',
    patches: [
      {
        file: 'src/orders/sender.ts',
        find: "if (reason === 'unauthorized') {",
        replace: 'if (false) {',
      },
    ],
  },
  {
    name: 'throttled-order-sent-again-unlooked',
    what: 'an order answered with "too many requests" is sent again without a look for it',
    patches: [
      {
        file: ORDER_LIFE,
        find: 'return turnedAway(order, answer.reason, at);',
        replace: 'return unsent(order, at);',
      },
    ],
  },
  {
    name: 'refused-credentials-prove-absence',
    what: 'an order answered with "not authorized" counts as never sent, without a look for it',
    patches: [
      {
        file: ORDER_LIFE,
        find: "if (answer.reason === 'withdrawn') return ended(order, 'not_sent', at);",
        replace:
          "if (answer.reason !== 'unreachable' && answer.reason !== 'throttled') return ended(order, 'not_sent', at);",
      },
    ],
  },
  {
    name: 'halt-ignored-at-sending',
    what: 'what was intended before a halt leaves after it',
    patches: [
      {
        file: 'src/orders/sender.ts',
        find: 'if (!isAllowed) return `the kill state is ${book.killState}`;',
        replace: '',
      },
    ],
  },
  {
    name: 'late-entry-sent',
    what: 'an entry whose record took long to reach the disk is sent all the same',
    patches: [
      {
        file: 'src/orders/sender.ts',
        find: 'if (waitedMs <= settings.sendWithinMs) return null;',
        replace: 'if (waitedMs <= Number.MAX_VALUE) return null;',
      },
    ],
  },
  {
    name: 'dry-run-sends',
    what: 'an alert of a dry-run room is traded',
    patches: [
      { file: 'src/app/lane/entry-path.ts', find: '  if (dryRun) {', replace: '  if (false) {' },
    ],
  },
];
