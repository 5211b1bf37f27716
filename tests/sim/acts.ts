/** What happens at planned times: alerts and what befalls them, people's acts, mishaps. */
import type { ChatMessage } from '#alerts/model.ts';
import { asClientOrderId, messageKey } from '#kernel/ids.ts';
import { quantity } from '#kernel/quantity.ts';
import { plus } from '#kernel/time.ts';
import { activeClose } from '#orders/core/close-plan.ts';
import { held, isLive } from '#orders/core/exposure.ts';
import { isCalm } from '#orders/core/working.ts';
import type { Trade } from '#orders/model.ts';
import type { KillState } from '#risk/model.ts';
import { messageOf } from './alerts.ts';
import type { PlannedFault } from './faults.ts';
import { haltBetween } from './halt-between.ts';
import { type Listed, type Spoiling, UNIVERSE } from './market.ts';
import type { PlannedEvent } from './seed-mishaps.ts';
import type { PlannedAlert } from './seed-plan.ts';
import type { SimWorld } from './world.ts';

const OPERATOR = 'local:operator';
const LATE_MS_MAX = 12_000;

export function sayAlert(world: SimWorld, alert: PlannedAlert, number: number): void {
  const message = messageOf(alert, number, world.market, world.clock.now());
  world.messages.push(message);
  const { author, channelId, text } = message;
  world.witness.tell('alert', `${author.id} in ${channelId}: ${text}`);
  const late = world.faults.strike('alert_late', message.key);
  deliver(world, message, late === null ? 0 : Math.round(late * LATE_MS_MAX));
  befall(world, message);
}

/** Doubled, edited or deleted, at once or later, also while the desk is down. */
function befall(world: SimWorld, message: ChatMessage): void {
  const { faults, clock } = world;
  const doubled = faults.strike('alert_doubled', message.key);
  if (doubled !== null) {
    deliver(world, message, Math.round(doubled * 40));
    if (doubled > 0.6) deliver(world, message, Math.round((doubled - 0.6) * 12_000));
  }
  const edited = faults.strike('alert_edited', message.key);
  if (edited !== null) {
    const text = message.text.replace('BTO', 'BTO 9');
    deliver(world, { ...message, text, relation: 'edit' }, Math.round(edited * 3_000));
  }
  const deleted = faults.strike('alert_deleted', message.key);
  if (deleted !== null) {
    clock.after(Math.round(deleted * 1_500), () => {
      const { run } = world;
      const actor = `local:${message.author.id}`;
      if (run !== null) world.settle(run.lane.deleted(message.key, actor));
    });
  }
}

/** Handed to the desk; while it is down the platform keeps it and hands it over afterwards. */
function deliver(world: SimWorld, message: ChatMessage, afterMs: number): void {
  const hand = (): void => {
    const { run, clock } = world;
    if (run === null) {
      clock.after(700, hand);
      return;
    }
    const answer = run.lane.receive({ ...message, receivedAt: clock.now() });
    world.settle(answer.then((told) => world.judge.answered(told)));
  };
  if (afterMs === 0) hand();
  else world.clock.after(afterMs, hand);
}

type Act = (world: SimWorld, event: PlannedEvent) => void;

export function happen(world: SimWorld, event: PlannedEvent): void {
  if (world.faults.happens(event.kind, event.id)) ACTS[event.kind](world, event);
}

