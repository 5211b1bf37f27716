import { describe, expect, it } from 'vitest';
import { closingLines, countLine, judge, type Tally } from '../../../scripts/test-tally.ts';

const good: Tally = { passed: 3, failed: 0, skips: [], broken: [], partial: false };
const ended = { code: 0, signal: null };

describe('the count line', () => {
  it('is plain, whether anything was skipped or not', () => {
    expect(countLine(judge(good, ended))).toBe('3 passed, 0 failed');
    const skips = [{ test: 'a', reason: 'no data' }];
    expect(countLine(judge({ ...good, skips }, ended))).toBe('3 passed, 0 failed');
  });

  it('comes last, below every note', () => {
    const verdict = judge({ ...good, skips: [{ test: 'a > b', reason: 'no data' }] }, ended);
    expect(closingLines(verdict)).toEqual([
      'Skipped: a > b: no data',
      '1 skipped.',
      '3 passed, 0 failed',
    ]);
  });

  it('comes last below a bounded number of notes', () => {
    const broken = Array.from({ length: 60 }, (_, index) => `file ${index}`);
    const lines = closingLines(judge({ ...good, broken }, ended));
    expect(lines).toHaveLength(52);
    expect(lines.slice(-2)).toEqual(['… and 10 more', '3 passed, 60 failed']);
  });
});

describe('a run is a failure', () => {
  it('when a test failed', () => {
    expect(judge({ ...good, failed: 2 }, { code: 1, signal: null }).failed).toBe(2);
  });

  it('when a file did not load, though every test that ran passed', () => {
    const verdict = judge({ ...good, broken: ['a.test.ts: no such module'] }, ended);
    expect(verdict.failed).toBe(1);
    expect(verdict.notes).toEqual(['Failed outside a test: a.test.ts: no such module']);
  });

  it('when no test ran', () => {
    const verdict = judge({ ...good, passed: 0 }, ended);
    expect(verdict).toMatchObject({ failed: 1, notes: ['No test ran.'] });
  });

  it('when every test was skipped', () => {
    const skips = [{ test: 'a', reason: 'no data' }];
    expect(judge({ ...good, passed: 0, skips }, ended).failed).toBe(1);
  });

  it('when a test was skipped without a reason', () => {
    const verdict = judge({ ...good, skips: [{ test: 'a', reason: null }] }, ended);
    expect(verdict).toMatchObject({ failed: 1, skipped: 0 });
  });

  it('when the runner left no report', () => {
    const verdict = judge(null, { code: null, signal: 'SIGKILL' });
    expect(verdict).toMatchObject({ passed: 0, failed: 1 });
    expect(verdict.notes.join()).toContain('signal SIGKILL');
  });

  it('when the runner says so and nothing else does', () => {
    const verdict = judge(good, { code: 1, signal: null });
    expect(verdict).toMatchObject({ passed: 3, failed: 1 });
    expect(verdict.notes.join()).toContain('exit code 1');
  });
});

it('counts tests left out by a name pattern as skipped, not as failures', () => {
  const skips = [{ test: 'a', reason: null }];
  const verdict = judge({ ...good, skips, partial: true }, ended);
  expect(verdict).toMatchObject({ failed: 0, notes: [] });
});
