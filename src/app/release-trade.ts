/**
 * A trade that waits for a person goes on, once a person has seen to it.
 *
 * The broker is read first: whoever saw to it may have sold or cancelled something there. Until
 * what is held has been compared, nothing of that contract is sold.
 */
import type { TradeId } from '#kernel/ids.ts';
import { words } from '#kernel/text.ts';
import type { ActOutcome } from '#operate/ports.ts';
import { applyToTrade } from '#orders/core/apply.ts';
import { plan } from '#orders/core/planner.ts';
import type { Desk } from '#orders/desk.ts';
import type { Trade, TradeRecord } from '#orders/model.ts';
import { planView } from '#orders/plan-view.ts';
import { type Act, noteAct } from './act-note.ts';
import { refused } from './refused.ts';

export async function releaseTrade(desk: Desk, id: TradeId, act: Act): Promise<ActOutcome> {
  await noteAct(desk, `release ${id}`, act);
  const asked = waitingTrade(desk, id);
  if (asked.kind === 'refused') return asked;
  desk.doubtPosition(asked.trade.plan.instrument.symbol);
  if (!(await desk.readAnew())) {
    return refused('broker_silent', 'the broker could not be read, so nothing was done: try again');
  }
  const found = waitingTrade(desk, id);
  if (found.kind === 'refused') return found;
  const { trade, why } = found;
  const { actor, reason } = act;
  const released = {
    kind: 'trade.released',
    body: { reason, at: desk.now() },
    actor,
    trade: id,
    message: trade.plan.message,
  } as const;
  if (blocksAgain(desk, trade, released)) {
    const remedy = 'close it, or sell at the broker what it holds';
    return refused(
      'blocked_again',
      `it would wait for a person at once (${words(why)}): ${remedy}`,
    );
  }
  await desk.record([released], 'sync').durable;
  return { kind: 'done', detail: `${id} goes on; it waited for a person (${words(why)})` };
}

type Waiting =
  | { readonly kind: 'waiting'; readonly trade: Trade; readonly why: string }
  | Extract<ActOutcome, { kind: 'refused' }>;

function waitingTrade({ book }: Desk, id: TradeId): Waiting {
  const trade = book.trade(id);
  if (trade === null) return refused('unknown_trade', `no trade ${id}`);
  if (trade.ended !== null) return refused('trade_over', `${id} is over`);
  return trade.blocked === null
    ? refused('not_blocked', `${id} waits for nobody`)
    : { kind: 'waiting', trade, why: trade.blocked };
}

/** What stopped it still stands: all the orders it may cost are spent. */
function blocksAgain(desk: Desk, trade: Trade, released: TradeRecord): boolean {
  const next = applyToTrade(trade, released);
  const { write } = plan(next, planView(desk, next, 'wait'));
  return write?.kind === 'record' && write.draft.kind === 'trade.blocked';
}
