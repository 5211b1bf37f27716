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
  return encode(value, '', 0);
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

/** `name`: of the nearest field the value stands in, which decides whether it may be an amount. */
function encode(value: unknown, name: string, depth: number): string {
  switch (typeof value) {
    case 'string':
      if (EXACT_FIELDS.has(name)) refuse(name, 'an exact amount', 'a text');
      return encodeText(value);
    case 'number':
      if (!Number.isFinite(value)) refuse(name, 'a finite number', String(value));
      return String(value);
    case 'boolean':
      return value ? 'true' : 'false';
    case 'bigint':
      if (!EXACT_FIELDS.has(name)) refuse(name, 'a name listed for exact amounts', 'a bigint');
      if (value >= UNITS_LIMIT || value <= -UNITS_LIMIT) refuse(name, 'less', String(value));
      return `"${formatDecimal(value)}"`;
    case 'object':
      if (value === null) return 'null';
      if (depth === DEPTH_MAX) refuse(name, `at most ${DEPTH_MAX} levels`, 'more');
      return Array.isArray(value)
        ? encodeList(value, name, depth + 1)
        : encodeKeyed(value, name, depth + 1);
    case 'undefined':
    case 'function':
    case 'symbol':
    default:
      return refuse(name, 'plain data', typeof value);
  }
}

/** Printable ASCII without quote and backslash: as it stands, which most texts do. */
const PLAIN = /^[ !#-[\]-~]*$/;

/** The JSON of a text: what `JSON.stringify` makes of it, sooner for most. */
export function encodeText(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : JSON.stringify(text);
}

function encodeList(list: readonly unknown[], name: string, depth: number): string {
  let text = '[';
  for (let at = 0; at < list.length; at += 1) {
    if (at > 0) text += ',';
    text += encode(list[at], name, depth);
  }
  return `${text}]`;
}

function encodeKeyed(value: object, name: string, depth: number): string {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    refuse(name, 'plain data', 'an instance of a class');
  }
  if (!isKeyed(value)) return refuse(name, 'plain data', 'something else');
  const fields = fieldsOf(Object.keys(value));
  let text = '{';
  for (const { key, head } of fields) {
    text += head;
    text += encode(value[key], key, depth);
  }
  return `${text}}`;
}

interface Field {
  readonly key: string;
  /** What stands before its value: a comma but for the first, the key, a colon. */
  readonly head: string;
}

/** A way through the keys of a value, in the order they were found, and where it leads. */
interface Shape {
  readonly after: Map<string, Shape>;
  /** The fields of a value with just the keys on the way here, sorted. */
  fields: readonly Field[] | null;
}

/** Records come in few shapes: how each is written is worked out once. */
const SHAPES: Shape = { after: new Map(), fields: null };
const SHAPES_MAX = 4_000;
let shapes = 0;

function fieldsOf(keys: readonly string[]): readonly Field[] {
  let shape = SHAPES;
  for (const key of keys) {
    let next = shape.after.get(key);
    if (next === undefined) {
      if (shapes >= SHAPES_MAX) return sortedFields(keys);
      shapes += 1;
      next = { after: new Map(), fields: null };
      shape.after.set(key, next);
    }
    shape = next;
  }
  shape.fields ??= sortedFields(keys);
  return shape.fields;
}

function sortedFields(keys: readonly string[]): readonly Field[] {
  return keys.toSorted().map((key, at) => ({
    key,
    head: `${at === 0 ? '' : ','}${JSON.stringify(key)}:`,
  }));
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