const ACTS: Readonly<Record<PlannedFault, Act>> = {
  stream_cut: (world, { drawn }) => world.broker.disconnect(200 + Math.round(drawn * 6_000)),
  stream_silent: (world, { drawn }) => world.silence(200 + Math.round(drawn * 6_000)),
  lists_frozen: (world, { drawn }) => world.freezeLists(200 + Math.round(drawn * 1_000)),
  // The whole feed is silent: whatever is being entered then waits for it.
  quotes_stopped: (world, { drawn }) =>
    whenThereIs(world, isLongEntry, () => {
      for (const { instrument } of UNIVERSE) world.market.spoil(instrument.symbol, 'stopped');
      world.clock.after(2_000 + Math.round(drawn * 8_000), () => {
        for (const { instrument } of UNIVERSE) world.market.mend(instrument.symbol);
      });
    }),
  quotes_crossed: spoil('crossed', 5_000),
  quotes_locked: spoil('locked', 5_000),
  quotes_empty: spoil('empty', 5_000),
  quotes_halted: spoil('halted', 5_000),
  quotes_wide: spoil('wide', 5_000),
  process_paused: (world, { drawn }) => {
    const process = world.run?.process;
    if (process?.isRunning !== true) return;
    process.standStill();
    const forMs = 300 + Math.round(drawn * 7_000);
    world.clock.after(forMs, () => {
      if (!process.isDead) world.judge.stoodStill(forMs);
      process.goOn();
    });
  },
  clock_stepped: (world, { drawn }) => {
    const isFar = drawn > 0.7;
    const bySeconds = isFar ? 600 : 1 + Math.round(drawn * 8);
    world.clock.step((drawn * 100) % 2 < 1 ? bySeconds * 1_000 : -bySeconds * 1_000);
    world.judge.state.timeAnew(world.clock.mono());
  },
  traded_elsewhere: (world, { drawn }) => {
    const listed = aTraded(world, drawn);
    if (listed === null) return;
    world.broker.tradeElsewhere({
      instrument: listed.instrument,
      side: 'buy',
      quantity: quantity(1 + Math.floor(drawn * 5)),
      price: world.market.midOf(listed),
    });
  },
  sold_elsewhere: (world, { drawn }) => {
    const trade = aTrade(world, drawn);
    if (trade === null) return;
    const { instrument } = trade.plan;
    world.judge.state.symbol(instrument.symbol).isShared = true;
    world.broker.placeElsewhere({
      instrument,
      side: 'sell',
      effect: 'close',
      quantity: quantity(1 + Math.floor(drawn * 2)),
      terms: { kind: 'market' },
      timeInForce: 'day',
    });
  },
  second_writer: (world, { drawn }) => {
    const listed = UNIVERSE[Math.floor(drawn * UNIVERSE.length)];
    const prefix = world.plan.settings.orders.idPrefix;
    const cid = `${prefix}.99.t_elsewhere.E0`;
    if (listed === undefined || world.plan.isDryRun) return;
    const { state } = world.judge;
    state.foreign.add(cid);
    state.symbol(listed.instrument.symbol).isShared = true;
    void world.broker.place({
      clientOrderId: asClientOrderId(cid),
      instrument: listed.instrument,
      side: 'buy',
      effect: 'open',
      quantity: quantity(1),
      terms: { kind: 'limit', limit: world.market.midOf(listed) },
      timeInForce: 'day',
    });
  },
  disk_failed: (world) => {
    world.disk.next = 'failed';
  },
  disk_full: (world) => {
    world.disk.next = 'full';
  },
  disk_slow: (world, { drawn }) => {
    world.syncMs = 50 + Math.round(drawn * 3_000);
    world.clock.after(500 + Math.round(drawn * 3_000), () => {
      world.syncMs = 0;
    });
  },
  operator_paused: setState('PAUSE'),
  operator_reduced: setState('REDUCE_ONLY'),
  operator_halted: (world, event) => {
    if (event.drawn < 0.4) setState('HALT')(world, event);
    else whenThereIs(world, isHolding, (trade) => haltBetween(world, trade));
  },
  operator_flattened: setState('FLATTEN'),
  operator_closed: (world, { drawn }) => {
    const trade = aTrade(world, drawn);
    const control = world.run?.control;
    if (trade !== null && control !== undefined) {
      world.settle(control.closeTrade(trade.id, OPERATOR, 'as planned'));
    }
  },
  operator_ended_entry: (world, { drawn }) => {
    const trade = aTrade(world, drawn);
    const control = world.run?.control;
    if (trade !== null && control !== undefined) {
      world.settle(control.cancelEntry(trade.id, OPERATOR, 'as planned'));
    }
  },
  order_cancelled_elsewhere: (world, { drawn }) => {
    if (drawn >= 0.6) {
      cancelByHand(world, aTrade(world, drawn));
      return;
    }
    whenThereIs(world, isWorking, (trade) => {
      // So that the desk may come to change it before it learns of it.
      if (drawn < 0.3) world.silence(2_500);
      cancelByHand(world, trade);
    });
  },
  // Who holds it wants to be out, and asks for it a moment too early.
  market_fell: (world, { drawn }) =>
    whenThereIs(world, isHolding, (trade) => {
      const { market, clock, run } = world;
      if (run === null) return;
      if (!isClosing(trade)) world.settle(run.control.closeTrade(trade.id, OPERATOR, 'it falls'));
      const { symbol } = trade.plan.instrument;
      clock.after(60, () => market.spoil(symbol, 'fallen'));
      clock.after(4_000 + Math.round(drawn * 5_000), () => market.mend(symbol));
    }),
  positions_down: (world, { drawn }) => world.hidePositions(1_000 + Math.round(drawn * 12_000)),
  author_trimmed: (world, { id }) =>
    whenThereIs(world, isTrimmable, (trade) => trim(world, trade, id)),
};

