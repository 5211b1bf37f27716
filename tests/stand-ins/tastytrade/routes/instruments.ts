/** Instruments and chains. */
import { FUTURES } from '#adapters/simulated/universe.ts';
import { frontContract } from '#market/expiries.ts';
import { formatFuture } from '#market/future-symbols.ts';
import type { FutureInstrument, Instrument } from '#market/instrument.ts';
import { FUTURE_PRODUCTS } from '#market/products.ts';
import type { JsonObject } from '../../support/json.ts';
import type { Catalogue } from '../catalogue.ts';
import { type ChainRoot, contractsOf } from '../chains.ts';
import { refused } from '../engine/refusal.ts';
import { futuresOf } from '../future-chains.ts';
import { type Answer, list, manyOf, ok, page, paginate, refuse } from '../http/answers.ts';
import { type Call, NOT_FOUND, type Route } from '../http/route.ts';
import { UNIVERSE } from '../universe.ts';
import { decimal } from '../wire/decimals.ts';
import {
  compactChainJson,
  equityJson,
  futureJson,
  futureOptionJson,
  nestedChainJson,
  optionJson,
  productJson,
} from '../wire/instrument-json.ts';

export interface InstrumentRouteOptions {
  readonly catalogue: Catalogue;
  /** The sandbox refuses the list of equity options. */
  readonly optionList: 'offered' | 'forbidden';
}

const EQUITIES = { perPage: 1000, perPageMax: 1000 };
const LISTS_PAGED = '20250715';

export function instrumentRoutes({
  catalogue,
  optionList,
}: InstrumentRouteOptions): readonly Route[] {
  function chainRoute(show: (chain: ChainRoot) => readonly JsonObject[]): Route['handle'] {
    return (call) => {
      const chain = catalogue.chain(call.named('symbol'));
      return chain === null ? refuse(NOT_FOUND) : list(chain.flatMap(show), call.context);
    };
  }

  function listed(items: readonly JsonObject[], call: Call): Answer {
    if (call.version < LISTS_PAGED) return list(items, call.context);
    return page(paginate(items, call.query, EQUITIES), call.context);
  }

  function equities(symbols: readonly string[]): readonly JsonObject[] {
    return symbols
      .map((symbol) => catalogue.bySymbol(symbol))
      .filter((found) => found?.kind === 'equity')
      .map(equityJson);
  }

  function option(symbol: string): JsonObject | null {
    const found = catalogue.bySymbol(symbol);
    if (found?.kind !== 'option') return null;
    const chain = catalogue.chain(found.underlying)?.find(({ root }) => root === found.root);
    return chain === undefined ? null : optionJson(found, { chain, catalogue });
  }

  function future(instrument: FutureInstrument): JsonObject {
    const front = frontContract(instrument.root, catalogue.today());
    const frontInstrument: Instrument | null =
      front === null ? null : catalogue.bySymbol(formatFuture(front));
    return futureJson(instrument, { front: frontInstrument, catalogue });
  }

  function futures(call: Call): Answer {
    const symbols = manyOf(call.query, 'symbol').map(withSlash);
    const codes = manyOf(call.query, 'product-code');
    const roots = codes.length > 0 ? codes : [...FUTURES.keys()];
    const all = roots.flatMap((root) => futuresOf(root, catalogue.today()));
    const found = all
      .map(({ instrument }) => instrument)
      .filter(({ symbol }) => symbols.length === 0 || symbols.includes(symbol));
    const named = symbols
      .map((symbol) => catalogue.bySymbol(symbol))
      .filter((each) => each?.kind === 'future')
      .filter((each) => !found.some(({ symbol }) => symbol === each.symbol));
    return listed([...found, ...named].map(future), call);
  }

  const one = (shown: JsonObject | null, call: Call): Answer =>
    shown === null ? refuse(NOT_FOUND) : ok(shown, call.context);

  return [
    get(
      /^\/option-chains\/(?<symbol>[^/]+)\/nested$/,
      chainRoute((chain) => [nestedChainJson(chain, catalogue)]),
    ),
    get(
      /^\/option-chains\/(?<symbol>[^/]+)\/compact$/,
      chainRoute((chain) => [compactChainJson(chain, catalogue)]),
    ),
    get(
      /^\/option-chains\/(?<symbol>[^/]+)$/,
      chainRoute((chain) =>
        [...contractsOf(chain)].map((contract) => optionJson(contract, { chain, catalogue })),
      ),
    ),
    get(/^\/instruments\/equities\/active$/, (call) =>
      page(paginate(equities([...UNIVERSE.keys()]), call.query, EQUITIES), call.context),
    ),
    get(/^\/instruments\/equities$/, (call) =>
      listed(equities(manyOf(call.query, 'symbol')), call),
    ),
    get(/^\/instruments\/equities\/(?<symbol>.+)$/, (call) => {
      const [found] = equities([call.named('symbol')]);
      return one(found ?? null, call);
    }),
    get(/^\/instruments\/equity-options$/, (call) => {
      if (optionList === 'forbidden') {
        return refuse(refused(403, 'not_permitted', 'User not permitted access'));
      }
      const found = manyOf(call.query, 'symbol').map(option);
      return listed(
        found.filter((each) => each !== null),
        call,
      );
    }),
    get(/^\/instruments\/equity-options\/(?<symbol>.+)$/, (call) =>
      one(option(call.named('symbol')), call),
    ),
    get(/^\/instruments\/futures$/, futures),
    get(/^\/instruments\/futures\/(?<symbol>.+)$/, (call) => {
      const found = catalogue.bySymbol(withSlash(call.named('symbol')));
      return one(found?.kind === 'future' ? future(found) : null, call);
    }),
    get(/^\/instruments\/future-products$/, (call) => list(products(), call.context)),
    get(/^\/instruments\/future-products\/(?<exchange>[^/]+)\/(?<code>[^/]+)$/, (call) => {
      const product = FUTURE_PRODUCTS.get(call.named('code'));
      const isOffered = product !== undefined && FUTURES.has(product.root);
      return one(isOffered ? productJson(product) : null, call);
    }),
    ...futureOptionRoutes(catalogue),
    get(/^\/instruments\/quantity-decimal-precisions$/, (call) => list(PRECISIONS, call.context)),
    get(/^\/instruments\/cryptocurrencies$/, (call) => list([], call.context)),
    get(/^\/instruments\/warrants$/, (call) => list([], call.context)),
  ];
}

