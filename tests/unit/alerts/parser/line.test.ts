import { describe, expect, it } from 'vitest';
import { parseInputLine, toParseLine } from '#alerts/parser/line.ts';
import { read } from '../../../fixtures/labelled-messages.ts';

describe('an input line', () => {
  it('is read with a date or an instant', () => {
    const dated = parseInputLine('{"id":"a","text":"BTO","posted_at":"2026-10-06"}', 1);
    expect(dated).toMatchObject({
      ok: true,
      value: {
        id: 'a',
        text: 'BTO',
        postedAt: { kind: 'date', date: '2026-10-06' },
        channel: null,
      },
    });
    const timed = parseInputLine(
      '{"id":7,"text":"","posted_at":"2026-10-06T14:30:00Z","channel":"c","author":"x"}',
      2,
    );
    expect(timed).toMatchObject({
      ok: true,
      value: { id: '7', postedAt: { kind: 'instant' }, channel: 'c', author: 'x' },
    });
  });

  it.each([
    ['nonsense', 'expected a JSON object'],
    ['"text"', 'line 3'],
    ['{"id":"a","posted_at":"2026-10-06"}', 'text'],
    ['{"id":"a","text":"x"}', 'posted_at'],
    ['{"id":"a","text":"x","posted_at":"6 Oct"}', 'expected posted_at as an ISO date'],
    ['{"id":"a","text":"x","posted_at":"2026-02-30"}', 'posted_at'],
    ['{"id":"a","text":"x","posted_at":"2026-10-06T14:30:00"}', 'instant with its zone'],
  ])('%s is refused with its number and why', (line, why) => {
    const parsed = parseInputLine(line, 3);
    expect(parsed.ok).toBe(false);
    if (parsed.ok) return;
    expect(parsed.error).toContain('line 3');
    expect(parsed.error).toContain(why);
  });
});

describe('an output line', () => {
  it('writes numbers as numbers and leaves out what does not apply', () => {
    expect(toParseLine('a', read('BTO 3 DKS 11/20 215p @.75-.85'))).toMatchObject({
      id: 'a',
      result: {
        action: 'BTO',
        asset: 'option',
        symbol: 'DKS',
        strike: 215,
        right: 'P',
        expiry: '2026-11-20',
        quantity: 3,
        price: 0.75,
        price_high: 0.85,
      },
      verdict: 'order',
      code: 'entry',
    });
    const exit = toParseLine('b', read('STC half AMD 215c 10/16 @ 4.45')).result;
    expect(exit).toMatchObject({ action: 'STC', quantity: null, partial: true });
    expect(exit).not.toHaveProperty('price_high');
    const share = toParseLine('c', read('BTO SOFI @ 27.85')).result;
    expect(share).toMatchObject({ asset: 'equity', strike: null, right: null, expiry: null });
    expect(share).not.toHaveProperty('partial');
  });

  it('has a null result for what is no instruction', () => {
    expect(toParseLine('a', read('gm'))).toEqual({
      id: 'a',
      result: null,
      verdict: 'chatter',
      code: 'chatter',
      spans: {},
    });
  });
});
