/** Instruments and chains as the broker shows them. */
import { daysBetween, type IsoDate } from '#kernel/calendar.ts';
import { sha256Hex } from '#kernel/digest.ts';
import type {
  EquityInstrument,
  FutureInstrument,
  Instrument,
  OptionInstrument,
} from '#market/instrument.ts';
import { LATE_CLASSES } from '#market/option-classes.ts';
import { FUTURE_PRODUCTS, type FutureProduct } from '#market/products.ts';
import type { TickGrid } from '#market/tick-grid.ts';
import { optionGrid } from '#market/tick-tables.ts';
import type { JsonObject } from '../../support/json.ts';
import type { Catalogue } from '../catalogue.ts';
import { type ChainRoot, contractOf, contractsOf, type Expiration } from '../chains.ts';
import { FUTURE_OPTION_GRID, type ListedFutureOption } from '../future-chains.ts';
import { FUTURE_OPTION_PRODUCTS, isFund, isIndex } from '../universe.ts';
import { decimal } from './decimals.ts';
import { instant } from './instants.ts';

const SHARES = 100;
const LISTED_AT: Readonly<Record<string, string>> = { SPY: 'ARCX', QQQ: 'XNAS', IWM: 'ARCX' };
const EXCHANGES: Readonly<Record<FutureProduct['venue'], string>> = {
  XCME: 'CME',
  XCBT: 'CBOT',
  XCEC: 'COMEX',
  XNYM: 'NYMEX',
  XCBF: 'CFE',
};

function tickTable(grid: TickGrid): readonly JsonObject[] {
  return grid.bands.map(({ below, tick }) => ({
    value: decimal(tick),
    ...(below === null ? {} : { threshold: decimal(below) }),
  }));
}

export function equityJson({ symbol, grid }: EquityInstrument): JsonObject {
  return {
    id: idOf(symbol),
    symbol,
    'instrument-type': 'Equity',
    cusip: sha256Hex(symbol).slice(0, 9).toUpperCase(),
    description: `${symbol} as the stand-in lists it`,
    'short-description': symbol,
    'listed-market': isIndex(symbol) ? 'OTC' : (LISTED_AT[symbol] ?? 'XNAS'),
    active: true,
    'is-index': isIndex(symbol),
    'is-etf': isFund(symbol),
    'is-closing-only': false,
    'is-options-closing-only': false,
    'is-illiquid': false,
    'is-fraud-risk': false,
    'is-fractional-quantity-eligible': !isIndex(symbol),
    'bypass-manual-review': false,
    'overnight-trading-permitted': false,
    lendability: 'Easy To Borrow',
    'borrow-rate': '0.0',
    'market-time-instrument-collection': 'Equity',
    'streamer-symbol': symbol,
    'tick-sizes': tickTable(grid),
    'option-tick-sizes': tickTable(optionGrid(symbol)),
  };
}

export function optionJson(
  option: OptionInstrument,
  { chain, catalogue }: { readonly chain: ChainRoot; readonly catalogue: Catalogue },
): JsonObject {
  const expiration = chain.expirations.find(({ date }) => date === option.expiry);
  return {
    symbol: option.symbol,
    'instrument-type': 'Equity Option',
    active: true,
    'underlying-symbol': option.underlying,
    'root-symbol': option.root,
    'option-type': option.right,
    'strike-price': decimal(option.strike),
    'expiration-date': option.expiry,
    'expiration-type': expiration?.type ?? 'Regular',
    'days-to-expiration': daysBetween(catalogue.today(), option.expiry),
    'expires-at': instant(option.lastTradeAt),
    'stops-trading-at': instant(option.lastTradeAt),
    'settlement-type': option.settlement.toUpperCase(),
    'exercise-style': isIndex(option.underlying) ? 'European' : 'American',
    'option-chain-type': chain.isStandard ? 'Standard' : 'Non-standard',
    'shares-per-contract': SHARES,
    'is-closing-only': false,
    'listed-market': 'OPRA',
    'market-time-instrument-collection': LATE_CLASSES.has(option.underlying)
      ? 'Cash Settled Equity Option'
      : 'Equity Option',
    'streamer-symbol': catalogue.streamerOf(option),
  };
}

/** One item of a nested chain: a root with expirations, each with strikes. */
export function nestedChainJson(chain: ChainRoot, catalogue: Catalogue): JsonObject {
  const today = catalogue.today();
  return {
    'underlying-symbol': chain.underlying,
    'root-symbol': chain.root,
    'option-chain-type': chain.isStandard ? 'Standard' : 'Non-standard',
    'shares-per-contract': SHARES,
    'tick-sizes': tickTable(optionGrid(chain.underlying)),
    deliverables: deliverablesOf(chain),
    expirations: chain.expirations.map((each) => ({
      'expiration-date': each.date,
      'expiration-type': each.type,
      'days-to-expiration': daysBetween(today, each.date),
      'settlement-type': each.settlement,
      strikes: strikesJson(chain, each, catalogue),
    })),
  };
}

export function compactChainJson(chain: ChainRoot, catalogue: Catalogue): JsonObject {
  const contracts = [...contractsOf(chain)];
  return {
    'underlying-symbol': chain.underlying,
    'root-symbol': chain.root,
    'option-chain-type': chain.isStandard ? 'Standard' : 'Non-standard',
    'settlement-type': chain.expirations[0]?.settlement ?? 'PM',
    'shares-per-contract': SHARES,
    'expiration-type': 'Regular',
    deliverables: deliverablesOf(chain),
    symbols: contracts.map(({ symbol }) => symbol),
    'streamer-symbols': contracts.map((contract) => catalogue.streamerOf(contract)),
  };
}

