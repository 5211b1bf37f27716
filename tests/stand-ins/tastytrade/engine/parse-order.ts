/** The form of an order request: which keys, which words, which numbers (reference of the API). */
import { parseIsoDate } from '#kernel/calendar.ts';
import { formatPrice, type Price, parsePrice } from '#kernel/price.ts';
import { parseInstant } from '#kernel/time.ts';
import type { Instrument } from '#market/instrument.ts';
import { isRecord, listOf, recordOf, textOf } from '../../support/json.ts';
import {
  ACTIONS,
  type Condition,
  type Draft,
  type DraftLeg,
  ORDER_TYPES,
  type OrderType,
  type Rules,
  TIMES_IN_FORCE,
} from './model.ts';
import { failedPreflight, invalid, type Refusal } from './refusal.ts';

type Body = Readonly<Record<string, unknown>>;
type FindInstrument = (symbol: string) => Instrument | null;

const INSTRUMENT_TYPES: Readonly<Record<Instrument['kind'], string>> = {
  equity: 'Equity',
  option: 'Equity Option',
  future: 'Future',
  future_option: 'Future Option',
};
const PRICED: readonly OrderType[] = ['Limit', 'Stop Limit'];
const STOPPED: readonly OrderType[] = ['Stop', 'Stop Limit'];
const OPTION_LEGS_MAX = 4;
const QUANTITY_MAX = 1_000_000;

export function instrumentType(instrument: Instrument): string {
  return INSTRUMENT_TYPES[instrument.kind];
}

/** A new order; `find` knows what is listed. */
export function parseOrder(body: unknown, find: FindInstrument): Draft | Refusal {
  if (!isRecord(body)) return invalid('order', 'is not a JSON object');
  const legs = parseLegs(body, find);
  return Array.isArray(legs) ? parseTerms(body, legs, { original: null, find }) : legs;
}

/** A replace or an edit: legs and quantity stay, what the body does not name stays. */
export function parseEdit(
  body: unknown,
  original: Draft,
  legs: readonly DraftLeg[],
  find: FindInstrument,
): Draft | Refusal {
  if (!isRecord(body)) return invalid('order', 'is not a JSON object');
  const named = listOf(body['legs']).map(recordOf);
  for (const [at, leg] of named.entries()) {
    const own = original.legs[at];
    if (leg['symbol'] !== own?.instrument.symbol || leg['action'] !== own?.action) {
      return invalid('legs', 'cannot be changed by a replacement');
    }
  }
  return parseTerms(body, legs, { original, find });
}

interface Context {
  /** Of a replacement: what the body does not name is taken from it. */
  readonly original: Draft | null;
  readonly find: FindInstrument;
}

function parseTerms(
  body: Body,
  legs: readonly DraftLeg[],
  { original, find }: Context,
): Draft | Refusal {
  const type = wordOf(ORDER_TYPES, body['order-type']) ?? original?.type;
  if (type === undefined) return invalid('order-type', 'is missing or has an invalid value');
  const tif = wordOf(TIMES_IN_FORCE, body['time-in-force']) ?? original?.tif;
  if (tif === undefined) return invalid('time-in-force', 'is missing or has an invalid value');
  if (type === 'Notional Market') return invalid('order-type', 'is not offered here');
  const preflightId = textOf(body['preflight-id']);
  const priced = parsePricing({ ...pricesOf(original, type), ...body }, type, preflightId);
  if ('kind' in priced) return priced;
  const gtcDate = textOf(body['gtc-date']);
  const date = gtcDate === null ? null : parseIsoDate(gtcDate);
  if ((tif === 'GTD') !== (date !== null)) {
    return invalid('gtc-date', 'is a date, with the time in force GTD and no other');
  }
  const rules = parseRules(body['rules'], find);
  if (rules !== null && 'kind' in rules) return rules;
  const advanced = recordOf(body['advanced-instructions']);
  return {
    type,
    tif,
    gtcDate: date,
    ...priced,
    legs,
    externalIdentifier: textOf(body['external-identifier']),
    source: textOf(body['source']) ?? original?.source ?? null,
    isAutomated: body['automated-source'] === true,
    isStrict: advanced['strict-position-effect-validation'] === true || original?.isStrict === true,
    preflightId,
    rules,
  };
}

interface Pricing {
  readonly price: Price | null;
  readonly effect: 'Debit' | 'Credit' | null;
  readonly stopTrigger: Price | null;
}

