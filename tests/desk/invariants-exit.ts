/** S5, S7, L2 and L3: what is sold never exceeds what is held, and nothing held is left behind. */
import { BASIS_POINTS_PER_ONE } from '#kernel/percent.ts';
import { formatPrice } from '#kernel/price.ts';
import { quantity } from '#kernel/quantity.ts';
import { held } from '#orders/core/exposure.ts';
import { exitPrice, exitQuantity } from '#orders/exits/target.ts';
import {
  type Evidence,
  type Moment,
  moments,
  type OpenedTrade,
  openOf,
  replayed,
  type Standing,
} from './evidence.ts';
import type { Check } from './invariants.ts';

export const EXIT_INVARIANTS: Readonly<Record<string, Check>> = {
  'S5 nothing is over-sold': overSold,
  'S7 every fill is recorded once': fills,
  'S9 an exit asks for its profit': exitPrices,
  'L2 the exit stands, or somebody was told': exitStands,
  'L3 nothing is unknown, and the position is the recorded one': known,
};

function overSold(evidence: Evidence): readonly string[] {
  const broken = new Set<string>();
  for (const moment of moments(evidence)) {
    for (const trade of evidence.trades) {
      const what = excess(moment, trade);
      if (what !== null) broken.add(`${trade.id} at ${moment.at}: ${what}`);
    }
    for (const [symbol, net] of moment.net) {
      const selling = sum(sellsOf(moment), (each) =>
        each.order.order.symbol === symbol ? onSale(moment, each) : 0,
      );
      if (net < 0) broken.add(`${symbol} is short by ${-net}`);
      else if (selling > net) broken.add(`${symbol}: ${selling} on sale, ${net} held`);
    }
  }
  return [...broken].slice(0, 3);
}

function excess(moment: Moment, { id, plan }: OpenedTrade): string | null {
  const own = [...moment.standings.values()].filter(({ order }) => order.trade === id);
  const bought = sum(own, (each) => (each.order.role === 'entry' ? each.filled : 0));
  const worst = (role: string) =>
    sum(own, (each) => (each.order.role === role ? each.filled + onSale(moment, each) : 0));
  const exits = worst('exit');
  const sells = exits + worst('close');
  const share = Math.floor((bought * plan.exit.fraction) / BASIS_POINTS_PER_ONE);
  if (exits > share) return `${exits} at the target, ${bought} bought`;
  return sells > bought ? `${sells} sold or on sale, ${bought} bought` : null;
}

/** A replacement and the original it waits for count once, with the larger of the two. */
function onSale(moment: Moment, standing: Standing): number {
  const { replaces } = standing.order.order;
  const original = replaces === null ? undefined : moment.standings.get(replaces);
  const shared = original?.isLive ? Math.min(openOf(standing), openOf(original)) : 0;
  return openOf(standing) - shared;
}

function sellsOf({ standings }: Moment): readonly Standing[] {
  return [...standings.values()].filter(({ order }) => order.role !== 'entry');
}

function fills({ of, ledger, orders }: Evidence): readonly string[] {
  const ours = new Set(orders.map(({ order }) => order.orderId));
  const recorded = of('order.seen').flatMap(({ body: { sighting } }) =>
    sighting.fills.map((fill) => `${sighting.orderId} ${fill.fillId} ${fill.quantity}`),
  );
  const happened = ledger.trades
    .filter(({ orderId }) => ours.has(orderId))
    .map((trade) => `${trade.orderId} ${trade.fillId} ${trade.quantity}`);
  return [
    ...recorded.filter((fill, at) => recorded.indexOf(fill) !== at).map((f) => `${f} twice`),
    ...recorded.filter((fill) => !happened.includes(fill)).map((fill) => `${fill} never happened`),
    ...happened.filter((fill) => !recorded.includes(fill)).map((fill) => `${fill} is not recorded`),
  ];
}

