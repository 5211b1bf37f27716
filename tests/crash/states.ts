/** In which state a start finds its trades: told by the record alone, and by the broker's books. */

import type { Recorded } from '#events/record.ts';
import { filledPossible } from '#orders/core/exposure.ts';
import type { DeskRecord, Trade, TradeOrder } from '#orders/model.ts';
import { type Books, replayed } from '../desk/evidence.ts';
import { ENDED } from '../desk/ledger-lines.ts';

export interface Found {
  /** `entry unknown`, `exit live, cancel under way`, …; each as often as it was found. */
  readonly states: readonly string[];
  /** Of some order the record alone cannot tell how it stands: the start has to ask its broker. */
  readonly isUnresolved: boolean;
  /** Nothing is unresolved, and every message decided. */
  readonly isAtRest: boolean;
  readonly killState: string;
}

interface State {
  readonly words: string;
  readonly isUnresolved: boolean;
}

export function foundIn(records: readonly Recorded<DeskRecord>[], books: Books): Found {
  const { book, memory } = replayed(records);
  const truth = new Map(books.orders().map((order) => [order.clientOrderId, order]));
  const states = [
    ...[...memory.undecided.keys()].map(() => resolved('message undecided')),
    ...book.open().flatMap((trade) => tradeStates(trade)),
    ...[...book.all()].flatMap(({ orders }) =>
      orders.flatMap((order) => {
        const real = truth.get(order.cid);
        if (real === undefined) return [];
        const isBehind = real.quantity - real.remaining > filledPossible(order);
        const hasEnded = order.phase === 'live' && ENDED.has(real.status);
        return [
          ...(isBehind ? [unresolved(`${order.role} fill not yet heard of`)] : []),
          ...(hasEnded ? [unresolved(`${order.role} end not yet heard of`)] : []),
        ];
      }),
    ),
  ];
  return {
    states: states.map(({ words }) => words),
    isUnresolved: states.some((state) => state.isUnresolved),
    isAtRest: memory.undecided.size === 0 && !states.some((state) => state.isUnresolved),
    killState: book.killState,
  };
}

function tradeStates(trade: Trade): readonly State[] {
  const alive = trade.orders.filter(({ phase }) => phase !== 'terminal');
  if (alive.length > 0) return alive.map(orderState);
  if (trade.entry.kind === 'ended') return [resolved('held, nothing rests')];
  return [resolved('entry open, no order')];
}

function orderState({ role, phase, pending, fills, quantity }: TradeOrder): State {
  const filled = fills.reduce((sum, fill) => sum + fill.quantity, 0);
  const part = filled === 0 ? '' : filled < quantity ? ', part filled' : ', filled';
  const words = `${role} ${phase}${pending === null ? '' : `, ${pending.kind} under way`}${part}`;
  return phase === 'live' && pending === null ? resolved(words) : unresolved(words);
}

function resolved(words: string): State {
  return { words, isUnresolved: false };
}

function unresolved(words: string): State {
  return { words, isUnresolved: true };
}
