import { describe, expect, it } from 'vitest';
import { bitsOf, chunkOf, recordsOf, wantedBy } from '#history/finding.ts';
import { rowsOf } from '#history/project.ts';
import { sold } from '../../fixtures/desk-courses.ts';
import { projectedOf } from '../../fixtures/history.ts';

describe('the chunks of the audit', () => {
  it('hold each record in one of them', () => {
    for (const seq of [1, 127, 128, 129, 1_000_000]) {
      const { from, to } = recordsOf(chunkOf(seq));
      expect(from).toBeLessThanOrEqual(seq);
      expect(to).toBeGreaterThanOrEqual(seq);
    }
    expect(recordsOf(1).from).toBe(recordsOf(0).to + 1);
  });

  it('are noted for every part of every sentence and message in them', () => {
    const { audit, audit_chunks: chunks } = rowsOf(projectedOf(sold().entries));
    const [chunk] = chunks;
    const parts = audit
      .flatMap(({ text, raw_text: said }) => [
        ...[text, text?.slice(2, 5), text?.slice(3, 5), text?.slice(0, 1), text?.slice(-1)],
        ...[said?.slice(1, -1), said?.slice(-2)],
      ])
      .filter((part) => part !== null && part !== undefined);
    expect(parts.filter((part) => !hasBits(chunk?.words ?? '', bitsOf(part)))).toEqual([]);
    for (const words of ['hippopotamus', 'zq', '~']) {
      expect(hasBits(chunk?.words ?? '', bitsOf(words))).toBe(false);
    }
  });

  it('are noted under what a search for each of their rows asks for', () => {
    const { audit, audit_values: values } = rowsOf(projectedOf(sold().entries));
    const noted = new Set(values.map(({ value }) => value));
    for (const { kind, user_id: user, trade_id: trade, underlying: symbol } of audit) {
      const query = {
        ...(kind !== null && { kind }),
        ...(user !== null && { user }),
        ...(trade !== null && { trade }),
        ...(symbol !== null && { symbol: symbol.toLowerCase() }),
      };
      for (const wanted of wantedBy(query)) expect(noted).toContain(wanted);
    }
  });
});

describe('what a search asks for', () => {
  it('is nothing of no words', () => {
    expect(bitsOf('')).toBeNull();
  });

  it('is a range for the kinds of one sort', () => {
    expect(wantedBy({ kind: 'order' })).toEqual([{ from: 'kind:order.', below: 'kind:order/' }]);
    expect(wantedBy({ kind: 'order.seen' })).toEqual(['kind:order.seen']);
  });
});

function hasBits(noted: string, asked: string | null): boolean {
  const [all, some] = [noted, asked ?? ''].map((bits) => Buffer.from(bits.slice(1), 'hex'));
  return some?.every((byte, at) => ((all?.[at] ?? 0) & byte) === byte) === true;
}
