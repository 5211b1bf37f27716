import { afterEach, describe, expect, it } from 'vitest';
import { type ArmingDependencies, createArmingControl } from '#app/arming.ts';
import { holdInvariants } from './invariants.ts';
import { openWorld, type World } from './world.ts';

afterEach(holdInvariants);

const SYMBOL = 'UBER  261204P00078000';
const ALERT = 'BTO UBER 78p 12/04 @ 0.75';
const HOUR_MS = 60 * 60_000;

/** A rehearsal whose market no entry meets. */
async function rehearsal(): Promise<World> {
  const world = await openWorld({ environment: 'rehearsal' });
  world.pin(SYMBOL, '0.72', '0.80');
  return world;
}

function controlOf(world: World, change: Partial<ArmingDependencies> = {}) {
  return createArmingControl({
    desk: world.desk,
    environment: 'rehearsal',
    account: '5WT01234',
    certificate: () => ({ kind: 'valid', name: 'c1', validUntil: world.clock.now() }),
    newCode: () => '123456',
    roleOf: (actor) => (actor === 'key:admin' ? 'admin' : 'operator'),
    ...change,
  });
}

const ANSWER = { actor: 'key:admin', code: '123456', lastFour: '1234', reason: 'the day begins' };

async function armed(world: World) {
  const control = controlOf(world);
  await control.challenge('key:admin');
  expect(await control.arm(ANSWER)).toMatchObject({ kind: 'done' });
  return control;
}

describe('a desk that needs arming', () => {
  it('enters nothing before it is armed, and says so', async () => {
    const world = await rehearsal();
    expect(await world.say(ALERT)).toMatchObject({ verdict: 'refused', code: 'not_armed' });
    expect(world.broker.ledger.orders()).toEqual([]);
  });

  it('enters once an admin has armed it', async () => {
    const world = await rehearsal();
    await armed(world);
    expect(await world.say(ALERT)).toMatchObject({ code: 'entry' });
    await world.run(1_000);
    expect(world.broker.ledger.orders()).toHaveLength(1);
  });

  it('takes working entries back when it is disarmed', async () => {
    const world = await rehearsal();
    const control = await armed(world);
    const { tradeId } = await world.say(ALERT);
    await world.run(1_000);
    expect(await control.disarm('key:operator', 'enough')).toMatchObject({ kind: 'done' });
    await world.run(15_000);
    expect(world.trade(tradeId)).toMatchObject({ ended: 'no_fill' });
    expect(await world.say(ALERT)).toMatchObject({ code: 'not_armed' });
  });

  it('keeps selling what it holds', async () => {
    const world = await rehearsal();
    const control = await armed(world);
    const { tradeId } = await world.say(ALERT);
    await world.run(500);
    world.pin(SYMBOL, '0.68', '0.70');
    await world.run(500);
    await control.disarm('key:operator', 'enough');
    await world.run(5_000);
    const sells = world.trade(tradeId).orders.filter((order) => order.role === 'exit');
    expect(sells.map((order) => order.phase)).toEqual(['live']);
  });

  it.each([
    ['a restart', (world: World) => world.restart()],
    ['a crash', (world: World) => world.crash()],
    ['a fault the desk raised itself', async (world: World) => world.desk.raise('PAUSE', 'fault')],
    ['the end of the session', (world: World) => world.run(6 * HOUR_MS)],
  ])('is disarmed by %s', async (_, happen) => {
    const world = await rehearsal();
    await armed(world);
    await happen(world);
    expect(controlOf(world).state().state).toBe('disarmed');
  });

  it.each([
    ['the desk stops itself', async (world: World) => world.desk.raise('HALT', 'fault')],
    [
      'somebody disarms',
      (world: World, control: ReturnType<typeof controlOf>) =>
        control.disarm('key:operator', 'wait'),
    ],
  ])('is not armed when %s while the arming goes on record', async (_, happen) => {
    const world = await rehearsal();
    const control = controlOf(world);
    await control.challenge('key:admin');
    const arming = control.arm(ANSWER);
    await Promise.all([happen(world, control), arming]);
    await world.run(1_000);
    expect(world.desk.book.armed).toBeNull();
  });

  it('stays armed over a pause of an operator', async () => {
    const world = await rehearsal();
    const control = await armed(world);
    await world.during(world.desk.changeKillState('PAUSE', 'key:operator', 'lunch'));
    await world.during(world.desk.changeKillState('ACTIVE', 'key:admin', 'back'));
    expect(control.state()).toMatchObject({ state: 'armed', account: '****1234' });
  });
});

