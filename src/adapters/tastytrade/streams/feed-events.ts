/** Market events of dxFeed, with the fields we ask for (reference of the dxLink events). */
import type { Price } from '#kernel/price.ts';
import type { EpochMs } from '#kernel/time.ts';
import { numberOf, priceOf, sizeOf, textOf, timeOf } from './wire.ts';

/** `null` is what the venue did not tell: NaN, Infinity, an empty or a negative price. */
export type FeedEvent =
  | {
      readonly kind: 'quote';
      readonly symbol: string;
      readonly bid: Price | null;
      readonly ask: Price | null;
      readonly bidSize: number;
      readonly askSize: number;
      /**
       * When a side last changed; `null` in feeds that leave the times out, as tastytrade's does.
       */
      readonly at: EpochMs | null;
    }
  | {
      readonly kind: 'trade';
      readonly symbol: string;
      readonly price: Price | null;
      readonly size: number;
      readonly dayVolume: number;
      readonly at: EpochMs | null;
    }
  | {
      readonly kind: 'greeks';
      readonly symbol: string;
      readonly volatility: number | null;
      readonly delta: number | null;
      readonly gamma: number | null;
      readonly theta: number | null;
      readonly rho: number | null;
      readonly vega: number | null;
      readonly at: EpochMs | null;
    }
  | {
      readonly kind: 'summary';
      readonly symbol: string;
      readonly open: Price | null;
      readonly high: Price | null;
      readonly low: Price | null;
      readonly previousClose: Price | null;
      readonly openInterest: number;
    }
  | {
      readonly kind: 'profile';
      readonly symbol: string;
      readonly status: 'active' | 'halted' | 'unknown';
    };

/** Fields by event type, in the order we ask for them. */
export const FEED_FIELDS = {
  Quote: [
    'eventSymbol',
    'eventTime',
    'bidTime',
    'bidPrice',
    'bidSize',
    'askTime',
    'askPrice',
    'askSize',
  ],
  Trade: ['eventSymbol', 'eventTime', 'time', 'price', 'size', 'dayVolume'],
  Greeks: [
    'eventSymbol',
    'eventTime',
    'time',
    'volatility',
    'delta',
    'gamma',
    'theta',
    'rho',
    'vega',
  ],
  Summary: [
    'eventSymbol',
    'dayOpenPrice',
    'dayHighPrice',
    'dayLowPrice',
    'prevDayClosePrice',
    'openInterest',
  ],
  Profile: ['eventSymbol', 'tradingStatus'],
} as const;

export type FeedType = keyof typeof FEED_FIELDS;

export function isFeedType(text: string): text is FeedType {
  return Object.hasOwn(FEED_FIELDS, text);
}

export type EventFields = Readonly<Record<string, unknown>>;

/** `null` when the event names no symbol: then nobody can say what it is about. */
export function readFeedEvent(type: FeedType, fields: EventFields): FeedEvent | null {
  const symbol = textOf(fields['eventSymbol']);
  if (symbol === null || symbol === '') return null;
  return READERS[type](symbol, fields);
}

const READERS: Readonly<Record<FeedType, (symbol: string, fields: EventFields) => FeedEvent>> = {
  Quote: (symbol, fields) => ({
    kind: 'quote',
    symbol,
    bid: priceOf(fields['bidPrice']),
    ask: priceOf(fields['askPrice']),
    bidSize: sizeOf(fields['bidSize']),
    askSize: sizeOf(fields['askSize']),
    at: latest(fields['bidTime'], fields['askTime'], fields['eventTime']),
  }),
  Trade: (symbol, fields) => ({
    kind: 'trade',
    symbol,
    price: priceOf(fields['price']),
    size: sizeOf(fields['size']),
    dayVolume: sizeOf(fields['dayVolume']),
    at: latest(fields['time'], fields['eventTime']),
  }),
  Greeks: (symbol, fields) => ({
    kind: 'greeks',
    symbol,
    volatility: numberOf(fields['volatility']),
    delta: numberOf(fields['delta']),
    gamma: numberOf(fields['gamma']),
    theta: numberOf(fields['theta']),
    rho: numberOf(fields['rho']),
    vega: numberOf(fields['vega']),
    at: latest(fields['time'], fields['eventTime']),
  }),
  Summary: (symbol, fields) => ({
    kind: 'summary',
    symbol,
    open: priceOf(fields['dayOpenPrice']),
    high: priceOf(fields['dayHighPrice']),
    low: priceOf(fields['dayLowPrice']),
    previousClose: priceOf(fields['prevDayClosePrice']),
    openInterest: sizeOf(fields['openInterest']),
  }),
  Profile: (symbol, fields) => ({
    kind: 'profile',
    symbol,
    status: statusOf(textOf(fields['tradingStatus'])),
  }),
};

function statusOf(text: string | null): 'active' | 'halted' | 'unknown' {
  if (text === 'HALTED') return 'halted';
  return text === 'ACTIVE' ? 'active' : 'unknown';
}

function latest(...times: readonly unknown[]): EpochMs | null {
  let newest: EpochMs | null = null;
  for (const time of times.map(timeOf)) {
    if (time !== null && (newest === null || time > newest)) newest = time;
  }
  return newest;
}
