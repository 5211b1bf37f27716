/** Bytes made from samples by every kind of accident and malice, from one seed. */
import type { Random } from '#kernel/random.ts';

/** What decoders trip over: limits, separators, other scripts, other formats. */
const HOSTILE = [
  '\0',
  '\n',
  '\r\n',
  '\uFEFF',
  '\u200B',
  '\u0663',
  '"',
  "'",
  '\\',
  '{',
  '}',
  '[[[[[[[[',
  '__proto__',
  'constructor',
  'null',
  'NaN',
  'Infinity',
  '-0',
  '1e999',
  '-1',
  '9007199254740993',
  '999999999999999999999999999999',
  '0.0000000000001',
  '0x10',
  '&a *a',
  '!!js/function',
  '%00',
  '%ff',
  '../',
  '2026-02-30',
  '2026-12-31T23:59:60Z',
  'true',
] as const;

const LENGTH_MAX = 20_000;

export function mutated(samples: readonly Uint8Array[], random: Random): Uint8Array {
  let bytes: Uint8Array = random.next() < 0.05 ? noise(random) : random.pick(samples);
  for (let edits = random.integer(1, 4); edits > 0; edits -= 1) {
    bytes = random.pick(EDITS)(bytes, random, samples).slice(0, LENGTH_MAX);
  }
  return bytes;
}

type Edit = (bytes: Uint8Array, random: Random, samples: readonly Uint8Array[]) => Uint8Array;

const EDITS: readonly Edit[] = [
  function flip(bytes, random) {
    const at = random.integer(0, Math.max(0, bytes.length - 1));
    return bytes.length === 0
      ? bytes
      : bytes.with(at, (bytes[at] ?? 0) ^ (1 << random.integer(0, 7)));
  },
  function overwrite(bytes, random) {
    const at = random.integer(0, Math.max(0, bytes.length - 1));
    return bytes.length === 0 ? bytes : bytes.with(at, random.pick([0, 1, 0x7f, 0x80, 0xff, 0x30]));
  },
  function cut(bytes, random) {
    return bytes.slice(0, random.integer(0, bytes.length));
  },
  function drop(bytes, random) {
    const [from, to] = range(bytes, random);
    return joined(bytes.slice(0, from), bytes.slice(to));
  },
  function double(bytes, random) {
    const [from, to] = range(bytes, random);
    return joined(bytes.slice(0, to), bytes.slice(from));
  },
  function repeat(bytes, random) {
    const [from, to] = range(bytes, random);
    const part = bytes.slice(from, Math.min(to, from + 40));
    const times = random.pick([2, 10, 500]);
    return joined(bytes.slice(0, from), ...Array.from({ length: times }, () => part));
  },
  function insert(bytes, random) {
    const at = random.integer(0, bytes.length);
    return joined(bytes.slice(0, at), Buffer.from(random.pick(HOSTILE)), bytes.slice(at));
  },
  function number(bytes, random) {
    const text = Buffer.from(bytes).toString('latin1');
    const found = [...text.matchAll(/\d+/g)];
    if (found.length === 0) return bytes;
    const { index, 0: digits } = random.pick(found);
    const end = index + digits.length;
    return Buffer.from(text.slice(0, index) + random.pick(HOSTILE) + text.slice(end), 'latin1');
  },
  function splice(bytes, random, samples) {
    const other = random.pick(samples);
    const at = random.integer(0, bytes.length);
    return joined(bytes.slice(0, at), other.slice(random.integer(0, other.length)));
  },
];

function noise(random: Random): Uint8Array {
  return Uint8Array.from({ length: random.integer(0, 300) }, () => random.integer(0, 255));
}

function range(bytes: Uint8Array, random: Random): readonly [number, number] {
  const from = random.integer(0, bytes.length);
  return [from, random.integer(from, Math.min(bytes.length, from + 200))];
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const total = Math.min(
    LENGTH_MAX,
    parts.reduce((sum, part) => sum + part.length, 0),
  );
  return Buffer.concat(parts, total);
}