describe('arming while the clock of the machine is set', () => {
  const STEP_MS = 8_000;
  const STEPS = 40;

  /** So often, each followed and none so far that the desk pauses for it. */
  async function step(world: World, byMs: number): Promise<void> {
    for (let times = 0; times < STEPS; times += 1) {
      world.clock.step(byMs);
      await world.run(1_500);
    }
    expect(world.desk.book.killState).toBe('ACTIVE');
  }

  async function armedAtTen(): Promise<World> {
    const world = await rehearsal();
    for (const id of ['S6', 'L1', 'L3']) world.excuse(id, 'the clock was set');
    await armed(world);
    return world;
  }

  /** What it is just before that time since the start, and just after. */
  async function around(world: World, ms: number): Promise<readonly string[]> {
    await world.run(ms - world.elapsed - 5_000);
    const before = controlOf(world).state().state;
    await world.run(10_000);
    return [before, controlOf(world).state().state];
  }

  it('back lasts no longer than it would have', async () => {
    const world = await armedAtTen();
    await step(world, -STEP_MS);
    expect(await around(world, 6 * HOUR_MS)).toEqual(['armed', 'disarmed']);
    expect((await world.say(ALERT)).code).toBe('not_armed');
  });

  it('forward ends with the session by that clock', async () => {
    const world = await armedAtTen();
    await step(world, STEP_MS);
    expect(await around(world, 6 * HOUR_MS - STEPS * STEP_MS)).toEqual(['armed', 'disarmed']);
  });

  it('forward and back again ends when it would have', async () => {
    const world = await armedAtTen();
    await step(world, STEP_MS);
    await step(world, -STEP_MS);
    expect(await around(world, 6 * HOUR_MS)).toEqual(['armed', 'disarmed']);
  });

  it('back leaves a code no more time', async () => {
    const world = await rehearsal();
    const control = controlOf(world);
    await control.challenge('key:admin');
    await step(world, -STEP_MS);
    await world.run(120_000 - STEPS * 1_500);
    expect(await control.arm(ANSWER)).toMatchObject({ code: 'code_expired' });
  });
});

describe('who may arm', () => {
  it('no operator', async () => {
    const world = await rehearsal();
    const refusal = await controlOf(world).challenge('key:operator');
    expect(refusal).toMatchObject({ kind: 'refused', code: 'needs_admin' });
  });

  it('nobody without a certificate, and it is said why', async () => {
    const world = await rehearsal();
    const none = () => ({ kind: 'none', reason: 'the last one failed' }) as const;
    const refusal = await controlOf(world, { certificate: none }).challenge('key:admin');
    const detail = 'there is no valid certificate: the last one failed';
    expect(refusal).toMatchObject({ code: 'certificate_missing', detail });
  });

  it('a code serves once', async () => {
    const world = await rehearsal();
    const control = await armed(world);
    expect(await control.arm(ANSWER)).toMatchObject({ code: 'no_code' });
  });

  it('three wrong answers use a code up', async () => {
    const world = await rehearsal();
    const control = controlOf(world);
    await control.challenge('key:admin');
    for (const code of ['000000', '000001', '000002']) {
      expect(await control.arm({ ...ANSWER, code })).toMatchObject({ code: 'wrong_code' });
    }
    expect(await control.arm(ANSWER)).toMatchObject({ code: 'code_expired' });
  });

  it('wrong answers of another admin leave the tries of the first alone', async () => {
    const world = await rehearsal();
    const control = controlOf(world, { roleOf: () => 'admin' });
    await control.challenge('key:admin');
    for (const code of ['000000', '000001', '000002', '123456']) {
      const answer = { ...ANSWER, actor: 'key:second', code };
      expect(await control.arm(answer)).toMatchObject({ code: 'no_code' });
    }
    expect(await control.arm(ANSWER)).toMatchObject({ kind: 'done' });
  });

  it('each of two admins answers the code they asked for, and none serves once it is armed', async () => {
    const world = await rehearsal();
    const codes = ['111111', '222222'];
    const newCode = () => codes.shift() ?? '';
    const control = controlOf(world, { roleOf: () => 'admin', newCode });
    await control.challenge('key:admin');
    await control.challenge('key:second');
    const crossed = { ...ANSWER, code: '222222' };
    expect(await control.arm(crossed)).toMatchObject({ code: 'wrong_code' });
    expect(await control.arm({ ...ANSWER, code: '111111' })).toMatchObject({ kind: 'done' });
    const late = { ...ANSWER, actor: 'key:second', code: '222222' };
    expect(await control.arm(late)).toMatchObject({ code: 'no_code' });
  });

  it('every attempt is on record, without the code', async () => {
    const world = await rehearsal();
    const control = controlOf(world);
    await control.challenge('key:admin');
    await control.arm({ ...ANSWER, lastFour: '9999' });
    const acts = world.bodies('operator.acted').map(({ act }) => act);
    expect(acts).toEqual(['arming code asked for', 'arm refused: wrong_account']);
    expect(JSON.stringify(acts)).not.toContain('123456');
  });
});
