/**
 * Canonical JSON with exact amounts: the one text of a value, on record and under a hash.
 *
 * Keys sorted by UTF-16 code units, no white space, numbers as ECMAScript writes them (RFC 8785).
 * An exact amount (`bigint`, units of 1e-9) is written as a decimal string, and the *name* of its
 * field says that it is one: a bigint is taken only under a name of `EXACT_FIELDS`, a text never
 * under one. What is written is therefore read back as it was, whatever a stranger typed into it.
 */
import { formatDecimal, parseDecimal, UNITS_LIMIT } from '#kernel/decimal.ts';
import { InvariantViolation } from '#kernel/invariant.ts';
import { err, ok, type Result } from '#kernel/result.ts';
import { Sink } from './sink.ts';

/**
 * Names that mean an exact amount, or a list of them, in every record of every part. A name may be
 * added as long as no record ever kept a text under it; none may be taken away.
 */
export const EXACT_FIELDS: ReadonlySet<string> = new Set([
  'alertPrice',
  'marginEach',
  'amount',
  'ask',
  'availableBuyingPower',
  'average',
  'averageClose',
  'averageEntry',
  'averageExit',
  'averagePrice',
  'below',
  'bid',
  'buyingPower',
  'cash',
  'collar',
  'cost',
  'dayResult',
  'floor',
  'initialBuyingPower',
  'limit',
  'netLiquidation',
  'notional',
  'pendingDebit',
  'premiumOpen',
  'price',
  'priceHigh',
  'proceeds',
  'result',
  'strike',
  'strikes',
  'tick',
]);

const DEPTH_MAX = 64;
/** Room that one large value has needed is not kept for the small ones after it. */
const SPARE_BYTES_MAX = 65_536;
const encoder = new TextEncoder();
let spare: Uint8Array = new Uint8Array(4_096);

/** Why a text is not one that `encodeCanonical` wrote. */
export interface DecodeFault {
  readonly kind: 'not_json' | 'not_exact' | 'too_deep';
  readonly detail: string;
}

/**
 * The canonical text of plain data. Throws an invariant for what plain data cannot hold:
 * `undefined`, functions, symbols, numbers that are not finite, instances of a class, amounts under
 * a name that is not theirs, texts under one that is an amount's.
 */
export function encodeCanonical(value: unknown): string {
  const sink = new Sink(spare);
  writeCanonical(sink, value);
  if (sink.room.length <= SPARE_BYTES_MAX) spare = sink.room;
  return sink.text;
}

/** The same, written on as UTF-8. What is written before it throws is the caller's to forget. */
export function writeCanonical(sink: Sink, value: unknown): void {
  write(sink, value, ROOT, 0);
}

/** What `encodeCanonical` was given, with the amounts as `bigint` again. Never throws. */
export function decodeCanonical(text: string): Result<unknown, DecodeFault> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return err({ kind: 'not_json', detail: 'expected JSON' });
  }
  const fault = restoreIn(parsed, 0);
  return fault === null ? ok(parsed) : err(fault);
}

/** Whether a value is an object with keys rather than a list, a scalar or `null`. */
export function isKeyed(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `field`: the nearest one the value stands in, which decides whether it may be an amount. */
function write(sink: Sink, value: unknown, field: Field, depth: number): void {
  if (typeof value === 'string') {
    if (field.isExact) refuse(field.key, 'an exact amount', 'a text');
    sink.quoted(value);
  } else if (typeof value === 'number') {
    if (!Number.isFinite(value)) refuse(field.key, 'a finite number', String(value));
    sink.number(value);
  } else if (typeof value === 'boolean') {
    sink.ascii(value ? 'true' : 'false');
  } else if (typeof value === 'bigint') {
    if (!field.isExact) refuse(field.key, 'a name listed for exact amounts', 'a bigint');
    if (value >= UNITS_LIMIT || value <= -UNITS_LIMIT) refuse(field.key, 'less', String(value));
    sink.quoted(formatDecimal(value));
  } else if (value === null) {
    sink.ascii('null');
  } else if (typeof value !== 'object') {
    refuse(field.key, 'plain data', typeof value);
  } else if (depth === DEPTH_MAX) {
    refuse(field.key, `at most ${DEPTH_MAX} levels`, 'more');
  } else if (Array.isArray(value)) {
    writeList(sink, value, field, depth + 1);
  } else {
    writeKeyed(sink, value, field, depth + 1);
  }
}

function writeList(sink: Sink, list: readonly unknown[], field: Field, depth: number): void {
  sink.ascii('[');
  for (let at = 0; at < list.length; at += 1) {
    if (at > 0) sink.ascii(',');
    write(sink, list[at], field, depth);
  }
  sink.ascii(']');
}

function writeKeyed(sink: Sink, value: object, field: Field, depth: number): void {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    refuse(field.key, 'plain data', 'an instance of a class');
  }
  if (!isKeyed(value)) refuse(field.key, 'plain data', 'something else');
  const { fields } = layoutOf(Object.keys(value), field);
  sink.ascii('{');
  for (const each of fields) {
    sink.raw(each.head);
    write(sink, value[each.key], each, depth);
  }
  sink.ascii('}');
}

