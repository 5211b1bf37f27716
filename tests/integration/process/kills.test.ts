/** `scripts/kill-desk.ts` does the same with any number of kills. */
import { expect, it } from 'vitest';
import { temporaryDirectory } from './desks.ts';
import { killAgainAndAgain } from './killing.ts';

it('keeps every promise over kills at any moment of its trading', async () => {
  const directory = temporaryDirectory();
  const { broken, found, ...report } = await killAgainAndAgain({ directory, kills: 8, seed: 7 });
  expect(broken).toEqual([]);
  expect(report.exitCode).toBe(0);
  expect(report.trades).toBeGreaterThan(3);
  expect(report.answers).toBeGreaterThan(3);
  expect([...found.keys()].some((state) => state.startsWith('entry'))).toBe(true);
});
