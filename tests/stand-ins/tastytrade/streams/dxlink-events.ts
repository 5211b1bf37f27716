/** Events of the feed about one instrument, from the stand-in's market. */
import { epochDay } from '#kernel/calendar.ts';
import type { Price } from '#kernel/price.ts';
import { type Clock, type EpochMs, epochMs } from '#kernel/time.ts';
import type { Instrument } from '#market/instrument.ts';
import { newYorkDate } from '#market/session.ts';
import { middleOf } from '../engine/matching.ts';
import type { Market } from '../market.ts';
import { numberOf } from '../wire/decimals.ts';
import { type FeedEvent, wireNumber } from './dxlink-protocol.ts';

export interface EventMaker {
  /** The newest event of a type, or `null` when there is none of it. */
  readonly make: (type: string, asked: Asked) => FeedEvent | null;
}

export interface Asked {
  readonly instrument: Instrument;
  /** As subscribed: `SPY`, `SPY{=5m}`. */
  readonly symbol: string;
}

const DAY_VOLUME = 125_000;
const OPEN_INTEREST = 1250;
const LOT = 100;

/** `nan` lets everything that is a size or a rare figure be `"NaN"`. */
export function createEventMaker(
  { market, clock }: { readonly market: Market; readonly clock: Clock },
  oddities: { readonly isNaN: () => boolean; readonly shiftMs: number },
): EventMaker {
  function quote({ instrument, symbol }: Asked): FeedEvent | null {
    const found = market.quote(instrument);
    if (found === null) return null;
    const time = at(found.at);
    const size = (count: number): number | null => (oddities.isNaN() ? null : count);
    return {
      type: 'Quote',
      values: {
        eventSymbol: symbol,
        eventTime: 0,
        sequence: 0,
        timeNanoPart: 0,
        bidTime: time,
        bidExchangeCode: 'Q',
        bidPrice: priceOf(found.bid),
        bidSize: wireNumber(found.bid === null ? null : size(found.bidSize)),
        askTime: time,
        askExchangeCode: 'Q',
        askPrice: priceOf(found.ask),
        askSize: wireNumber(found.ask === null ? null : size(found.askSize)),
      },
    };
  }

  function trade(type: string, { instrument, symbol }: Asked): FeedEvent | null {
    const found = market.quote(instrument);
    const last = found === null ? null : (found.last ?? middleOf(found));
    if (found === null || last === null) return null;
    return {
      type,
      values: {
        eventSymbol: symbol,
        eventTime: 0,
        time: at(found.at),
        timeNanoPart: 0,
        sequence: 0,
        exchangeCode: 'Q',
        price: numberOf(last),
        change: 0,
        size: instrument.kind === 'equity' ? LOT : 1,
        dayId: dayId(),
        dayVolume: DAY_VOLUME,
        dayTurnover: wireNumber(null),
        tickDirection: 'UNDEFINED',
        extendedTradingHours: false,
      },
    };
  }

  function greeks({ instrument, symbol }: Asked): FeedEvent | null {
    const figures = market.greeks(instrument);
    if (figures === null) return null;
    return {
      type: 'Greeks',
      values: {
        eventSymbol: symbol,
        eventTime: 0,
        eventFlags: 0,
        index: clock.now() * 1000,
        time: clock.now(),
        sequence: 0,
        ...figures,
      },
    };
  }

  function summary({ instrument, symbol }: Asked): FeedEvent | null {
    const found = market.quote(instrument);
    const price = found === null ? null : (found.last ?? middleOf(found));
    const shown = price === null ? 'NaN' : numberOf(price);
    const isOption = instrument.kind === 'option' || instrument.kind === 'future_option';
    return {
      type: 'Summary',
      values: {
        eventSymbol: symbol,
        eventTime: 0,
        dayId: dayId(),
        dayOpenPrice: shown,
        dayHighPrice: shown,
        dayLowPrice: shown,
        dayClosePrice: 'NaN',
        dayClosePriceType: 'REGULAR',
        prevDayId: dayId() - 1,
        prevDayClosePrice: shown,
        prevDayClosePriceType: 'FINAL',
        prevDayVolume: 'NaN',
        openInterest: isOption ? OPEN_INTEREST : 0,
      },
    };
  }

  function profile({ instrument, symbol }: Asked): FeedEvent {
    const isHalted = market.quote(instrument)?.isHalted === true;
    return {
      type: 'Profile',
      values: {
        eventSymbol: symbol,
        description: `${instrument.symbol} as the stand-in lists it`,
        shortSaleRestriction: 'INACTIVE',
        tradingStatus: isHalted ? 'HALTED' : 'ACTIVE',
        statusReason: isHalted ? 'T1' : '',
        haltStartTime: isHalted ? clock.now() : 0,
        haltEndTime: 0,
      },
    };
  }

  function candle({ instrument, symbol }: Asked): FeedEvent | null {
    const found = market.quote(instrument);
    const middle = middleOf(found);
    if (found === null || middle === null) return null;
    const price = numberOf(middle);
    const time = Math.floor(clock.now() / 60_000) * 60_000;
    return {
      type: 'Candle',
      values: {
        eventSymbol: symbol,
        eventTime: 0,
        eventFlags: 0,
        index: time * 1000,
        time,
        sequence: 0,
        count: 1,
        open: price,
        high: price,
        low: price,
        close: price,
        volume: 1,
        vwap: price,
        openInterest: 'NaN',
      },
    };
  }

  /** A delayed feed tells what was. */
  function at(instant: EpochMs): EpochMs {
    return epochMs(instant - oddities.shiftMs);
  }

  function dayId(): number {
    return epochDay(newYorkDate(clock.now()));
  }

  return {
    make(type, asked) {
      switch (type) {
        case 'Quote':
          return quote(asked);
        case 'Trade':
        case 'TradeETH':
          return trade(type, asked);
        case 'Greeks':
          return greeks(asked);
        case 'Summary':
          return summary(asked);
        case 'Profile':
          return profile(asked);
        case 'Candle':
          return candle(asked);
        default:
          return null;
      }
    },
  };
}

function priceOf(price: Price | null): number | 'NaN' {
  return price === null ? 'NaN' : numberOf(price);
}
