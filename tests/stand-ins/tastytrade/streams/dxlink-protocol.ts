/** Words of DXLink: the fields of its events and how data is written. */
import type { Json } from '../../support/json.ts';

export const EVENT_FIELDS: Readonly<Record<string, readonly string[]>> = {
  Quote: fields(`eventSymbol eventTime sequence timeNanoPart bidTime bidExchangeCode bidPrice
    bidSize askTime askExchangeCode askPrice askSize`),
  Trade: fields(`eventSymbol eventTime time timeNanoPart sequence exchangeCode price change size
    dayId dayVolume dayTurnover tickDirection extendedTradingHours`),
  TradeETH: fields(`eventSymbol eventTime time timeNanoPart sequence exchangeCode price change size
    dayId dayVolume dayTurnover tickDirection extendedTradingHours`),
  Greeks: fields(`eventSymbol eventTime eventFlags index time sequence price volatility delta gamma
    theta rho vega`),
  Summary: fields(`eventSymbol eventTime dayId dayOpenPrice dayHighPrice dayLowPrice dayClosePrice
    dayClosePriceType prevDayId prevDayClosePrice prevDayClosePriceType prevDayVolume openInterest`),
  Profile: fields(`eventSymbol description shortSaleRestriction tradingStatus statusReason
    haltStartTime haltEndTime highLimitPrice lowLimitPrice high52WeekPrice low52WeekPrice beta
    earningsPerShare dividendFrequency exDividendAmount exDividendDayId shares freeFloat`),
  Candle: fields(`eventSymbol eventTime eventFlags index time sequence count open high low close
    volume vwap bidVolume askVolume impVolatility openInterest`),
  TimeAndSale:
    fields(`eventSymbol eventTime eventFlags index time timeNanoPart sequence exchangeCode
    price size bidPrice askPrice exchangeSaleConditions tradeThroughExempt aggressorSide spreadLeg
    extendedTradingHours validTick type buyer seller`),
  Underlying:
    fields(`eventSymbol eventTime eventFlags index time sequence volatility frontVolatility
    backVolatility callVolume putVolume putCallRatio`),
  TheoPrice:
    fields(`eventSymbol eventTime eventFlags index time sequence price underlyingPrice delta
    gamma dividend interest`),
};

/** One event: its type and the values of every field it has; numbers may be missing. */
export interface FeedEvent {
  readonly type: string;
  readonly values: Readonly<Record<string, Json>>;
}

/** Numbers that are none are written as words. */
export function wireNumber(value: number | null): Json {
  if (value === null || Number.isNaN(value)) return 'NaN';
  if (value === Number.POSITIVE_INFINITY) return 'Infinity';
  return value === Number.NEGATIVE_INFINITY ? '-Infinity' : value;
}

/** The fields of a type in the order that was agreed on. */
export function flat({ type, values }: FeedEvent, agreed: readonly string[]): readonly Json[] {
  return agreed.map((field) => (field === 'eventType' ? type : (values[field] ?? 'NaN')));
}

function fields(names: string): readonly string[] {
  return names.trim().split(/\s+/);
}
