/**
 * FEED_DATA of dxLink, decoded.
 *
 * COMPACT: `["Quote",["SPY",600.1,…,"QQQ",520,…],"Trade",[…]]`: a type, then its events one behind
 * the other in one flat list, each as long as the list of that type's fields, which only
 * FEED_CONFIG
 * tells: it may come late, in parts and again. FULL: a list of objects with `eventType`.
 *
 * A list that does not divide into whole events, or whose events do not begin as they should, is
 * left out whole: one value out of place would give a symbol another's price.
 */
import {
  type EventFields,
  FEED_FIELDS,
  type FeedEvent,
  type FeedType,
  isFeedType,
  readFeedEvent,
} from './feed-events.ts';
import { fieldsOf, listOf, numberOf, textOf } from './wire.ts';

export interface Decoded {
  readonly events: readonly FeedEvent[];
  /** Lists and events that could not be read. */
  readonly unreadable: number;
}

const FIELDS_MAX = 100;

export class FeedDecoder {
  readonly #fields = new Map<FeedType, readonly string[]>();
  #aggregationMs: number | null = null;

  /** How far apart quotes of one symbol come at least, as granted; `null` until told. */
  get aggregationMs(): number | null {
    return this.#aggregationMs;
  }

  /** Takes in a FEED_CONFIG: what it does not mention stays as it is. */
  configure(config: unknown): void {
    const message = fieldsOf(config);
    // Seconds, by the specification of dxLink.
    const seconds = numberOf(message?.['aggregationPeriod']);
    if (seconds !== null && seconds >= 0) this.#aggregationMs = seconds * 1_000;
    for (const [type, names] of Object.entries(fieldsOf(message?.['eventFields']) ?? {})) {
      const fields = listOf(names)?.map(textOf) ?? [];
      if (isFeedType(type) && isFieldList(fields)) this.#fields.set(type, fields);
    }
  }

  decode(data: unknown): Decoded {
    const list = listOf(data);
    if (list === null) return { events: [], unreadable: 1 };
    const events: FeedEvent[] = [];
    let unreadable = 0;
    for (let at = 0; at < list.length; at += 1) {
      const head = list[at];
      const read = typeof head === 'string' ? this.#compact(head, list[++at]) : full(head);
      if (read === null) unreadable += 1;
      for (const event of read ?? []) events.push(event);
    }
    return { events, unreadable };
  }

  /** `null` when the list cannot be read; nothing of a type that was never asked for. */
  #compact(type: string, body: unknown): readonly FeedEvent[] | null {
    const list = listOf(body);
    if (list === null) return null;
    if (!isFeedType(type)) return [];
    const fields = this.#fields.get(type);
    if (fields === undefined || list.length % fields.length !== 0) return null;
    const events: FeedEvent[] = [];
    for (let at = 0; at < list.length; at += fields.length) {
      const values = list.slice(at, at + fields.length);
      const event = isWhole(fields, values) ? readFeedEvent(type, named(fields, values)) : null;
      if (event === null) return null;
      events.push(event);
    }
    return events;
  }
}

function full(value: unknown): readonly FeedEvent[] | null {
  const fields = fieldsOf(value);
  const type = textOf(fields?.['eventType']);
  if (fields === null || type === null) return null;
  if (!isFeedType(type)) return [];
  const event = readFeedEvent(type, fields);
  return event === null ? null : [event];
}

/** What stands in place of a number that does not exist. */
const NO_NUMBER: ReadonlySet<unknown> = new Set(['NaN', 'Infinity', '-Infinity', null]);
const WORDS: ReadonlySet<string> = new Set(['eventSymbol', 'tradingStatus']);
const NUMBERS: ReadonlySet<string> = new Set(
  Object.values(FEED_FIELDS)
    .flat()
    .filter((field) => !WORDS.has(field)),
);

/** No word stands where a number belongs, nor the other way round. */
function isWhole(fields: readonly string[], values: readonly unknown[]): boolean {
  return fields.every((field, at) => {
    const value = values[at];
    if (NUMBERS.has(field)) return NO_NUMBER.has(value) || numberOf(value) !== null;
    return !WORDS.has(field) || (typeof value === 'string' && numberOf(value) === null);
  });
}

function named(fields: readonly string[], values: readonly unknown[]): EventFields {
  return Object.fromEntries(fields.map((field, at) => [field, values[at]]));
}

function isFieldList(fields: readonly (string | null)[]): fields is readonly string[] {
  if (fields.length === 0 || fields.length > FIELDS_MAX) return false;
  return fields.includes('eventSymbol') && !fields.includes(null);
}
