import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc32, sha256Hex, shortDigest } from '#kernel/digest.ts';

describe('digests', () => {
  it('are the published values of the standards', () => {
    expect(sha256Hex('abc')).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
    expect(sha256Hex('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926);
    expect(crc32(new Uint8Array())).toBe(0);
  });

  it('take text as its UTF-8 bytes', () => {
    expect(sha256Hex('Grüße 📈')).toBe(sha256Hex(new TextEncoder().encode('Grüße 📈')));
  });

  it('in base 32 hold five bits a character, from the first bit on', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 0, max: 51 }), (text, length) => {
        const bits = [...createHash('sha256').update(text).digest()]
          .map((byte) => byte.toString(2).padStart(8, '0'))
          .join('');
        const letters = Array.from({ length }, (_, at) =>
          'abcdefghijklmnopqrstuvwxyz234567'.charAt(parseInt(bits.slice(at * 5, at * 5 + 5), 2)),
        );
        expect(shortDigest(text, length)).toBe(letters.join(''));
      }),
    );
  });
});
