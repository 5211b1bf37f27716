/** an alert that was edited never trades, however the edit and an operator's word meet. */
import { afterEach, describe, expect, it } from 'vitest';
import type { AlertAnswer } from '#operate/ports.ts';
import { UBER } from './holding.ts';
import { holdInvariants } from './invariants.ts';
import { sentOnly } from './ledger-lines.ts';
import { openWorld, type World } from './world.ts';

afterEach(holdInvariants);

const FAR_OFF = 'BTO 4 UBER 78p 12/04 @ 1.10';
const EDITED = 'BTO 4 UBER 78p 12/04 @ 0.80';
const OPERATOR = 'local:eve';

async function open(): Promise<World> {
  const world = await openWorld();
  world.pin(UBER, '0.70', '0.85');
  return world;
}

function edit(world: World): Promise<AlertAnswer> {
  return world.lane.receive(world.message(EDITED, { id: 'one', relation: 'edit' }));
}

function codes(world: World): readonly string[] {
  return world.bodies('alert.decided').map(({ code }) => code);
}

describe('an edit of an alert that could be let through', () => {
  it('R-05: refuses the alert at once, for good', async () => {
    const world = await open();
    const { message } = await world.say(FAR_OFF, { id: 'one' });
    expect((await world.during(edit(world))).code).toBe('is_edit');
    expect(codes(world).at(-1)).toBe('message_edited');
    expect(await world.during(world.lane.release(message, OPERATOR))).toBeNull();
    await world.crash();
    expect(await world.during(world.lane.release(message, OPERATOR))).toBeNull();
    expect(sentOnly(world.broker.ledger)).toEqual([]);
  });

  it('R-05: in the moment in which it is let through keeps it from trading', async () => {
    const world = await open();
    const { message } = await world.say(FAR_OFF, { id: 'one' });
    const released = world.lane.release(message, OPERATOR);
    await world.during(Promise.all([edit(world), released]));
    expect((await released)?.code).toBe('message_edited');
    await world.run(5_000);
    expect(sentOnly(world.broker.ledger)).toEqual([]);
  });

  it('R-05: in the moment in which it is held keeps it from being let through', async () => {
    const world = await open();
    const held = world.lane.receive(world.message(FAR_OFF, { id: 'one' }));
    await world.during(Promise.all([edit(world), held]));
    const { message } = await held;
    expect(world.bodies('risk.decided').map(({ outcome }) => outcome)).toEqual(['held']);
    const answer = await world.during(world.lane.release(message, OPERATOR));
    expect(answer?.code).toBe('message_edited');
    await world.run(5_000);
    expect(sentOnly(world.broker.ledger)).toEqual([]);
  });

  it('R-05: of which a crash kept no more than its text keeps it from being let through', async () => {
    const world = await open();
    const { message } = await world.say(FAR_OFF, { id: 'one' });
    world.dieOnce(({ kind }) => kind === 'message.edited');
    void edit(world).catch(() => undefined);
    await world.run(1_000);
    await world.reopen();
    const answer = await world.during(world.lane.release(message, OPERATOR));
    expect(answer?.code).toBe('message_edited');
    expect(sentOnly(world.broker.ledger)).toEqual([]);
  });

  it('R-05: that changes no word leaves it waiting', async () => {
    const world = await open();
    const { message } = await world.say(FAR_OFF, { id: 'one' });
    const same = world.message(FAR_OFF, { id: 'one', relation: 'edit' });
    await world.during(world.lane.receive(same));
    expect((await world.during(world.lane.release(message, OPERATOR)))?.verdict).toBe('order');
  });
});