function parsePricing(body: Body, type: OrderType, preflightId: string | null): Pricing | Refusal {
  const price = amountOf(body['price']);
  const stopTrigger = amountOf(body['stop-trigger']);
  const effect = wordOf(['Debit', 'Credit'] as const, body['price-effect']) ?? null;
  if (price === 'bad') return invalid('price', 'is not a valid value, must be greater than 0');
  if (stopTrigger === 'bad') return invalid('stop-trigger', 'must be greater than 0');
  if (type === 'Marketable Limit' && price !== null) {
    return failedPreflight('order_must_omit_price', 'The order must omit a price.', preflightId);
  }
  const isPriced = PRICED.includes(type);
  if (isPriced && price === null) return invalid('price', 'is missing');
  if (isPriced && effect === null) return invalid('price-effect', 'is missing');
  if (!isPriced && price !== null) return invalid('price', `must be omitted for ${type} orders`);
  if (STOPPED.includes(type) !== (stopTrigger !== null)) {
    return invalid('stop-trigger', 'belongs to Stop and Stop Limit orders, and must be given');
  }
  return { price, effect: isPriced ? effect : null, stopTrigger };
}

function parseLegs(body: Body, find: FindInstrument): DraftLeg[] | Refusal {
  const raw = listOf(body['legs']);
  if (raw.length === 0) return invalid('legs', 'is missing');
  const legs: DraftLeg[] = [];
  for (const each of raw) {
    const leg = parseLeg(recordOf(each), find);
    if ('kind' in leg) return leg;
    legs.push(leg);
  }
  const [first] = legs;
  const isOption =
    first?.instrument.kind === 'option' || first?.instrument.kind === 'future_option';
  if (legs.length > (isOption ? OPTION_LEGS_MAX : 1)) return invalid('legs', 'has too many legs');
  const symbols = new Set(legs.map(({ instrument }) => instrument.symbol));
  if (symbols.size < legs.length) return invalid('legs', 'must have distinct symbols');
  const underlyings = new Set(legs.map(({ instrument }) => instrument.underlying));
  return underlyings.size > 1 ? invalid('legs', 'must share one underlying') : legs;
}

function parseLeg(raw: Body, find: FindInstrument): DraftLeg | Refusal {
  const symbol = textOf(raw['symbol']);
  const type = textOf(raw['instrument-type']);
  const action = wordOf(ACTIONS, raw['action']);
  const quantity = Number(textOf(raw['quantity']) ?? Number.NaN);
  if (symbol === null) return invalid('legs.symbol', 'is missing');
  if (type === null) return invalid('legs.instrument-type', 'is missing');
  if (action === undefined) return invalid('legs.action', 'is missing or has an invalid value');
  if (!Number.isSafeInteger(quantity) || quantity < 1 || quantity > QUANTITY_MAX) {
    return invalid('legs.quantity', 'must be a whole number greater than 0');
  }
  const instrument = find(symbol);
  if (instrument === null) {
    return failedPreflight('instrument_validation_failed', `Unknown symbol ${symbol}`, null);
  }
  if (instrumentType(instrument) !== type) {
    return invalid('legs.instrument-type', `is not the type of ${symbol}`);
  }
  const isOutright = action === 'Buy' || action === 'Sell';
  if (isOutright !== (instrument.kind === 'future')) {
    return invalid('legs.action', 'Buy and Sell belong to futures, and futures to them');
  }
  return { instrument, action, quantity };
}

function parseRules(raw: unknown, find: FindInstrument): Rules | Refusal | null {
  if (!isRecord(raw)) return null;
  const routeAfter = textOf(raw['route-after']);
  const cancelAt = textOf(raw['cancel-at']);
  const conditions: Condition[] = [];
  for (const each of listOf(raw['conditions']).map(recordOf)) {
    const condition = parseCondition(each, find);
    if (condition === null) return invalid('rules.conditions', 'is not a condition');
    conditions.push(condition);
  }
  return {
    routeAfter: routeAfter === null ? null : parseInstant(routeAfter),
    cancelAt: cancelAt === null ? null : parseInstant(cancelAt),
    conditions,
  };
}

function parseCondition(raw: Body, find: FindInstrument): Condition | null {
  const instrument = find(textOf(raw['symbol']) ?? '');
  const action = wordOf(['route', 'cancel'] as const, raw['action']);
  const indicator = wordOf(['last', 'nat'] as const, raw['indicator']);
  const comparator = wordOf(['gte', 'lte'] as const, raw['comparator']);
  const threshold = amountOf(raw['threshold']);
  if (!instrument || !action || !indicator || !comparator || !threshold || threshold === 'bad') {
    return null;
  }
  return { action, instrument, indicator, comparator, threshold };
}

function pricesOf(original: Draft | null, type: OrderType): Body {
  if (original === null || !PRICED.includes(type) || original.price === null) return {};
  const price = formatPrice(original.price);
  return { price, 'price-effect': original.effect };
}

/** `null` when absent, `bad` when it is no price above zero. */
function amountOf(raw: unknown): Price | null | 'bad' {
  if (raw === undefined || raw === null) return null;
  const text = textOf(raw);
  const parsed = text === null ? null : parsePrice(text);
  return parsed?.ok === true && parsed.value > 0n ? parsed.value : 'bad';
}

function wordOf<Word extends string>(words: readonly Word[], raw: unknown): Word | undefined {
  return words.find((word) => word === raw);
}
