/** Whole trades through every fault at once, drawn from seeds; the same seed is the same run. */
import { afterEach, expect, it } from 'vitest';
import { createRandom } from '#kernel/random.ts';
import { makeHostile } from '../crash/hostile-venue.ts';
import { BTO, holdToTheBooks, openAtVenue, STC } from './at-venue.ts';

afterEach(holdToTheBooks);

const SEEDS = Array.from({ length: 12 }, (_, at) => at + 1);

it.each(SEEDS)('seed %i: an entry, its exit and its close keep every promise', async (seed) => {
  const random = createRandom(seed).fork('hostile');
  const { world, standIn } = await openAtVenue({
    standIn: {
      seed,
      abortedReplacementStatus: random.pick(['Rejected', 'Cancelled']),
      replaceLinks: random.pick(['shown', 'absent']),
    },
  });
  makeHostile(standIn, random);
  await world.say(BTO);
  await world.run(random.integer(20_000, 60_000));
  if (random.chance(0.5)) await world.crash();
  await world.say(STC);
  await world.run(120_000);
  standIn.faults.clear();
  expect(standIn.ledger.mutations().length).toBeGreaterThan(0);
});
