/**
 * Plain data that says the same thing in many places, written once: lines of canonical JSON.
 *
 * Each line is a list of values. A value that stands for one of an earlier place in the lines is
 * written `{"@":n}`, n counted over all lines from 0; the last value of the last line is the whole.
 * What is equal is one and the same object when it is read back: the text of a state says nothing
 * about how its parts were put together, and reading needs no more memory than they did.
 *
 * Lines are short, so that a reader who has something else to do can take them one by one.
 */
import { invariant } from '#kernel/invariant.ts';
import { err, ok, type Result } from '#kernel/result.ts';
import {
  type DecodeFault,
  decodeCanonical,
  EXACT_FIELDS,
  encodeCanonical,
  isKeyed,
} from './codec.ts';

const REFERENCE = '@';
/** Shorter than this a reference is no gain. */
const SHARED_MIN = 20;
/** A value longer than this has a place of its own, as has what stands in it. */
const INLINE_MAX = 8_192;
/** So many characters make a line. */
const LINE_FULL = 32_768;

interface Node {
  /** Itself, with its inner values as references by id. */
  readonly shallow: unknown;
  /** Characters with everything that stands in it, not by reference. */
  readonly length: number;
  /** In how many places of other nodes it stands. */
  uses: number;
}

/** Throws an invariant for what `encodeCanonical` does not take, and for a key `@`. */
export function encodeShared(whole: unknown): readonly string[] {
  const nodes = new NodeTable();
  const root = nodes.idOf(whole);
  nodes.countUses();
  return new Lines(nodes.all).write(root);
}

/** Everything is a node at first: equal ones are found by their text. */
class NodeTable {
  readonly all: Node[] = [];
  readonly #byText = new Map<string, number>();
  readonly #byIdentity = new Map<object, number>();

  /** Of an object or a list; a whole that is a scalar is a node as well. */
  idOf(value: unknown): number {
    const isObject = typeof value === 'object' && value !== null;
    const known = isObject ? this.#byIdentity.get(value) : undefined;
    if (known !== undefined) return known;
    const shallow = this.#shallow(value);
    const text = encodeCanonical(shallow);
    let id = this.#byText.get(text);
    if (id === undefined) {
      id = this.all.length;
      this.all.push({ shallow, length: this.#lengthOf(shallow, text.length), uses: 0 });
      this.#byText.set(text, id);
    }
    if (isObject) this.#byIdentity.set(value, id);
    return id;
  }

  countUses(): void {
    for (const { shallow } of this.all) {
      for (const id of referencesIn(shallow)) {
        const node = this.all[id];
        if (node !== undefined) node.uses += 1;
      }
    }
  }

  #shallow(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((item: unknown) => this.#inner(item));
    if (!isKeyed(value)) return value;
    const shallow: Record<string, unknown> = {};
    // In one order, so that equal data has one text.
    for (const key of Object.keys(value).toSorted()) {
      invariant(key !== REFERENCE, 'a key of plain data is not `@`');
      const inner = value[key];
      // An exact amount is known by the name it stands under: it stays there.
      put(shallow, key, EXACT_FIELDS.has(key) ? inner : this.#inner(inner));
    }
    return shallow;
  }

  #inner(value: unknown): unknown {
    return isFilled(value) ? { [REFERENCE]: this.idOf(value) } : value;
  }

  #lengthOf(shallow: unknown, own: number): number {
    let length = own;
    for (const id of referencesIn(shallow)) {
      const inner = this.all[id];
      if (inner !== undefined && inner.length <= INLINE_MAX) length += inner.length;
    }
    return length;
  }
}

class Lines {
  readonly #nodes: readonly Node[];
  readonly #places = new Map<number, number>();
  readonly #lines: string[] = [];
  #values: string[] = [];
  #length = 0;
  #count = 0;

  constructor(nodes: readonly Node[]) {
    this.#nodes = nodes;
  }

  write(root: number): readonly string[] {
    const node = this.#nodes[root];
    invariant(node !== undefined, 'the whole is a node');
    this.#add(this.#expanded(node));
    this.#endLine();
    return this.#lines;
  }

  /** The node as it is written: inner ones in place, or by reference to where they stand. */
  #expanded({ shallow, length }: Node): unknown {
    return mapReferences(shallow, (id) => this.#written(id, length));
  }