/** Of a trade being entered: it matters most there, and one is waited for. */
function spoil(how: Spoiling, mostMs: number): Act {
  return (world, { drawn }) =>
    whenThereIs(world, isEntering, ({ plan: { instrument } }) => {
      world.market.spoil(instrument.symbol, how);
      const forMs = 300 + Math.round(drawn * mostMs);
      world.clock.after(forMs, () => world.market.mend(instrument.symbol));
    });
}

/** Does it with the first such trade, within some seconds. */
function whenThereIs(
  world: SimWorld,
  isMeant: (trade: Trade) => boolean,
  act: (trade: Trade) => void,
): void {
  let left = 40;
  const look = (): void => {
    const trade = world.run?.desk.book.open().findLast(isMeant);
    left -= 1;
    if (world.faults.isQuiet || left < 0) return;
    if (trade === undefined) world.clock.after(150, look);
    else act(trade);
  };
  look();
}

function setState(to: KillState): Act {
  return (world) => {
    const control = world.run?.control;
    if (control === undefined) return;
    world.witness.tell('operator', `wants ${to}`);
    world.settle(control.setKillState(to, OPERATOR, 'as planned'));
  };
}

function isEntering({ entry }: Trade): boolean {
  return entry.kind === 'open';
}

function isWorking(trade: Trade): boolean {
  return isEntering(trade) && trade.orders.some(isCalm);
}

function cancelByHand(world: SimWorld, trade: Trade | null): void {
  const order = trade?.orders.find((each) => isLive(each) && each.orderId !== null);
  if (order === undefined || order.orderId === null) return;
  const { state } = world.judge;
  state.excusedCancels.add(order.orderId);
  state.handCancels.add(order.orderId);
  const judged = state.orders.get(order.orderId);
  if (judged !== undefined) judged.trade.isTold = true;
  void world.broker.cancel(order.orderId);
}

/** Longer than a quote is fresh. */
function isLongEntry(trade: Trade): boolean {
  return isEntering(trade) && trade.plan.entry.windowMs > 2_500;
}

function isClosing(trade: Trade): boolean {
  return activeClose(trade) !== null;
}

function isHolding(trade: Trade): boolean {
  return trade.entry.kind === 'ended' && held(trade) > 0;
}

function isTrimmable(trade: Trade): boolean {
  return isHolding(trade) && !isClosing(trade) && held(trade) > 1;
}

/** Its author sells a third of what is held, and goes on holding the rest. */
function trim(world: SimWorld, trade: Trade, id: string): void {
  const { plan } = trade;
  const said = world.judge.state.received.get(plan.message);
  const listed = UNIVERSE.find(({ instrument }) => instrument.symbol === plan.instrument.symbol);
  if (said === undefined || listed === undefined) return;
  const messageId = `trim-${id}`;
  const text = `STC ${Math.ceil(held(trade) / 3)} ${listed.name}`;
  const key = messageKey('local', said.channelId, messageId);
  world.witness.tell('alert', `${said.author.id} in ${said.channelId}: ${text}`);
  deliver(world, { ...said, key, messageId, text, postedAt: plus(world.clock.now(), -30) }, 0);
}

/** One of the trades open now. */
function aTrade(world: SimWorld, drawn: number): Trade | null {
  const open = world.run?.desk.book.open() ?? [];
  return open[Math.floor(drawn * 997) % Math.max(1, open.length)] ?? null;
}

/** The contract of one of the trades open now. */
function aTraded(world: SimWorld, drawn: number): Listed | null {
  const symbol = aTrade(world, drawn)?.plan.instrument.symbol;
  return UNIVERSE.find((listed) => listed.instrument.symbol === symbol) ?? null;
}
