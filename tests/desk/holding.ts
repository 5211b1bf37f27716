/** A world in which ten contracts were bought and their exit rests: where most things go wrong. */
import type { PlannedFill } from '#adapters/simulated/venue/plan.ts';
import { quantity } from '#kernel/quantity.ts';
import { asInstrumentSymbol } from '#market/instrument.ts';
import { openWorld, type World, type WorldOptions } from './world.ts';

export const UBER = 'UBER  261204P00078000';
export const BTO = 'BTO 10 UBER 78p 12/04 @ 0.75';
export const STC = 'STC UBER 78p 12/04 @ 0.80';
export const SYMBOL = asInstrumentSymbol(UBER);

export const fill = (afterMs: number, count: number): PlannedFill => ({
  afterMs,
  quantity: quantity(count),
});

export const net = (world: World): number => world.broker.ledger.net(SYMBOL);

export async function holding(options: WorldOptions = {}, afterMs = 500): Promise<World> {
  const world = await openWorld(options);
  world.pin(UBER, '0.70', '0.80');
  world.broker.script.onCall({ on: 'place', plan: { fills: [fill(afterMs, 10)] } });
  await world.say(BTO);
  await world.run(15_000);
  return world;
}