  /** `around`: the length of what it stands in. */
  #written(id: number, around: number): unknown {
    const node = this.#nodes[id];
    invariant(node !== undefined, 'every reference is to a node');
    const { length, uses } = node;
    const isShared =
      length > INLINE_MAX || (length >= SHARED_MIN && (around > INLINE_MAX || uses > 1));
    if (!isShared) return this.#expanded(node);
    let place = this.#places.get(id);
    if (place === undefined) {
      place = this.#add(this.#expanded(node));
      this.#places.set(id, place);
    }
    return { [REFERENCE]: place };
  }

  #add(value: unknown): number {
    const text = encodeCanonical(value);
    this.#values.push(text);
    this.#length += text.length;
    if (this.#length >= LINE_FULL) this.#endLine();
    this.#count += 1;
    return this.#count - 1;
  }

  #endLine(): void {
    if (this.#values.length > 0) this.#lines.push(`[${this.#values.join(',')}]`);
    this.#values = [];
    this.#length = 0;
  }
}

/** Takes the lines of `encodeShared` one by one. */
export class SharedReader {
  readonly #values: unknown[] = [];

  take(line: string): Result<void, DecodeFault> {
    const decoded = decodeCanonical(line);
    if (!decoded.ok) return decoded;
    if (!Array.isArray(decoded.value)) return notShared('expected a list of values');
    for (const value of decoded.value) {
      let isKnown = true;
      const resolve = (place: number): unknown => {
        isKnown &&= place >= 0 && place < this.#values.length;
        return this.#values[place];
      };
      this.#values.push(resolveIn(value, resolve));
      if (!isKnown) return notShared('expected a reference to a value before it');
    }
    return ok(undefined);
  }

  /** What was written, once every line is taken. */
  get whole(): unknown {
    return this.#values.at(-1);
  }
}

function notShared(detail: string): Result<never, DecodeFault> {
  return err({ kind: 'not_json', detail });
}

/** In place: nothing else holds what was just decoded. */
function resolveIn(value: unknown, resolve: (place: number) => unknown): unknown {
  if (Array.isArray(value)) {
    for (let at = 0; at < value.length; at += 1) {
      const item: unknown = value[at];
      if (isFilled(item)) value[at] = resolveIn(item, resolve);
    }
    return value;
  }
  if (!isKeyed(value)) return value;
  const place = value[REFERENCE];
  if (typeof place === 'number') return resolve(place);
  for (const key of Object.keys(value)) {
    const inner = value[key];
    if (!isFilled(inner) || EXACT_FIELDS.has(key)) continue;
    const resolved = resolveIn(inner, resolve);
    if (resolved !== inner) put(value, key, resolved);
  }
  return value;
}

function mapReferences(shallow: unknown, map: (id: number) => unknown): unknown {
  const inner = (value: unknown): unknown => {
    const id = referenceOf(value);
    return id === null ? value : map(id);
  };
  if (Array.isArray(shallow)) return shallow.map(inner);
  if (!isKeyed(shallow)) return shallow;
  const expanded: Record<string, unknown> = {};
  for (const key of Object.keys(shallow)) {
    put(expanded, key, EXACT_FIELDS.has(key) ? shallow[key] : inner(shallow[key]));
  }
  return expanded;
}

function* referencesIn(shallow: unknown): Iterable<number> {
  const inner = Array.isArray(shallow) ? shallow : isKeyed(shallow) ? Object.values(shallow) : [];
  for (const value of inner) {
    const id = referenceOf(value);
    if (id !== null) yield id;
  }
}

function referenceOf(value: unknown): number | null {
  const id = isKeyed(value) ? value[REFERENCE] : null;
  return typeof id === 'number' ? id : null;
}

/** Whether there is something in it that can be the same elsewhere. */
function isFilled(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Array.isArray(value) ? value.length > 0 : Object.keys(value).length > 0;
}

/** As an own key whatever its name: an assignment to `__proto__` would be none. */
function put(into: Record<string, unknown>, key: string, value: unknown): void {
  if (key !== '__proto__') into[key] = value;
  else
    Object.defineProperty(into, key, {
      value,
      enumerable: true,
      writable: true,
      configurable: true,
    });
}
