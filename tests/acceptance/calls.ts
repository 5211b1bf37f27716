/** What a request to the venue does, in the words of the simulated broker's script. */
import type { Call } from '#adapters/simulated/script.ts';
import { asClientOrderId, asOrderId } from '#kernel/ids.ts';
import { price, priceFromUnits } from '#kernel/price.ts';
import { quantity } from '#kernel/quantity.ts';
import { asInstrumentSymbol, type Instrument, type InstrumentSymbol } from '#market/instrument.ts';
import type { OrderTerms } from '#orders/ports.ts';
import { listOf, parseJson, recordOf, textOf } from '../stand-ins/support/json.ts';
import type { HttpRequest } from '../stand-ins/support/loopback.ts';
import type { Ledger, OrderEntry } from '../stand-ins/tastytrade/ledger.ts';

type Find = (symbol: InstrumentSymbol) => Instrument | null;
type Body = Readonly<Record<string, unknown>>;

const ORDER_PATH = /^\/accounts\/[^/]+\/orders(?:\/(\d+))?$/;
const KINDS: Readonly<Record<string, Call['kind']>> = {
  POST: 'place',
  PATCH: 'replace',
  PUT: 'replace',
  DELETE: 'cancel',
};

/** The call a request makes, or `null` when it changes nothing. */
export function callOf(request: HttpRequest, ledger: Ledger, find: Find): Call | null {
  const kind = KINDS[request.method];
  const path = ORDER_PATH.exec(request.path);
  if (kind === undefined || path === null) return null;
  const body = recordOf(parseJson(request.body));
  const identity = textOf(body['external-identifier']);
  if (kind === 'place') {
    return { kind, clientOrderId: idOf(identity), orderId: null, ticket: placed(body, find) };
  }
  const orderId = asOrderId(path[1] ?? '');
  const known = ledger.orders().find(({ id }) => String(id) === orderId) ?? null;
  const own = known === null ? null : ticketOf(known, find);
  if (kind === 'cancel') {
    const clientOrderId = idOf(known?.externalIdentifier ?? null);
    return { kind, clientOrderId, orderId, ticket: own };
  }
  const changed = own === null ? null : { ...own, terms: termsOf(body) };
  return { kind, clientOrderId: idOf(identity), orderId, ticket: changed };
}

function placed(body: Body, find: Find): Call['ticket'] {
  const leg = recordOf(listOf(body['legs'])[0]);
  const symbol = textOf(leg['symbol']) ?? '';
  const action = textOf(leg['action']) ?? '';
  return ticket({ symbol, action, quantity: Number(leg['quantity']) }, termsOf(body), find);
}

function ticketOf(order: OrderEntry, find: Find): Call['ticket'] {
  const terms: OrderTerms =
    order.price === null
      ? { kind: 'market' }
      : { kind: 'limit', limit: priceFromUnits(order.price) };
  return ticket(order, terms, find);
}

function ticket(
  leg: { readonly symbol: string; readonly action: string; readonly quantity: number },
  terms: OrderTerms,
  find: Find,
): Call['ticket'] {
  const instrument = find(asInstrumentSymbol(leg.symbol));
  if (instrument === null) return null;
  const buys = leg.action.startsWith('Buy');
  return {
    ...{ instrument, terms, quantity: quantity(leg.quantity), timeInForce: 'day' },
    side: buys ? 'buy' : 'sell',
    effect: buys ? 'open' : 'close',
  };
}

function termsOf(body: Body): OrderTerms {
  const limit = textOf(body['price']);
  return limit === null ? { kind: 'market' } : { kind: 'limit', limit: price(limit) };
}

function idOf(text: string | null): Call['clientOrderId'] {
  return text === null ? null : asClientOrderId(text);
}
