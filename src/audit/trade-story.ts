/**
 * The story of one trade.
 *
 * Read from the records alone, not from the trade core: what people see is a second reading of the
 * same journal, and it never throws over a record it does not understand.
 */
import type { OrderRole } from '#kernel/ids.ts';
import { type EpochMs, plus } from '#kernel/time.ts';
import { contractName } from '#market/contract-name.ts';
import { planBadge } from './badge.ts';
import type { BodyOf, ByKind, EntryOf, Kind } from './by-kind.ts';
import { quoted } from './mask.ts';
import type {
  CloseStory,
  EntrySchedule,
  MessageStory,
  OrderStory,
  StoryPhase,
  TradeFigures,
  TradeRules,
  TradeStory,
} from './model.ts';
import { foldOrders, isLive, sumOf } from './order-story.ts';

const NOTHING_YET: TradeFigures = {
  bought: 0,
  averageEntry: null,
  exitTarget: 0,
  exitPlaced: 0,
  exitSold: 0,
  averageExit: null,
  closeSold: 0,
  averageClose: null,
  held: 0,
};

export function openTrade(
  entry: EntryOf<'trade.opened'>,
  origin: MessageStory | null,
  deskBadge: string,
): TradeStory {
  const { plan, risk, at } = entry.body;
  return {
    id: plan.tradeId,
    seq: entry.seq,
    badge: planBadge(plan, deskBadge),
    plan,
    contract: contractName(plan.instrument),
    origin,
    openedAt: at,
    phase: 'entering',
    entry: { kind: 'open' },
    terms: { kind: 'limit', limit: plan.limit },
    steps: 0,
    lastStepAt: null,
    schedule: { placedAt: null, windowEndsAt: null, nextStepAt: null },
    orders: [],
    closes: [],
    figures: NOTHING_YET,
    soldElsewhere: 0,
    blocked: null,
    ended: null,
    result: null,
    quote: null,
    refs: { risk, opened: entry.seq },
  };
}

/** The story after one more record; the same story when the record does not concern it. */
export function foldTrade<K extends Kind>(
  story: TradeStory,
  entry: EntryOf<K>,
  rules: TradeRules,
): TradeStory {
  const orders = foldOrders(story.orders, entry);
  const changed = FOLDS[entry.kind]?.(entry, story) ?? story;
  if (changed === story && orders === story.orders) return story;
  const closes = changed.closes.map((close, place) =>
    withOrders(close, orders, changed.closes[place + 1]),
  );
  const counted = { ...changed, orders, closes, seq: entry.seq };
  const figures = figuresOf(counted, rules);
  const schedule = scheduleOf(counted, rules);
  const next = { ...counted, figures, schedule };
  return { ...next, phase: phaseOf(next) };
}

const FOLDS: Partial<ByKind<Kind, TradeStory, TradeStory>> = {
  'order.intended': ({ body: { intent, quote } }, story) => {
    const next = { ...story, quote: quote ?? story.quote };
    const isSale = intent.op === 'submit' && intent.role === 'close';
    return isSale ? { ...next, closes: changeClose(story.closes, (one) => told(one, null)) } : next;
  },
  'incident.raised': ({ body: { code, detail } }, story) =>
    code === 'close_waits' || code === 'position_without_order'
      ? { ...story, closes: changeClose(story.closes, (one) => told(one, quoted(detail))) }
      : story,
  'entry.stepped': ({ body: { step, terms, quote, at } }, story) => ({
    ...story,
    terms,
    quote,
    steps: step,
    lastStepAt: at,
  }),
  'entry.converted': ({ body: { terms, quote } }, story) => ({ ...story, terms, quote }),
  'entry.ending': ({ body }, story) => ({
    ...story,
    entry: { kind: 'ending', reason: body.reason },
  }),
  'entry.ended': ({ body }, story) => ({ ...story, entry: { kind: 'ended', reason: body.reason } }),
  'close.requested': ({ body }, story) => ({
    ...story,
    closes: [...story.closes, requested(body)],
  }),
  'close.stepped': ({ body: { terms, quote, step } }, story) => ({
    ...story,
    quote,
    closes: changeClose(story.closes, (close) => ({ ...close, terms, steps: step })),
  }),
  'close.ended': (_, story) => ({
    ...story,
    closes: changeClose(story.closes, (close) => ({ ...close, ended: true })),
  }),
  'position.reduced': ({ body }, story) => ({
    ...story,
    soldElsewhere: story.soldElsewhere + body.by,
  }),
  'trade.blocked': ({ body }, story) => ({ ...story, blocked: quoted(body.reason) }),
  'trade.released': (_, story) => ({ ...story, blocked: null }),
  'trade.ended': ({ body }, story) => ({ ...story, ended: body.reason, result: body.result }),
};

