/**
 * When an order trades, how much, and at what.
 *
 * In    an order on the book and the market's quotes.
 * Out   units and a price for each leg, or `null`.
 * Rule  a limit meets the far side and fills there; one that has rested fills at its own price.
 *       What a quote shows is traded once, unless liquidity is unlimited. Several legs trade
 *       together, at the far side of each, when their net is within the limit.
 */
import { type Price, priceFromUnits, ZERO_PRICE } from '#kernel/price.ts';
import type { Instrument, InstrumentSymbol } from '#market/instrument.ts';
import { addTicks } from '#market/tick-grid.ts';
import type { Market, MarketQuote } from '../market.ts';
import {
  type Draft,
  firstLeg,
  isBuy,
  type Leg,
  type Order,
  remainingUnits,
  unitsOf,
} from './model.ts';
import type { EngineSettings } from './settings.ts';

export interface Execution {
  readonly units: number;
  /** In the order of the legs. */
  readonly prices: readonly Price[];
}

export interface Matcher {
  readonly match: (order: Order) => Execution | null;
  /** What was just traded is no longer shown. */
  readonly take: (order: Order, units: number) => void;
  readonly touch: (instrument: Instrument, side: 'buy' | 'sell') => Price | null;
  readonly mark: (instrument: Instrument) => Price | null;
  readonly isStopMet: (order: Order) => boolean;
  readonly isConditionMet: (draft: Draft) => boolean;
  /** A cancel condition has come true. */
  readonly isCancelMet: (draft: Draft) => boolean;
}

interface Taken {
  readonly shown: string;
  count: number;
}

export function createMatcher(market: Market, settings: EngineSettings): Matcher {
  const taken = new Map<string, Taken>();

  function side(instrument: Instrument, buys: boolean): { price: Price; size: number } | null {
    const quote = market.quote(instrument);
    if (quote === null || quote.isHalted || isCrossed(quote)) return null;
    const price = buys ? quote.ask : quote.bid;
    if (price === null || price <= 0n) return null;
    if (settings.liquidity === 'unlimited') return { price, size: Number.MAX_SAFE_INTEGER };
    const shown = buys ? quote.askSize : quote.bidSize;
    return { price, size: shown - takenOf(instrument.symbol, buys, `${price} ${shown}`).count };
  }

  /** A side repeated as it was shows nothing new. */
  function takenOf(symbol: InstrumentSymbol, buys: boolean, shown: string): Taken {
    const key = `${symbol} ${buys ? 'ask' : 'bid'}`;
    const known = taken.get(key);
    if (known?.shown === shown) return known;
    const fresh = { shown, count: 0 };
    taken.set(key, fresh);
    return fresh;
  }

  function touch(instrument: Instrument, wanted: 'buy' | 'sell'): Price | null {
    return side(instrument, wanted === 'buy')?.price ?? null;
  }

  function match(order: Order): Execution | null {
    const whole = unitsOf(order.legs);
    const sides = order.legs.map((leg) => side(leg.instrument, isBuy(leg.action)));
    if (sides.some((each) => each === null)) return null;
    const far = sides.map((each) => each?.price ?? ZERO_PRICE);
    const limit = limitOf(order);
    if (limit !== null && !isWithin(order, far, limit)) return null;
    const room = order.legs.map((leg, at) =>
      Math.floor(((sides[at]?.size ?? 0) * whole) / leg.quantity),
    );
    const units = Math.min(remainingUnits(order), ...room);
    if (units < 1) return null;
    return { units, prices: order.legs.map((leg, at) => priceFor(order, leg, far[at])) };
  }

  function priceFor(order: Order, leg: Leg, far: Price = ZERO_PRICE): Price {
    const limit = limitOf(order);
    if (limit !== null) return order.hasRested && order.legs.length === 1 ? limit : far;
    const ticks = isBuy(leg.action) ? settings.slippageTicks : -settings.slippageTicks;
    return addTicks(leg.instrument.grid, far, ticks);
  }

  return {
    match,
    touch,
    take(order, units) {
      for (const leg of order.legs) {
        const buys = isBuy(leg.action);
        const quote = market.quote(leg.instrument);
        if (quote === null || settings.liquidity === 'unlimited') continue;
        const shown = buys ? quote.askSize : quote.bidSize;
        const entry = takenOf(
          leg.instrument.symbol,
          buys,
          `${buys ? quote.ask : quote.bid} ${shown}`,
        );
        entry.count += (leg.quantity * units) / unitsOf(order.legs);
      }
    },
    mark: (instrument) => middleOf(market.quote(instrument)),
    isStopMet(order) {
      const { instrument, action } = firstLeg(order);
      const quote = market.quote(instrument);
      if (quote === null || order.stopTrigger === null) return false;
      if (isBuy(action)) return quote.ask !== null && quote.ask >= order.stopTrigger;
      return quote.bid !== null && quote.bid <= order.stopTrigger;
    },
    isConditionMet: (draft) => met(draft, 'route', 'every'),
    isCancelMet: (draft) => met(draft, 'cancel', 'some'),
  };

  function met(draft: Draft, action: 'route' | 'cancel', how: 'every' | 'some'): boolean {
    const conditions = (draft.rules?.conditions ?? []).filter((each) => each.action === action);
    const isTrue = (each: (typeof conditions)[number]): boolean => {
      const quote = market.quote(each.instrument);
      const value = each.indicator === 'last' ? (quote?.last ?? null) : middleOf(quote);
      if (value === null) return false;
      return each.comparator === 'gte' ? value >= each.threshold : value <= each.threshold;
    };
    return how === 'every' ? conditions.every(isTrue) : conditions.some(isTrue);
  }
}

export function middleOf(quote: MarketQuote | null): Price | null {
  if (quote === null) return null;
  if (quote.bid === null || quote.ask === null) return quote.bid ?? quote.ask ?? quote.last;
  return priceFromUnits((quote.bid + quote.ask) / 2n);
}

/** The price an order will not go beyond; `null` when it takes what there is. */
function limitOf(order: Order): Price | null {
  return order.type === 'Limit' || order.type === 'Stop Limit' ? order.price : null;
}

function isWithin(order: Order, far: readonly Price[], limit: Price): boolean {
  const [leg] = order.legs;
  const [price] = far;
  if (order.legs.length === 1 && leg !== undefined && price !== undefined) {
    return isBuy(leg.action) ? price <= limit : price >= limit;
  }
  const units = BigInt(unitsOf(order.legs));
  let net = 0n;
  for (const [at, each] of order.legs.entries()) {
    const value = ((far[at] ?? 0n) * BigInt(each.quantity)) / units;
    net += isBuy(each.action) ? value : -value;
  }
  return order.effect === 'Credit' ? -net >= limit : net <= limit;
}

function isCrossed({ bid, ask }: MarketQuote): boolean {
  return bid !== null && ask !== null && bid > ask;
}
