/** Whatever arrives, decoders take it or leave it: they never throw and never mix symbols up. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readAccountFrame } from '#adapters/tastytrade/streams/account-frames.ts';
import { FeedDecoder } from '#adapters/tastytrade/streams/feed-data.ts';
import { FEED_FIELDS, type FeedEvent } from '#adapters/tastytrade/streams/feed-events.ts';

const WELL_FORMED = JSON.stringify({
  type: 'FEED_DATA',
  channel: 1,
  data: [
    'Quote',
    ['SPY', 0, 0, 600.1, 3, 0, 600.11, 5, 'QQQ', 0, 0, 520, 1, 0, 520.02, 'NaN'],
    'Profile',
    ['SPY', 'ACTIVE'],
    'Greeks',
    ['.SPY260320C600', 0, 0, 0.2, 0.5, 0.01, -0.1, 0.02, 0.3],
  ],
});

function configured(): FeedDecoder {
  const decoder = new FeedDecoder();
  decoder.configure({ eventFields: FEED_FIELDS });
  return decoder;
}

/** Each symbol with prices of its own, so that a mix-up shows. */
const quotes = fc.integer({ min: 1, max: 12 }).map((count) =>
  Array.from({ length: count }, (_, at) => {
    const base = (at + 1) * 100;
    return [`S${at}X`, 0, 0, base + 1, base + 2, 0, base + 3, base + 4];
  }),
);

const WORD = 'word and more';
/** None of them could stand where a number belongs. */
const junk = fc.constantFrom<unknown>(WORD, {}, [], true, [7], { a: 1 });
type Mutation = (list: unknown[]) => void;
const place = fc.double({ min: 0, max: 0.999_999, noNaN: true });
const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  place.map((at) => (list: unknown[]) => void list.splice(Math.floor(at * list.length), 1)),
  fc.tuple(place, junk).map(
    ([at, value]) =>
      (list: unknown[]) =>
        void list.splice(Math.floor(at * list.length), 0, value),
  ),
  fc.tuple(place, junk).map(([at, value]) => (list: unknown[]) => {
    list[Math.floor(at * list.length)] = value;
  }),
  place.map((at) => (list: unknown[]) => {
    list.length = Math.floor(at * list.length);
  }),
);

/** Of a symbol that was never in the frame nobody asks; else it has its own prices and sizes. */
function isOriginal(event: FeedEvent): boolean {
  if (event.kind !== 'quote') return false;
  if (event.symbol === WORD) return true;
  const base = (Number(/^S(\d+)X$/.exec(event.symbol)?.[1] ?? Number.NaN) + 1) * 100;
  const expected = [base + 1, base + 2, base + 3, base + 4];
  const units = [event.bid, BigInt(event.bidSize) * 1_000_000_000n, event.ask];
  return (
    units.every((unit, at) => unit === BigInt(expected[at] ?? 0) * 1_000_000_000n) &&
    event.askSize === expected[3]
  );
}

describe('decoders', () => {
  it('give no symbol the prices of another, whatever happened to the frame', () => {
    fc.assert(
      fc.property(quotes, fc.array(mutation, { maxLength: 3 }), (events, mutations) => {
        const list: unknown[] = events.flat();
        for (const mutate of mutations) mutate(list);
        const decoded = configured().decode(['Quote', list]);
        expect(decoded.events.filter((event) => !isOriginal(event))).toEqual([]);
      }),
      { numRuns: 2_000 },
    );
  });

  it('read every frame that nothing happened to', () => {
    fc.assert(
      fc.property(quotes, (events) => {
        const decoded = configured().decode(['Quote', events.flat()]);
        expect(decoded).toMatchObject({ unreadable: 0 });
        expect(decoded.events.filter(isOriginal)).toHaveLength(events.length);
      }),
    );
  });

  it('throw at no JSON, of whatever shape', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (config, data) => {
        const decoder = configured();
        decoder.configure(config);
        decoder.configure({ eventFields: config });
        expect(decoder.decode(data).events).toBeDefined();
        expect(readAccountFrame(data)).toBeDefined();
        expect(readAccountFrame({ results: [data] })).toBeDefined();
        expect(readAccountFrame({ type: 'Order', data })).toBeDefined();
      }),
      { numRuns: 1_000 },
    );
  });

  it('throw at no frame with characters changed, lost or added', () => {
    const change = fc.tuple(
      place,
      fc.constantFrom('', ',', '"', '[', ']', '{', 'N', '9', '-', 'e'),
    );
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        let text = WELL_FORMED;
        for (const [at, put] of changes) {
          const cut = Math.floor(at * text.length);
          text = text.slice(0, cut) + put + text.slice(cut + 1);
        }
        const parsed = parsedOrNull(text);
        expect(configured().decode(parsed?.['data']).events).toBeDefined();
      }),
      { numRuns: 2_000 },
    );
  });

  it('take names of the language for nothing special', () => {
    const decoder = configured();
    const text = '{"eventFields":{"__proto__":["eventSymbol"],"constructor":["eventSymbol"]}}';
    decoder.configure(JSON.parse(text));
    const frame =
      '["__proto__",["a"],"constructor",["b"],{"eventType":"toString","eventSymbol":"x"}]';
    expect(decoder.decode(JSON.parse(frame))).toEqual({ events: [], unreadable: 0 });
  });
});

function parsedOrNull(text: string): Record<string, unknown> | null {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
