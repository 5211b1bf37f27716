import { describe, expect, it } from 'vitest';
import type { Reading } from '#alerts/model.ts';
import { parseStream } from '#app/cli/parse.ts';
import { date } from '#kernel/calendar.ts';
import { price } from '#kernel/price.ts';

/** A reader that tells what it was asked. */
const read = (text: string, posted: string): Reading => ({
  verdict: 'order',
  code: 'entry',
  alert: {
    action: 'BTO',
    asset: 'option',
    symbol: text,
    right: 'P',
    strike: price('78'),
    expiry: date('2025-12-05'),
    quantity: null,
    price: price('0.75'),
    priceHigh: null,
    partial: false,
    fraction: null,
  },
  contextExit: null,
  spans: { symbol: { from: 0, to: Number(posted.slice(8)) } },
  detail: '',
});

async function run(chunks: readonly (string | Uint8Array)[]) {
  let out = '';
  let notes = '';
  async function* input() {
    yield* chunks;
  }
  const bad = await parseStream(input(), read, {
    print: async (text) => {
      out += text;
    },
    note: (text) => {
      notes += text;
    },
  });
  return { bad, notes, lines: out.split('\n').filter((line) => line !== '') };
}

const line = (id: string | number, text: string, posted = '2025-12-02') =>
  JSON.stringify({ id, text, posted_at: posted, channel: 'x', label: 'ignored' });

describe('parse', () => {
  it('answers each line in order, with numbers, null for what is not written, and the id as given', async () => {
    const { bad, lines } = await run([`${line(1, 'A')}\n${line('b', 'B')}\n`]);
    expect(bad).toBe(0);
    expect(lines.map((one): unknown => JSON.parse(one))).toEqual([
      {
        id: 1,
        result: {
          action: 'BTO',
          asset: 'option',
          symbol: 'A',
          strike: 78,
          right: 'P',
          expiry: '2025-12-05',
          quantity: null,
          price: 0.75,
        },
        verdict: 'order',
        code: 'entry',
        spans: { symbol: { from: 0, to: 2 } },
      },
      expect.objectContaining({ id: 'b' }),
    ]);
  });

  it('names a bad line by its number, and goes on', async () => {
    const input = [line(1, 'A'), '', '{', '[]', '{"id":3}', line(4, 'D', 'soon'), line(5, 'E')];
    const { bad, lines, notes } = await run([input.join('\n')]);
    expect(bad).toBe(4);
    expect(lines).toHaveLength(2);
    expect(notes).toContain('line 3: expected a JSON object');
    expect(notes).toContain('line 5: text: expected string');
    expect(notes).toContain('line 6: posted_at: expected');
  });

  it('takes an instant as the day it is in New York', async () => {
    const { lines } = await run([line(1, 'A', '2025-12-04T03:00:00Z')]);
    expect(lines[0]).toContain('"to":3');
  });

  it('takes text however it is cut, also in the middle of a character', async () => {
    const bytes = Buffer.from(`${line(1, 'Ü→🎯')}\n${line(2, 'B')}`);
    const pieces = [...bytes].map((byte) => Uint8Array.of(byte));
    const { lines } = await run(pieces);
    expect(lines[0]).toContain('Ü→🎯');
    expect(lines).toHaveLength(2);
  });

  it('passes over a line without end before it fills the memory, and goes on', async () => {
    const flood = Array.from({ length: 20 }, () => 'x'.repeat(100_000));
    const { bad, lines, notes } = await run([`${line(1, 'A')}\n`, ...flood, `\n${line(2, 'B')}`]);
    expect([bad, lines.length]).toEqual([1, 2]);
    expect(notes).toBe('line 2: longer than 1048576 characters\n');
    expect((await run(flood)).bad).toBe(1);
  });

  it.each(['9999-12-31T23:59:59Z', '1970-01-01T00:00:00Z'])(
    'names a line posted at %s, when nobody knows what day it was in New York',
    async (posted) => {
      const { bad, lines } = await run([`${line(1, 'A', posted)}\n${line(2, 'B')}`]);
      expect([bad, lines.length]).toEqual([1, 1]);
    },
  );
});