interface Field {
  readonly key: string;
  readonly isExact: boolean;
  /** What stands before its value: a comma but for the first, the key, a colon. */
  readonly head: Uint8Array;
  /** How the value it had last is written: that of the next is mostly like it. */
  last: Layout | null;
}

/** How a value with just these keys, found in this order, is written. */
interface Layout {
  readonly keys: readonly string[];
  /** By key. */
  readonly fields: readonly Field[];
}

/** A way through the keys of a value, in the order they were found, and where it leads. */
interface Shape {
  readonly after: Map<string, Shape>;
  layout: Layout | null;
}

const ROOT: Field = { key: '', isExact: false, head: new Uint8Array(0), last: null };

/** Records come in few shapes: how each is written is worked out once. */
const SHAPES: Shape = { after: new Map(), layout: null };
const SHAPES_MAX = 4_000;
let shapes = 0;

function layoutOf(keys: readonly string[], field: Field): Layout {
  const { last } = field;
  if (last !== null && isSameList(last.keys, keys)) return last;
  let shape = SHAPES;
  for (const key of keys) {
    let next = shape.after.get(key);
    if (next === undefined) {
      if (shapes >= SHAPES_MAX) return newLayout(keys);
      shapes += 1;
      next = { after: new Map(), layout: null };
      shape.after.set(key, next);
    }
    shape = next;
  }
  shape.layout ??= newLayout(keys);
  field.last = shape.layout;
  return shape.layout;
}

function isSameList(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at += 1) if (a[at] !== b[at]) return false;
  return true;
}

function newLayout(keys: readonly string[]): Layout {
  const fields = keys.toSorted().map((key, at) => ({
    key,
    isExact: EXACT_FIELDS.has(key),
    head: encoder.encode(`${at === 0 ? '' : ','}${JSON.stringify(key)}:`),
    last: null,
  }));
  return { keys, fields };
}

function refuse(name: string, expected: string, was: string): never {
  throw new InvariantViolation(`field '${name}' holds ${expected}, was ${was}`);
}

/**
 * Turns the amounts inside a parsed value back into bigints, in place: no key is ever copied, so a
 * key named `__proto__` stays the harmless own property that `JSON.parse` made of it.
 */
function restoreIn(value: unknown, depth: number): DecodeFault | null {
  if (typeof value === 'number' && !Number.isFinite(value)) {
    return { kind: 'not_json', detail: 'expected finite numbers' };
  }
  if (typeof value !== 'object' || value === null) return null;
  if (depth === DEPTH_MAX) return { kind: 'too_deep', detail: `more than ${DEPTH_MAX} levels` };
  if (Array.isArray(value)) {
    for (const item of value) {
      const fault = restoreIn(item, depth + 1);
      if (fault !== null) return fault;
    }
    return null;
  }
  return isKeyed(value) ? restoreFields(value, depth) : null;
}

function restoreFields(value: Record<string, unknown>, depth: number): DecodeFault | null {
  for (const key of Object.keys(value)) {
    const field = value[key];
    let fault: DecodeFault | null = null;
    if (typeof field === 'string') {
      if (EXACT_FIELDS.has(key)) fault = restoreAmount(value, key, field);
    } else if (Array.isArray(field) && EXACT_FIELDS.has(key)) {
      fault = restoreAmounts(field, key, depth + 1);
    } else {
      fault = restoreIn(field, depth + 1);
    }
    if (fault !== null) return fault;
  }
  return null;
}

function restoreAmounts(list: unknown[], name: string, depth: number): DecodeFault | null {
  if (depth === DEPTH_MAX) return { kind: 'too_deep', detail: `more than ${DEPTH_MAX} levels` };
  for (let at = 0; at < list.length; at += 1) {
    const item = list[at];
    const units = typeof item === 'string' ? parseDecimal(item) : null;
    if (units?.ok) list[at] = units.value;
    else if (units !== null) return notExact(name);
    const fault = Array.isArray(item)
      ? restoreAmounts(item, name, depth + 1)
      : restoreIn(item, depth + 1);
    if (fault !== null) return fault;
  }
  return null;
}

function restoreAmount(
  into: Record<string, unknown>,
  name: string,
  text: string,
): DecodeFault | null {
  const units = parseDecimal(text);
  if (!units.ok) return notExact(name);
  into[name] = units.value;
  return null;
}

function notExact(name: string): DecodeFault {
  return { kind: 'not_exact', detail: `expected an exact amount in field '${name}'` };
}
