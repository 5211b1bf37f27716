/** What a certification left at the broker is on record when a desk starts, and alarms nobody. */
import { afterEach, describe, expect, it } from 'vitest';
import { isDeskEntry } from '#app/desk-entry.ts';
import { TRADE_RULES } from '#app/trade-rules.ts';
import { createTeller } from '#audit/teller.ts';
import { asClientOrderId } from '#kernel/ids.ts';
import { price } from '#kernel/price.ts';
import { quantity } from '#kernel/quantity.ts';
import { asInstrumentSymbol } from '#market/instrument.ts';
import { createDeskView } from '#operate/view.ts';
import type { Environment } from '#risk/model.ts';
import { holdInvariants } from './invariants.ts';
import { openWorld, type World } from './world.ts';

afterEach(holdInvariants);

const UBER = 'UBER  261204P00078000';
const OF_CERTIFICATION = 'cert-20261119-093000-1a2b3c.7';

interface Left {
  readonly environment?: Environment;
  readonly cid?: string;
  readonly isLive?: boolean;
}

/** A desk that starts where somebody's order stands on the broker's list. */
async function startedAfter({
  environment = 'rehearsal',
  cid = OF_CERTIFICATION,
  isLive = false,
}: Left): Promise<World> {
  const world = await openWorld({ environment });
  world.pin(UBER, '0.70', '0.85');
  world.kill();
  const found = await world.market.bySymbol(asInstrumentSymbol(UBER));
  if (!found.ok) throw new Error('not listed');
  const placed = await world.during(
    world.broker.place({
      clientOrderId: asClientOrderId(cid),
      instrument: found.value,
      side: 'buy',
      effect: 'open',
      quantity: quantity(1),
      terms: { kind: 'limit', limit: price('0.10') },
      timeInForce: 'day',
    }),
  );
  if (placed.kind !== 'acked') throw new Error(`expected it acked, was ${placed.kind}`);
  await world.run(1_000);
  if (!isLive) await world.during(world.broker.cancel(placed.order.orderId));
  await world.run(5_000);
  const [left] = world.broker.ledger.orders();
  expect(left?.status).toBe(isLive ? 'working' : 'cancelled');
  await world.reopen();
  await world.run(60_000);
  return world;
}

function told(world: World): readonly string[] {
  const view = createDeskView({ clock: world.clock, journal: () => world.journal.health() });
  const teller = createTeller(TRADE_RULES);
  for (const record of world.records()) if (isDeskEntry(record)) view.take(teller.tell(record));
  return view.incidents().map(({ text }) => text.split(':', 1)[0] ?? '');
}

const FOREIGN = 'The account has an order this desk did not send';

describe('an order of a certification at the start', () => {
  it('is on record once and no incident when it has ended', async () => {
    const world = await startedAfter({});
    expect(world.bodies('order.foreign')).toMatchObject([{ endedOf: 'certification' }]);
    expect(told(world)).toEqual([]);
    expect(world.desk.book.killState).toBe('ACTIVE');
    await world.crash();
    await world.run(60_000);
    expect(world.bodies('order.foreign')).toHaveLength(1);
  });

  it('is an incident while it is at work', async () => {
    const world = await startedAfter({ isLive: true });
    expect(told(world)).toEqual([FOREIGN]);
  });

  it.each(['production', 'simulated'] as const)(
    'is an incident in %s, where none is run',
    async (environment) => {
      const world = await startedAfter({ environment });
      expect(told(world)).toEqual([FOREIGN]);
    },
  );

  it.each(['cert-by-hand', `${OF_CERTIFICATION}.E0`, `x${OF_CERTIFICATION}`, 'by-hand-1'])(
    'is not what only looks like one: %s is an incident',
    async (cid) => {
      const world = await startedAfter({ cid });
      expect(told(world)).toEqual([FOREIGN]);
    },
  );

  it("is not an ended one with a desk's own mark: that halts, as ever", async () => {
    const world = await startedAfter({ cid: 'sw.9.t_somebodyelse00.E0' });
    for (const id of ['S1', 'S6']) world.excuse(id, 'another desk writes to the account');
    expect(world.desk.book.killState).toBe('HALT');
    expect(world.bodies('incident.raised')).toMatchObject([{ code: 'second_writer' }]);
  });
});
