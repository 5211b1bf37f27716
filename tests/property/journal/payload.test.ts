import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeCanonical } from '#events/codec.ts';
import type { Recorded } from '#events/record.ts';
import { Sink } from '#events/sink.ts';
import { decodePayload, GENESIS, recordTextOf, writePayload } from '#journal/chain.ts';
import { asMessageKey, asTradeId } from '#kernel/ids.ts';
import { epochMs } from '#kernel/time.ts';

const other = 'c0ffee'.padEnd(64, '0');
const hash = fc.constantFrom(GENESIS, other);
/** Texts and keys that look like what stands around them. */
const text = fc.oneof(fc.string({ unit: 'binary' }), hash, fc.constant(`,"prev":"${GENESIS}"`));
const body = fc.dictionary(
  fc.constantFrom('prev', 'said', 'run', 'seq', 'wall'),
  fc.oneof(text, fc.integer(), fc.dictionary(fc.constantFrom('prev', 'a'), text)),
);

const record: fc.Arbitrary<Recorded> = fc
  .record({ body, actor: text, run: text, seq: fc.nat(), trade: fc.option(text) })
  .map(({ trade, ...fields }) => ({
    ...{ v: 1, kind: 'message.received', wall: epochMs(1_764_690_000_000), mono: 12.5 },
    ...{ ...fields, message: asMessageKey(fields.actor) },
    ...(trade === null ? null : { trade: asTradeId(trade) }),
  }));

describe('a payload', () => {
  it('gives the canonical text of its record, whatever the record holds', () => {
    fc.assert(
      fc.property(record, hash, (written, prev) => {
        const sink = new Sink(new Uint8Array(64));
        writePayload(sink, written, prev);
        const link = decodePayload(sink.text);
        if (!link.ok) throw new Error(link.error.kind);
        expect(recordTextOf(sink.text, link.value)).toBe(encodeCanonical(link.value.record));
      }),
    );
  });
});
