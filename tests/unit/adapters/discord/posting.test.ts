import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contentOf, nonceOf, referenceLine, rowsOf, TEXT_MAX } from '#adapters/discord/posting.ts';
import type { Button } from '#publish/ports.ts';

const button = (n: number): Button => ({ id: `b${n}`, label: `Button ${n}`, style: 'plain' });

describe('what is posted', () => {
  it('ends in a reference by which its key is known, and only its key', () => {
    const content = contentOf('Bought 1 UBER 78P', 'ack:discord:1:2');
    expect(content).toMatch(/^Bought 1 UBER 78P\n-# ref [a-z2-7]{8}$/);
    expect(content.endsWith(`\n${referenceLine('ack:discord:1:2')}`)).toBe(true);
    expect(content).not.toContain(referenceLine('ack:discord:1:3'));
  });

  it('never exceeds what Discord takes, and keeps its reference', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 5_000 }), fc.string(), (text, key) => {
        const content = contentOf(text, key);
        expect(content.length).toBeLessThanOrEqual(TEXT_MAX);
        expect(content.endsWith(`\n${referenceLine(key)}`)).toBe(true);
      }),
    );
  });

  it('carries a nonce of its key and channel, whatever it says', () => {
    expect(nonceOf('1', 'a')).toHaveLength(25);
    expect(nonceOf('1', 'a')).toBe(nonceOf('1', 'a'));
    expect(new Set([nonceOf('1', 'a'), nonceOf('2', 'a'), nonceOf('1', 'b')]).size).toBe(3);
  });

  it('has at most five buttons in a row and five rows', () => {
    const rows = rowsOf(Array.from({ length: 30 }, (_, n) => button(n)));
    expect(rows).toHaveLength(5);
    const widths = rows.map((row) => ('components' in row ? row.components.length : 0));
    expect(widths).toEqual([5, 5, 5, 5, 5]);
    expect(rowsOf([])).toEqual([]);
  });
});
