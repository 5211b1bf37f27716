import { expect, it } from 'vitest';
import { backOffMs } from '#history/back-off.ts';
import { createRandom } from '#kernel/random.ts';

const random = createRandom(1);

it('waits longer after each fault, up to a bound, and never the same twice', () => {
  const waits = Array.from({ length: 30 }, (_, at) => backOffMs('away', at + 1, random));
  expect(Math.max(...waits)).toBeLessThanOrEqual(8_000);
  expect(Math.min(...waits)).toBeGreaterThanOrEqual(125);
  expect(waits[0]).toBeLessThanOrEqual(250);
  expect(Math.min(...waits.slice(6))).toBeGreaterThanOrEqual(4_000);
  expect(new Set(waits).size).toBeGreaterThan(20);
});

it('tries at once what two transactions did to each other', () => {
  const waits = Array.from({ length: 20 }, (_, at) => backOffMs('again', at + 1, random));
  expect(Math.max(...waits)).toBeLessThanOrEqual(250);
});

it('leaves alone what needs a person', () => {
  expect(backOffMs('refused', 1, random)).toBe(30_000);
  expect(backOffMs('defect', 9, random)).toBe(30_000);
});
