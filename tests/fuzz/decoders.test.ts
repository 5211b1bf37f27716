/** A small share of what `node tests/fuzz/decode-fuzz.ts --seconds 600` does. */
import { afterAll, describe, expect, it } from 'vitest';
import { fuzzDecoder } from './decode-fuzz.ts';
import { DECODERS } from './decoders.ts';
import { fileDecoders } from './file-decoders.ts';

const files = fileDecoders();
afterAll(files.close);

/** Timings are left to the long run: a busy machine is no fault of a decoder. */
function untimely(faults: readonly string[]): readonly string[] {
  return faults.filter((fault) => !fault.startsWith('took'));
}

describe('anything at all', () => {
  it.each(DECODERS)('is read as $name or refused in its own words', async (decoder) => {
    const { inputs, faults } = await fuzzDecoder(decoder, 'check', (done) => done < 1_500);
    expect([inputs, untimely(faults)]).toEqual([1_500, []]);
  });

  it.each(files.decoders)('is read as $name or refused in its own words', async (decoder) => {
    const { inputs, faults } = await fuzzDecoder(decoder, 'check', (done) => done < 150);
    expect([inputs, untimely(faults)]).toEqual([150, []]);
  });
});