function requested({ plan, why, at }: BodyOf<'close.requested'>): CloseStory {
  const terms = { kind: 'limit', limit: plan.limit } as const;
  return {
    plan,
    why: quoted(why),
    terms,
    requestedAt: at,
    steps: 0,
    ended: false,
    orders: [],
    sold: 0,
    average: null,
    waits: null,
  };
}

function told(close: CloseStory, waits: string | null): CloseStory {
  return { ...close, waits };
}

/** Closes run one after another: an order belongs to the last one requested before it. */
function withOrders(
  close: CloseStory,
  all: readonly OrderStory[],
  next: CloseStory | undefined,
): CloseStory {
  const until = next?.requestedAt ?? Infinity;
  const orders = all.filter(
    ({ role, intendedAt }) =>
      role === 'close' && intendedAt >= close.requestedAt && intendedAt < until,
  );
  const { filled, average } = sumOf(orders.flatMap(({ fills }) => fills));
  return { ...close, orders, sold: filled, average };
}

/** Closes run one after another: the first that has not ended is under way. */
function changeClose(
  closes: readonly CloseStory[],
  how: (close: CloseStory) => CloseStory,
): readonly CloseStory[] {
  const current = closes.findIndex((close) => !close.ended);
  return closes.map((close, place) => (place === current ? how(close) : close));
}

function figuresOf(story: TradeStory, rules: TradeRules): TradeFigures {
  const entry = ofRole(story.orders, 'entry');
  const exit = ofRole(story.orders, 'exit');
  const close = ofRole(story.orders, 'close');
  const gone = close.filled + story.soldElsewhere;
  const wanted = rules.exitQuantity(story.plan.exit, entry.filled);
  return {
    bought: entry.filled,
    averageEntry: entry.average,
    exitTarget: Math.max(0, Math.min(wanted, entry.filled - gone)),
    exitPlaced: exit.filled + exit.resting,
    exitSold: exit.filled,
    averageExit: exit.average,
    closeSold: close.filled,
    averageClose: close.average,
    held: entry.filled - exit.filled - gone,
  };
}

interface RoleSum extends Pick<OrderStory, 'filled' | 'average'> {
  readonly resting: number;
}

function ofRole(orders: readonly OrderStory[], role: OrderRole): RoleSum {
  const own = orders.filter((order) => order.role === role);
  let resting = 0;
  for (const order of own) if (isLive(order)) resting += Math.max(0, order.quantity - order.filled);
  return { ...sumOf(own.flatMap((order) => order.fills)), resting };
}

function scheduleOf(story: TradeStory, rules: TradeRules): EntrySchedule {
  const entries = story.orders.filter((order) => order.role === 'entry');
  const placedAt = entries[0]?.intendedAt ?? null;
  if (placedAt === null) return story.schedule;
  const windowEndsAt = plus(placedAt, story.plan.entry.windowMs);
  if (story.entry.kind !== 'open') return { placedAt, windowEndsAt, nextStepAt: null };
  const taken = entries.map((order) => order.takenAt).filter((at) => at !== null);
  const progress = {
    startedAt: placedAt,
    takenAt: taken.reduce(earlier, null),
    steps: story.steps,
    lastStepAt: story.lastStepAt,
    reachedAt: taken.reduce(later, null),
  };
  const nextStepAt = rules.nextStepAt(story.plan.entry, progress);
  return { placedAt, windowEndsAt, nextStepAt };
}

function earlier(one: EpochMs | null, other: EpochMs): EpochMs {
  return one === null || other < one ? other : one;
}

function later(one: EpochMs | null, other: EpochMs): EpochMs {
  return one === null || other > one ? other : one;
}

function phaseOf(story: TradeStory): StoryPhase {
  if (story.ended !== null) return 'done';
  if (story.blocked !== null) return 'attention';
  if (story.closes.some((close) => !close.ended)) return 'closing';
  if (story.entry.kind !== 'ended') return 'entering';
  return story.orders.some((order) => order.role === 'exit' && isLive(order))
    ? 'exiting'
    : 'holding';
}