export function futureJson(
  instrument: FutureInstrument,
  { front, catalogue }: { readonly front: Instrument | null; readonly catalogue: Catalogue },
): JsonObject {
  const product = FUTURE_PRODUCTS.get(instrument.root);
  const isFront = front?.symbol === instrument.symbol;
  const optionGridOf = FUTURE_OPTION_PRODUCTS.has(instrument.root) ? FUTURE_OPTION_GRID : null;
  return {
    symbol: instrument.symbol,
    'product-code': instrument.root,
    'contract-size': `${instrument.multiplier}.0`,
    'tick-size': decimal(product?.tick ?? 0n),
    'notional-multiplier': `${instrument.multiplier}.0`,
    'main-fraction': '0.0',
    'sub-fraction': '0.0',
    'display-factor': '0.01',
    'last-trade-date': instrument.expiry,
    'expiration-date': instrument.expiry,
    'closing-only-date': instrument.expiry,
    active: true,
    'active-month': isFront,
    'next-active-month': false,
    'is-closing-only': false,
    'is-tradeable': true,
    'stops-trading-at': instant(instrument.lastTradeAt),
    'expires-at': instant(instrument.lastTradeAt),
    'product-group': `${EXCHANGES[product?.venue ?? 'XCME']}_${instrument.root}`,
    exchange: EXCHANGES[product?.venue ?? 'XCME'],
    'exchange-symbol': instrument.symbol.slice(1),
    'streamer-exchange-code': product?.venue ?? 'XCME',
    'streamer-symbol': catalogue.streamerOf(instrument),
    'security-id': String(idOf(instrument.symbol)),
    'tick-sizes': tickTable(instrument.grid),
    'spread-tick-sizes': [],
    'option-tick-sizes': optionGridOf === null ? [] : tickTable(optionGridOf),
    'future-product': product === undefined ? undefined : productJson(product),
  };
}

export function productJson(product: FutureProduct): JsonObject {
  return {
    'root-symbol': `/${product.root}`,
    code: product.root,
    description: product.name,
    exchange: EXCHANGES[product.venue],
    'product-type': 'Physical',
    'listed-months': product.months.split(''),
    'active-months': product.months.split(''),
    'notional-multiplier': `${product.multiplier}.0`,
    'tick-size': decimal(product.tick),
    'display-factor': '0.01',
    'streamer-exchange-code': product.venue,
    'small-notional': false,
    'back-month-first-calendar-symbol': false,
    'first-notice': false,
    'cash-settled': true,
    'market-sector': 'Equity Index',
  };
}

export function futureOptionJson(
  { instrument, series, streamer }: ListedFutureOption,
  today: IsoDate,
) {
  return {
    symbol: instrument.symbol,
    'underlying-symbol': instrument.future,
    'product-code': instrument.underlying,
    'root-symbol': `/${instrument.underlying}`,
    'option-root-symbol': instrument.root,
    'option-type': instrument.right,
    'strike-price': decimal(instrument.strike),
    'expiration-date': instrument.expiry,
    'days-to-expiration': daysBetween(today, instrument.expiry),
    'expires-at': instant(instrument.lastTradeAt),
    'stops-trading-at': instant(instrument.lastTradeAt),
    'settlement-type': 'Future',
    'exercise-style': 'American',
    exchange: 'CME',
    'exchange-symbol': instrument.symbol.slice(2),
    'streamer-symbol': streamer,
    // A ratio to the future; what a point is worth stands on the future itself.
    multiplier: '1.0',
    'notional-value': '1.0',
    'strike-factor': '1.0',
    'display-factor': '0.01',
    'is-vanilla': true,
    'is-primary-deliverable': true,
    'is-confirmed': true,
    'is-exercisable-weekly': true,
    'future-price-ratio': '1.0',
    'underlying-count': '1.0',
    active: true,
    'is-closing-only': false,
    'last-trade-time': String(instrument.lastTradeAt),
    'future-option-product': {
      'root-symbol': series.series.root,
      code: series.series.root,
      'cash-settled': false,
      exchange: 'CME',
      'display-factor': '0.01',
      'clearing-code': series.series.root,
    },
  } satisfies JsonObject;
}

function strikesJson(chain: ChainRoot, { date }: Expiration, catalogue: Catalogue) {
  return chain.strikes.map((strike): JsonObject => {
    const call = contractOf(chain, date, { strike, right: 'C' });
    const put = contractOf(chain, date, { strike, right: 'P' });
    return {
      'strike-price': decimal(strike),
      call: call.symbol,
      'call-streamer-symbol': catalogue.streamerOf(call),
      put: put.symbol,
      'put-streamer-symbol': catalogue.streamerOf(put),
    };
  });
}

function deliverablesOf({ underlying, root, isStandard }: ChainRoot): readonly JsonObject[] {
  const shares = {
    id: idOf(root),
    'root-symbol': root,
    'deliverable-type': 'Shares',
    description: `${isStandard ? SHARES : 93} shares of ${underlying}`,
    amount: `${isStandard ? SHARES : 93}.0`,
    symbol: underlying,
    'instrument-type': 'Equity',
    percent: '100',
  };
  if (isStandard) return [shares];
  const cash = {
    id: idOf(root) + 1,
    'root-symbol': root,
    'deliverable-type': 'Cash',
    description: 'Cash in lieu of shares',
    amount: '120.5',
    percent: '0',
  };
  return [shares, cash];
}

function idOf(name: string): number {
  return Number.parseInt(sha256Hex(name).slice(0, 6), 16);
}
