/** A small share of what `node tests/fuzz/parse-fuzz.ts --inputs 1000000` does. */
import { describe, expect, it } from 'vitest';
import { parseAlert } from '#alerts/parse.ts';
import { TEXT_LENGTH_MAX } from '#alerts/parser/text/clean-text.ts';
import { contextAt, POSTED_AT } from '../../../fixtures/labelled-messages.ts';
import { fuzz } from '../../../fuzz/parse-fuzz.ts';

/** Read in all: for tens of milliseconds, beside which the steps of the clock do not count. */
const CHARACTERS = 200 * TEXT_LENGTH_MAX;
const CLOCK_MS = 10;

describe('nonsense', () => {
  it('is read without a throw or a broken promise, whatever it is', () => {
    const report = fuzz(20_000, 'check');
    // Timings are left to the million: a busy machine is no fault of the parser.
    expect(report.faults.filter((fault) => !fault.startsWith('took'))).toEqual([]);
    expect(report.instructions).toBeGreaterThan(500);
  });

  it('longer than a message can be is refused unread', () => {
    const text = `BTO AMD 215c 10/16 @ 3.45 ${' '.repeat(1_000_000)}`;
    expect(parseAlert(text, contextAt(POSTED_AT)).code).toBe('text_too_long');
  });

  it.each([
    '*',
    '<',
    '> ',
    '[',
    '](http',
    ':a',
    '`',
    '~ ',
    '&',
    '1,',
    '5 to ',
    'in ',
    'if ',
    'add ',
  ])('made of %j from end to end takes time in proportion to its length', (unit) => {
    const ofLength = (length: number): number => {
      const text = unit.repeat(length).slice(0, length);
      // Of this thread's processor: whoever else wants one makes a parser no slower.
      const before = process.threadCpuUsage();
      for (let read = 0; read < CHARACTERS; read += length) parseAlert(text, contextAt(POSTED_AT));
      const { user, system } = process.threadCpuUsage(before);
      return (user + system) / 1_000;
    };
    ofLength(TEXT_LENGTH_MAX);
    // As much in texts of an eighth: a quadratic parser would take an eighth of the time.
    expect(ofLength(TEXT_LENGTH_MAX)).toBeLessThan(4 * ofLength(TEXT_LENGTH_MAX / 8) + CLOCK_MS);
  });
});
