/** S1–S4, S9 and L1: who may open a trade, how much of it is ever at risk, and at what prices. */
import { formatPrice } from '#kernel/price.ts';
import { plus } from '#kernel/time.ts';
import { quoteDefect } from '#market/quote.ts';
import { addTicks, isOnGrid, next, roundDown, ticksBetween } from '#market/tick-grid.ts';
import type { OrderTerms } from '#orders/ports.ts';
import {
  type Evidence,
  type Moment,
  moments,
  type OpenedTrade,
  openOf,
  partsOf,
  type Standing,
} from './evidence.ts';
import type { Check } from './invariants.ts';
import { ENDED } from './ledger-lines.ts';

export const ENTRY_INVARIANTS: Readonly<Record<string, Check>> = {
  'S1 every order has its trade, every trade an allowed alert': origins,
  'S2 one alert and one instruction open one trade': singles,
  'S3 the entry never exceeds what was approved': (evidence) =>
    throughout(evidence, (trade, moment) => {
      const worst = worstCase(moment, trade);
      return worst > trade.plan.quantity ? `${worst} of ${trade.plan.quantity}` : null;
    }),
  'S4 one entry order works at a time': (evidence) =>
    throughout(evidence, (trade, moment) => {
      const chains = entriesOf(moment, trade).filter(
        (standing) => standing.isLive && !isWaiting(moment, standing),
      );
      return chains.length > 1 ? `${chains.length} work at once` : null;
    }),
  'S9 limits keep to the grid, the collar and the schedule': prices,
  'L1 no entry outlives its window': outlived,
};

function origins({ of, orders, trades, people, channels }: Evidence): readonly string[] {
  const broken: string[] = [];
  const received = new Map(of('message.received').map((each) => [each.message, each.body.message]));
  for (const { cid, trade } of orders) {
    const owners = trades.filter(({ id }) => id === trade).length;
    if (owners !== 1) broken.push(`${cid} belongs to ${owners} trades`);
  }
  for (const { id, plan } of trades) {
    const message = received.get(plan.message);
    if (message === undefined) broken.push(`${id} has no message`);
    else if (
      message.author.kind !== 'person' ||
      message.relation !== 'initial' ||
      !people.has(`${message.platform}:${message.author.id}`) ||
      !channels.has(`${message.platform}:${message.channelId}`)
    ) {
      broken.push(`${id} comes from ${message.author.id} in ${message.channelId}`);
    }
  }
  return broken;
}

function singles({ of, trades, duplicateWindowMs }: Evidence): readonly string[] {
  const broken: string[] = [];
  const messages = trades.map(({ plan }) => plan.message);
  for (const message of new Set(messages)) {
    const count = messages.filter((other) => other === message).length;
    if (count > 1) broken.push(`${message} opened ${count} trades`);
  }
  const postedAt = new Map(
    of('message.received').map((each) => [each.message, each.body.message.postedAt]),
  );
  for (const [index, { plan }] of trades.entries()) {
    for (const other of trades.slice(0, index)) {
      if (other.plan.instrument.symbol !== plan.instrument.symbol) continue;
      const first = postedAt.get(other.plan.message) ?? 0;
      const apart = Math.abs((postedAt.get(plan.message) ?? 0) - first);
      if (apart < duplicateWindowMs) {
        broken.push(`${other.plan.message} and ${plan.message} are the same, ${apart} ms apart`);
      }
    }
  }
  return broken;
}

/** Every moment of every trade; the first breach of each is told. */
function throughout(
  evidence: Evidence,
  breach: (trade: OpenedTrade, moment: Moment) => string | null,
): readonly string[] {
  const broken = new Map<string, string>();
  for (const moment of moments(evidence)) {
    for (const trade of evidence.trades) {
      const what = broken.has(trade.id) ? null : breach(trade, moment);
      if (what !== null) broken.set(trade.id, `${trade.id} at ${moment.at}: ${what}`);
    }
  }
  return [...broken.values()];
}

function entriesOf({ standings }: Moment, trade: OpenedTrade): readonly Standing[] {
  return [...standings.values()].filter(
    ({ order }) => order.trade === trade.id && order.role === 'entry',
  );
}

/** Filled and still to fill; a replacement and the original it waits for count once. */
function worstCase(moment: Moment, trade: OpenedTrade): number {
  let worst = 0;
  for (const standing of entriesOf(moment, trade)) {
    worst += standing.filled + openOf(standing);
    const original = originalOf(moment, standing);
    if (original?.isLive) worst -= Math.min(openOf(standing), openOf(original));
  }
  return worst;
}

function originalOf({ standings }: Moment, { order }: Standing): Standing | null {
  const { replaces } = order.order;
  return replaces === null ? null : (standings.get(replaces) ?? null);
}

