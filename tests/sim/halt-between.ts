/**
 * HALT in the moment in which a close has taken the exit back and has not been sent: nothing rests
 * for what is held, and nothing may be sent. L2: a person is told then.
 */
import { activeClose } from '#orders/core/close-plan.ts';
import type { Trade } from '#orders/model.ts';
import type { JudgedTrade } from './judge-state.ts';
import type { SimWorld } from './world.ts';

const OPERATOR = 'local:operator';
/** Nobody lets the desk go on for so long. */
const HALTED_MS = 3_500;
const LOOK_MS = 5;
const LOOKS_MAX = 100;
/** A beat of the desk and a little: a position bare for so long has been told of. */
const TOLD_MS = 1_300;

/** Asks for a close of what is held, and halts the desk while its exit is taken back. */
export function haltBetween(world: SimWorld, { id }: Trade): void {
  const { run, clock, faults, witness } = world;
  if (run === null) return;
  world.settle(run.control.closeTrade(id, OPERATOR, 'out'));
  let left = LOOKS_MAX;
  const look = (): void => {
    const trade = world.run?.desk.book.trade(id) ?? null;
    left -= 1;
    if (faults.isQuiet || trade === null || left < 0) return;
    if (!givesWay(trade)) {
      clock.after(LOOK_MS, look);
      return;
    }
    witness.tell('operator', 'wants HALT');
    const control = world.run?.control;
    if (control !== undefined) world.settle(control.setKillState('HALT', OPERATOR, 'as planned'));
    world.haltedUntil = clock.mono() + HALTED_MS;
    judgeLater(world, id);
  };
  look();
}

function givesWay(trade: Trade): boolean {
  return activeClose(trade) !== null && trade.orders.some(isTakenBack);
}

function isTakenBack({ role, pending }: Trade['orders'][number]): boolean {
  return role === 'exit' && pending?.kind === 'cancel';
}

function judgeLater(world: SimWorld, id: Trade['id']): void {
  const { clock } = world;
  const process = world.run?.process;
  const at = [HALTED_MS - TOLD_MS - 1, HALTED_MS - 1];
  let bareLooks = 0;
  for (const afterMs of at) {
    clock.after(afterMs, () => {
      const isSame = world.run?.process === process && process?.isRunning === true;
      if (isSame && isBare(world, id)) bareLooks += 1;
      if (bareLooks === at.length && !isTold(world, id)) {
        world.judge.report('L2', `nothing rests for what ${id} holds, and nobody was told`);
      }
    });
  }
}

/** By the broker's own books; and the desk may send nothing. */
function isBare({ run, judge }: SimWorld, id: Trade['id']): boolean {
  const judged = judge.state.trades.get(id);
  const trade = run?.desk.book.trade(id) ?? null;
  if (judged === undefined || trade === null || run === null) return false;
  if (!run.journal.health().writable || trade.blocked !== null || trade.ended !== null)
    return false;
  const { isShared } = judge.state.symbol(judged.plan.instrument.symbol);
  if (isShared || run.desk.book.killState !== 'HALT') return false;
  // What the desk does not know to be over counts as resting for it.
  return netOf(judged) > 0 && trade.orders.every(({ phase }) => phase === 'terminal');
}

function netOf({ orders }: JudgedTrade): number {
  let net = 0;
  for (const { role, filled } of orders) net += role === 'entry' ? filled : -filled;
  return net;
}

function isTold({ run }: SimWorld, id: Trade['id']): boolean {
  const records = run === null ? [] : [...run.journal.read()];
  return records.some(
    ({ kind, trade, body }) =>
      kind === 'incident.raised' &&
      trade === id &&
      JSON.stringify(body).includes('position_without_order'),
  );
}