const PRECISIONS: readonly JsonObject[] = [
  { 'instrument-type': 'Equity', symbol: '', value: 5, 'minimum-increment-precision': 2 },
  { 'instrument-type': 'Equity Option', value: 0, 'minimum-increment-precision': 0 },
  { 'instrument-type': 'Future', value: 0, 'minimum-increment-precision': 0 },
];

function futureOptionRoutes(catalogue: Catalogue): readonly Route[] {
  const today = catalogue.today;

  function nested(code: string): JsonObject | null {
    const options = catalogue.futureOptions(code);
    if (options.length === 0) return null;
    const bySeries = Map.groupBy(options, ({ series }) => series);
    const chains = [...bySeries].map(([series, contracts]) => {
      const [first] = contracts;
      const shown: JsonObject = first === undefined ? {} : futureOptionJson(first, today());
      const byStrike = Map.groupBy(contracts, ({ instrument }) => instrument.strike);
      return {
        'underlying-symbol': series.future.symbol,
        'root-symbol': `/${code}`,
        'option-root-symbol': series.series.root,
        'option-contract-symbol': first?.instrument.symbol.slice(7, 13).trimEnd(),
        asset: series.series.root,
        'expiration-date': series.expiry,
        'expiration-type': series.series.root === code ? 'Regular' : 'Weekly',
        'days-to-expiration': shown['days-to-expiration'],
        'expires-at': shown['expires-at'],
        'settlement-type': 'Future',
        'notional-value': '1.0',
        'display-factor': '0.01',
        'strike-factor': '1.0',
        'stops-trading-at': shown['stops-trading-at'],
        'tick-sizes': [{ value: '0.05', threshold: '10.0' }, { value: '0.25' }],
        strikes: [...byStrike].map(([strike, pair]) => {
          const call = pair.find(({ instrument }) => instrument.right === 'C');
          const put = pair.find(({ instrument }) => instrument.right === 'P');
          return {
            'strike-price': decimal(strike),
            call: call?.instrument.symbol,
            'call-streamer-symbol': call?.streamer,
            put: put?.instrument.symbol,
            'put-streamer-symbol': put?.streamer,
          };
        }),
      };
    });
    const futures = futuresOf(code, today()).map(({ instrument }) => ({
      symbol: instrument.symbol,
      'root-symbol': `/${code}`,
      'expiration-date': instrument.expiry,
      'days-to-expiration': 0,
      'active-month': false,
      'expires-at': '',
    }));
    const item = {
      'underlying-symbol': `/${code}`,
      'root-symbol': `/${code}`,
      'exercise-style': 'American',
      expirations: chains,
    };
    return { futures, 'option-chains': [item] };
  }

  return [
    get(/^\/futures-option-chains\/(?<code>[^/]+)\/nested$/, (call) => {
      const shown = nested(call.named('code').replace('/', ''));
      return shown === null ? refuse(NOT_FOUND) : ok(shown, call.context);
    }),
    get(/^\/futures-option-chains\/(?<code>[^/]+)$/, (call) => {
      const options = catalogue.futureOptions(call.named('code').replace('/', ''));
      if (options.length === 0) return refuse(NOT_FOUND);
      return list(
        options.map((each) => futureOptionJson(each, today())),
        call.context,
      );
    }),
    get(/^\/instruments\/future-options$/, (call) => {
      const found = manyOf(call.query, 'symbol').map((symbol) => catalogue.futureOption(symbol));
      const shown = found.filter((each) => each !== null);
      return list(
        shown.map((each) => futureOptionJson(each, today())),
        call.context,
      );
    }),
    get(/^\/instruments\/future-options\/(?<symbol>.+)$/, (call) => {
      const found = catalogue.futureOption(call.named('symbol'));
      return found === null
        ? refuse(NOT_FOUND)
        : ok(futureOptionJson(found, today()), call.context);
    }),
    get(/^\/instruments\/future-option-products$/, (call) => list([], call.context)),
  ];
}

function products(): readonly JsonObject[] {
  return [...FUTURES.keys()]
    .map((root) => FUTURE_PRODUCTS.get(root))
    .filter((product) => product !== undefined)
    .map(productJson);
}

function get(pattern: RegExp, handle: Route['handle']): Route {
  return { method: 'GET', pattern, scope: 'read', handle };
}

/** `ESZ6` and `//ESZ6` mean `/ESZ6`. */
function withSlash(symbol: string): string {
  return `/${symbol.replace(/^\/+/, '')}`;
}
