/**
 * a person changes the limit of a working entry. Steps by hand are not the schedule's, and
 * its invariants say nothing of them: what was sent is looked at here.
 */
import { describe, expect, it } from 'vitest';
import { NO_LATENCY } from '#adapters/simulated/broker-settings.ts';
import { cancelOrder, replaceLimit } from '#app/order-acts.ts';
import { asOrderId } from '#kernel/ids.ts';
import { price } from '#kernel/price.ts';
import { UBER } from './holding.ts';
import { sent } from './ledger-lines.ts';
import { openWorld, takeOpened, type World } from './world.ts';

const ACT = { actor: 'operator:alice', reason: 'test' };

async function entering(): Promise<{ world: World; order: ReturnType<typeof asOrderId> }> {
  const world = await openWorld({ broker: { latency: NO_LATENCY } });
  takeOpened();
  world.pin(UBER, '0.70', '0.85');
  await world.say('BTO 1 UBER 78p 12/04 @ 0.75');
  await world.run(1_000);
  const id = world.desk.book.open()[0]?.orders[0]?.orderId;
  if (id === null || id === undefined) throw new Error('no entry works');
  return { world, order: id };
}

const replace = ({ desk }: World, order: ReturnType<typeof asOrderId>, limit: string) =>
  replaceLimit({ desk }, order, price(limit), ACT);

describe('R-22: changing the limit of a working entry', () => {
  it('works it there, and the desk goes on from it, inside the same window', async () => {
    const { world, order } = await entering();
    expect(await replace(world, order, '0.77')).toMatchObject({ kind: 'done' });
    await world.run(100_000);
    const lines = sent(world.broker.ledger);
    expect(lines.slice(0, 2)).toEqual(['0.000 buy 1 @ 0.75', '1.000 edit @ 0.77']);
    expect(lines.at(-1)).toMatch(/^90\.000 cancel 1/);
    const limits = lines.flatMap(
      (line) => /@ (?<limit>[\d.]+)/.exec(line)?.groups?.['limit'] ?? [],
    );
    const { collar } = world.bodies('trade.opened')[0]?.plan ?? { collar: price('0') };
    expect(limits.every((limit) => price(limit) <= collar)).toBe(true);
  });

  it.each([
    ['above what was approved', '9.00', 'above_collar'],
    ['between two ticks', '0.755', 'off_grid'],
    ['of nothing', '0', 'off_grid'],
  ])('is refused %s, and sends nothing', async (_, limit, code) => {
    const { world, order } = await entering();
    expect(await replace(world, order, limit)).toMatchObject({ kind: 'refused', code });
    await world.run(1_000);
    expect(sent(world.broker.ledger)).toEqual(['0.000 buy 1 @ 0.75']);
    expect(world.bodies('operator.acted').map(({ act }) => act)).toContain(
      `limit of ${order} to ${limit === '0' ? '0.00' : limit}`,
    );
  });

  it('is refused while the desk enters nothing', async () => {
    const { world, order } = await entering();
    world.desk.raise('PAUSE', 'test');
    expect(await replace(world, order, '0.76')).toMatchObject({ kind: 'refused' });
    await world.run(1_000);
    expect(sent(world.broker.ledger)).toEqual(['0.000 buy 1 @ 0.75', '1.000 cancel 1 @ 0.75']);
  });

  it('is refused of an order nobody knows, and of an entry that is over', async () => {
    const { world, order } = await entering();
    expect(await replace(world, asOrderId('nothing'), '0.76')).toMatchObject({
      code: 'unknown_order',
    });
    const control = {
      cancelEntry: async (id: Parameters<World['desk']['endEntry']>[0]) => {
        world.desk.endEntry(id, 'operator', ACT.actor);
        return { kind: 'done', detail: 'taken back' } as const;
      },
    };
    await cancelOrder({ desk: world.desk, control }, order, ACT);
    expect(await replace(world, order, '0.76')).toMatchObject({ kind: 'refused' });
  });
});
