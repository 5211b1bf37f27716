/** A message that is a valid order now: what `--example` and the page's button offer. */
import { ENTRIES } from '#adapters/scripted-chat/orders-talk.ts';
import { pickOption, type Stage } from '#adapters/scripted-chat/stage.ts';
import { createRandom } from '#kernel/random.ts';
import type { EpochMs } from '#kernel/time.ts';
import { createVirtualClock } from '#kernel/virtual-clock.ts';
import type { Config } from './config.ts';
import { openSurroundings } from './surroundings.ts';

const [PLAIN] = ENTRIES;

/** `null` when the market offers nothing that could be quoted. */
export async function exampleAlert(stage: Stage): Promise<string | null> {
  const random = createRandom(stage.now());
  const pick = await pickOption(stage, random, { daysMin: 2, daysMax: 40 });
  return pick === null || PLAIN === undefined ? null : PLAIN(pick, 1);
}

/** The same at any moment, without a running desk. */
export async function exampleAlertAt(config: Config, at: EpochMs): Promise<string | null> {
  const clock = createVirtualClock(at);
  const { source, seed } = config.market;
  const surroundings = openSurroundings({ clock, source, seed, directory: null });
  try {
    return await exampleAlert({ ...surroundings, now: () => at });
  } finally {
    surroundings.close();
  }
}