function isWaiting(moment: Moment, standing: Standing): boolean {
  return originalOf(moment, standing)?.isLive ?? false;
}

function prices(evidence: Evidence): readonly string[] {
  return [
    ...evidence.trades.flatMap((trade) => schedule(evidence, trade)),
    ...evidence.trades.flatMap((trade) => limits(evidence, trade)),
    ...conversions(evidence),
  ];
}

/** Each step one tick, not before the wait, not after the window, not too many. */
function schedule(evidence: Evidence, { id, plan }: OpenedTrade): readonly string[] {
  const { of, ledger, orders, underWayMs } = evidence;
  const broken: string[] = [];
  const { waitMs, windowMs, stepsMax } = plan.entry;
  const { grid } = plan.instrument;
  const first = orders.find(({ trade, role }) => trade === id && role === 'entry')?.order;
  const steps = of('entry.stepped').filter(({ trade }) => trade === id);
  if (steps.length > stepsMax) broken.push(`${id} stepped ${steps.length} times`);
  let limit = plan.limit;
  for (const { body } of steps) {
    if (body.terms.kind !== 'limit' || body.terms.limit !== next(grid, limit)) {
      broken.push(`${id} stepped from ${formatPrice(limit)} to ${priceOf(body.terms)}`);
    } else ({ limit } = body.terms);
    if (quoteDefect(body.quote) !== null) broken.push(`${id} stepped on an unsound quote`);
  }
  if (first === undefined) return broken;
  for (const { kind, at, terms, clientOrderId } of ledger.mutations) {
    const parts = clientOrderId === null ? null : partsOf(clientOrderId);
    if (kind === 'cancel' || parts?.trade !== id || parts.role !== 'entry') continue;
    const isMoved = terms !== null && priceOf(terms) !== formatPrice(plan.limit);
    if (isMoved && at < plus(first.receivedAt, waitMs)) broken.push(`${id} moved before the wait`);
    const lastAt = plus(first.receivedAt, windowMs + underWayMs);
    if (isMoved && at >= lastAt) broken.push(`${id} moved too late`);
  }
  return broken;
}

function limits({ orders, of }: Evidence, { id, plan }: OpenedTrade): readonly string[] {
  const { grid } = plan.instrument;
  const floors = of('close.requested')
    .filter(({ trade }) => trade === id)
    .map(({ body }) => body.plan.floor);
  return orders
    .filter(({ trade }) => trade === id)
    .flatMap(({ cid, role, order: { terms } }) => {
      if (terms.kind === 'market') return role === 'exit' ? [`${cid} is a market order`] : [];
      const { limit } = terms;
      if (limit <= 0n || !isOnGrid(grid, limit)) return [`${cid} is off the grid`];
      if (role === 'entry' && limit > plan.collar) return [`${cid} is above the collar`];
      const isBelow = role === 'close' && floors.every((floor) => limit < floor);
      return isBelow ? [`${cid} is below the floor`] : [];
    });
}

/** Only when the ask is within reach, inside the collar and neither locked nor crossed. */
function conversions({ of, trades }: Evidence): readonly string[] {
  return of('entry.converted').flatMap(({ trade: id, body: { terms, quote } }) => {
    const trade = trades.find((other) => other.id === id);
    if (trade === undefined) return [`${id} converts and was never opened`];
    const { grid } = trade.plan.instrument;
    const { convertWithinTicks } = trade.plan.entry;
    const stepped = of('entry.stepped').findLast((other) => other.trade === id)?.body.terms;
    const from = stepped?.kind === 'limit' ? stepped.limit : trade.plan.limit;
    if (quoteDefect(quote) !== null || quote.bid >= quote.ask) {
      return [`${id} converts on an unsound, locked or crossed quote`];
    }
    if (quote.ask > trade.plan.collar) return [`${id} converts above the collar`];
    const highest = addTicks(grid, roundDown(grid, quote.ask), 1);
    const isFar = ticksBetween(grid, from, quote.ask) > convertWithinTicks;
    const isHigh = terms.kind === 'limit' && terms.limit > highest;
    return isFar || isHigh ? [`${id} converts from ${formatPrice(from)}`] : [];
  });
}

function outlived({ orders, trades, now }: Evidence): readonly string[] {
  return orders.flatMap(({ cid, role, trade: id, order }) => {
    const trade = trades.find((other) => other.id === id);
    if (role !== 'entry' || ENDED.has(order.status) || trade === undefined) return [];
    const until = plus(order.receivedAt, trade.plan.entry.windowMs + 60_000);
    return now > until ? [`${cid} is still ${order.status}`] : [];
  });
}

function priceOf(terms: OrderTerms): string {
  return terms.kind === 'market' ? 'market' : formatPrice(terms.limit);
}