/** At least the wanted profit on every fill known when it was sent, rounded up to the grid once. */
function exitPrices({ of, trades }: Evidence): readonly string[] {
  const bought = new Map<string, { count: number; units: bigint }>();
  const broken: string[] = [];
  for (const record of [...of('order.seen'), ...of('order.intended')].toSorted(
    (a, b) => a.seq - b.seq,
  )) {
    const trade = trades.find(({ id }) => id === record.trade);
    if (trade === undefined) continue;
    const sums = bought.get(trade.id) ?? { count: 0, units: 0n };
    bought.set(trade.id, sums);
    if (record.kind === 'order.seen') {
      if (!/\.E\d+$/.test(record.body.sighting.cid)) continue;
      for (const fill of record.body.sighting.fills) {
        sums.count += fill.quantity;
        sums.units += fill.price * BigInt(fill.quantity);
      }
      continue;
    }
    const { intent } = record.body;
    if (intent.op !== 'submit' || intent.role !== 'exit' || intent.terms.kind !== 'limit') continue;
    const wanted = exitPrice(
      { quantity: quantity(sums.count), units: sums.units },
      trade.plan.exit.profit,
      trade.plan.instrument.grid,
    );
    // Sent again under its own identity, it keeps the price of its first time.
    const isAgain = of('order.intended').some(
      ({ seq, body }) => seq < record.seq && body.intent.cid === intent.cid,
    );
    if (!isAgain && intent.terms.limit !== wanted) {
      broken.push(`${intent.cid} asks ${formatPrice(intent.terms.limit)}`);
    }
  }
  return broken;
}

function exitStands(evidence: Evidence): readonly string[] {
  const { of, trades, orders, ledger, records } = evidence;
  const state = of('kill_state.changed').at(-1)?.body.to ?? 'ACTIVE';
  if (state === 'HALT' || state === 'FLATTEN') return [];
  return trades.flatMap(({ id, plan }) => {
    const told = records.some(
      (record) =>
        record.trade === id &&
        ['trade.blocked', 'trade.ended', 'close.requested', 'position.reduced'].includes(
          record.kind,
        ),
    );
    if (told) return [];
    const own = orders.filter(({ trade }) => trade === id);
    const filled = (role: string) =>
      sum(
        own.filter((order) => order.role === role),
        ({ order }) =>
          sum(
            ledger.trades.filter(({ orderId }) => orderId === order.orderId),
            (trade) => trade.quantity,
          ),
      );
    const resting = sum(
      own.filter(({ role, order }) => role === 'exit' && order.status === 'working'),
      ({ order }) => order.remaining,
    );
    const wanted = exitQuantity(plan.exit, filled('entry'));
    const has = filled('exit') + resting;
    return has === wanted ? [] : [`${id} has ${has} at the target, wanted ${wanted}`];
  });
}

/** Rebuilt from the journal, nothing waits for an answer and what is held is at the broker. */
function known({ records, ledger }: Evidence): readonly string[] {
  const { book } = replayed(records);
  const unknown = [...book.all()].flatMap((trade) =>
    trade.orders
      .filter(({ phase }) => phase !== 'live' && phase !== 'terminal')
      .map(({ cid, phase }) => `${cid} is ${phase}`),
  );
  const open = book.open();
  const symbols = new Set(open.map(({ plan }) => plan.instrument.symbol));
  const differing = [...symbols].flatMap((symbol) => {
    const ours = sum(open, (trade) => (trade.plan.instrument.symbol === symbol ? held(trade) : 0));
    const net = ledger.net(symbol);
    const isShared = ledger.trades.some(
      (trade) => trade.symbol === symbol && trade.clientOrderId === null,
    );
    const agrees = isShared ? ours <= Math.max(0, net) : ours === net;
    return agrees ? [] : [`${symbol}: ${ours} held, at the broker ${net}`];
  });
  return [...unknown, ...differing];
}

function sum<T>(of: Iterable<T>, count: (each: T) => number): number {
  let total = 0;
  for (const each of of) total += count(each);
  return total;
}
