/**
 * How this venue writes: whatever the interface leaves open, once this way and once the other.
 * Written from the interface's description alone, without looking at the other stand-in.
 */
import type { Random } from '#kernel/random.ts';
import type { Json, JsonObject } from '../support/json.ts';

export interface Words {
  /** An amount in cents: "1.5", "1.50", 1.5, … */
  decimal(cents: number): Json;
  count(number: number): Json;
  id(number: number): Json;
  /** ISO 8601 with this or that offset and this or that many digits. */
  instant(ms: number): string;
  /** `updated-at` of an order: a number in recordings, text in the specification. */
  stamp(ms: number): Json;
  /** One of two. */
  either<A, B>(a: A, b: B): A | B;
  /** Keys in any order, strange ones among them, optional ones missing or `null`. */
  thing(must: JsonObject, may?: JsonObject): JsonObject;
}

const HOUR_MS = 3_600_000;
const STRANGE: JsonObject = {
  'as-of-2027': { nested: [null, 'NaN', { deeper: true }] },
  constructor: 'a word like any other',
  'fixing-price': 'NaN',
  'is-beta': 'maybe',
  note: null,
};

export function createWords(random: Random): Words {
  const words: Words = {
    decimal(cents) {
      const sign = cents < 0 ? '-' : '';
      const whole = Math.trunc(Math.abs(cents) / 100);
      const text = `${sign}${whole}.${String(Math.abs(cents) % 100).padStart(2, '0')}`;
      return random.pick([text, `${text}000`, Number(text), text.replace(/0$/, '')]);
    },
    count: (number) => random.pick([number, number, String(number), `${number}.0`]),
    id: (number) => random.pick([number, number, String(number)]),
    instant(ms) {
      const iso = new Date(ms).toISOString();
      const east = new Date(ms - 5 * HOUR_MS).toISOString().replace('Z', '-05:00');
      const micro = iso.replace('Z', '123+00:00');
      return random.pick([iso, iso.replace('Z', '+00:00'), micro, east]);
    },
    stamp: (ms) => (random.chance(0.5) ? ms : words.instant(ms)),
    either: (a, b) => (random.chance(0.5) ? a : b),
    thing(must, may = {}) {
      const kept = Object.entries(may).flatMap(([key, value]): [string, Json | undefined][] =>
        random.chance(0.6) ? [[key, value]] : random.chance(0.5) ? [[key, null]] : [],
      );
      const strange = Object.entries(STRANGE).filter(() => random.chance(0.3));
      const all = [...Object.entries(must), ...kept, ...strange];
      return Object.fromEntries(all.toSorted(() => random.next() - 0.5));
    },
  };
  return words;
}
