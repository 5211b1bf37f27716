import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FRAME_HEAD_BYTES, frameAt, hasFrameAfter, sealFrame } from '#journal/frame.ts';

const payload = fc.json().map((json) => `{"x":${json}}`);

function framesOf(payloads: readonly string[]): { bytes: Uint8Array; ends: readonly number[] } {
  const texts = payloads.map((text) => new TextEncoder().encode(text));
  const size = texts.reduce((sum, text) => sum + FRAME_HEAD_BYTES + text.length, 0);
  const bytes = new Uint8Array(size);
  const ends: number[] = [];
  let at = 0;
  for (const text of texts) {
    bytes.set(text, at + FRAME_HEAD_BYTES);
    sealFrame(bytes, at, text.length);
    at += FRAME_HEAD_BYTES + text.length;
    ends.push(at);
  }
  return { bytes, ends };
}

/** The payloads before the first bad frame, and where that stands; `null` when there is none. */
function readAll(bytes: Uint8Array): { texts: readonly string[]; badAt: number | null } {
  const texts: string[] = [];
  let at = 0;
  for (;;) {
    const frame = frameAt(bytes, at);
    if (frame.kind !== 'frame') return { texts, badAt: frame.kind === 'bad' ? at : null };
    texts.push(new TextDecoder().decode(frame.payload));
    at = frame.next;
  }
}

describe('frames', () => {
  it('read back as they were written', () => {
    fc.assert(
      fc.property(fc.array(payload, { maxLength: 8 }), (payloads) => {
        expect(readAll(framesOf(payloads).bytes)).toEqual({ texts: payloads, badAt: null });
      }),
    );
  });

  it('of 200 records, cut at any byte, are exactly the whole ones before the cut', () => {
    const payloads = Array.from(
      { length: 200 },
      (_, n) => `{"n":${n},"text":"${'x'.repeat(n % 40)}"}`,
    );
    const { bytes, ends } = framesOf(payloads);
    const wrong: number[] = [];
    let whole = 0;
    for (let cut = 0; cut <= bytes.length; cut += 1) {
      while ((ends[whole] ?? Infinity) <= cut) whole += 1;
      const start = ends[whole - 1] ?? 0;
      const left = bytes.subarray(0, cut);
      const found = readAll(left);
      const isRight =
        found.texts.length === whole && found.badAt === (cut === start ? null : start);
      if (!isRight || hasFrameAfter(left, start)) wrong.push(cut);
    }
    expect(wrong).toEqual([]);
    expect(whole).toBe(200);
  });

  it('with any bit flipped are bad exactly there, and those after are found again', () => {
    const { bytes, ends } = framesOf(['{"a":1}', '{"b":"two"}', '{"c":[3]}']);
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const flipped = bytes.slice();
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const hit = ends.findIndex((end) => bit >> 3 < end);
      const start = ends[hit - 1] ?? 0;
      const found = readAll(flipped);
      expect([bit, found.texts.length, found.badAt]).toEqual([bit, hit, start]);
      expect([bit, hasFrameAfter(flipped, start)]).toEqual([bit, hit < 2]);
    }
  });

  it('cannot be smuggled in by what a record says', () => {
    const inner = framesOf(['{"kind":"order.intended"}']).bytes;
    const asText = Array.from(inner, (byte) => String.fromCharCode(byte)).join('');
    fc.assert(
      fc.property(fc.string(), fc.string(), (before, after) => {
        const { bytes } = framesOf([JSON.stringify({ text: `${before}${asText}${after}` })]);
        expect(hasFrameAfter(bytes, 0)).toBe(false);
      }),
    );
  });

  it('are told from any other bytes without a throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(220), (bytes, at) => {
        expect(['frame', 'end', 'bad']).toContain(frameAt(bytes, at).kind);
        expect(hasFrameAfter(bytes, at)).toBeTypeOf('boolean');
      }),
    );
  });
});
