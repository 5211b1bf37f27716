/** Every record the desk makes in the canonical trades, written as the journal writes it. */
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Sink } from '#events/sink.ts';
import { decodePayload, GENESIS, writePayload } from '#journal/chain.ts';
import { COURSES } from './courses.ts';
import { live } from './living.ts';

describe('the records of the canonical trades', () => {
  it('S14: read back to the letter, whatever their kind', async () => {
    const kinds = new Set<string>();
    const wrong: string[] = [];
    for (const course of COURSES) {
      const { world } = await live(course, () => undefined);
      for (const record of world.records()) {
        kinds.add(record.kind);
        const sink = new Sink(new Uint8Array(0));
        writePayload(sink, record, GENESIS);
        const read = decodePayload(sink.text);
        const isSame = read.ok && isDeepStrictEqual(read.value, { record, prev: GENESIS });
        if (!isSame) wrong.push(`${course.name}: ${record.seq} ${record.kind}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(kinds.size).toBeGreaterThan(20);
  });
});
