import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openVenueFile, VenueFileDamaged } from '#adapters/simulated/venue-file.ts';
import { asClientOrderId } from '#kernel/ids.ts';
import { price } from '#kernel/price.ts';
import { quantity } from '#kernel/quantity.ts';
import { plus } from '#kernel/time.ts';
import { type Bench, limitAt, MORNING, openBench, ticket } from './bench.ts';

let folder = '';
const path = (): string => join(folder, 'sim-broker.jsonl');

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'strikewire-venue-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** The broker of a process that begins now with what the file holds. */
async function open(at = MORNING): Promise<Bench> {
  const scout = await openBench({ at });
  const file = openVenueFile(path());
  const instrumentOf = scout.market.instrumentOf.bind(scout.market);
  return openBench({ at, memory: { file, instrumentOf } });
}

/** The process is gone: its timers never fire, its file is closed by the system. */
function kill(bench: Bench): void {
  bench.broker.close();
  bench.market.close();
}

function cuts(length: number): readonly number[] {
  return Array.from({ length: Math.ceil(length / 97) }, (_, place) => place * 97);
}

describe('a simulated broker that outlives its process', () => {
  it('has its orders, fills, positions and cash as they were', async () => {
    const before = await open();
    await before.place('c1', { terms: limitAt(price('0.80')) });
    const sell = { side: 'sell', effect: 'close', quantity: quantity(1) } as const;
    await before.place('c2', { ...sell, terms: limitAt(price('1.60')) });
    await before.place('c3');
    const balances = await before.done(before.broker.balances());
    kill(before);

    const after = await open(plus(before.clock.now(), 60_000));
    expect(after.broker.ledger.orders()).toEqual(before.broker.ledger.orders());
    expect(after.broker.ledger.mutations).toEqual(before.broker.ledger.mutations);
    expect(after.broker.ledger.statuses).toEqual(before.broker.ledger.statuses);
    expect(after.broker.ledger.trades).toEqual(before.broker.ledger.trades);
    expect(after.broker.ledger.net(after.put.symbol)).toBe(2);
    expect(await after.done(after.broker.balances())).toEqual(balances);
    const { broker, done } = after;
    const found = await done(broker.ordersByClientId(asClientOrderId('c3'), MORNING));
    expect(found).toMatchObject({ ok: true, value: [{ status: 'working', remaining: 2 }] });
  });

  it('goes on: resting orders fill, new ones get ids of their own', async () => {
    const before = await open();
    const resting = await before.place('c1');
    kill(before);
    const after = await open(plus(before.clock.now(), 60_000));
    after.quote('0.60', '0.70');
    await after.pass(100);
    expect(after.truth(resting.orderId)).toMatchObject({ status: 'filled', remaining: 0 });
    const next = await after.place('c2', { terms: limitAt(price('0.70')) });
    const ids = after.broker.ledger.orders().map(({ orderId }) => orderId);
    expect(ids).toEqual([resting.orderId, next.orderId]);
    const fillIds = after.broker.ledger.trades.map(({ fillId }) => fillId);
    expect(new Set(fillIds).size).toBe(fillIds.length);
  });

  it('sees through what was under way: an order on its way, a cancel, a replace', async () => {
    const before = await open();
    const cancelled = await before.place('c1');
    const replaced = await before.place('c2');
    const terms = limitAt(price('0.74'));
    void before.broker.cancel(cancelled.orderId);
    const request = { orderId: replaced.orderId, clientOrderId: asClientOrderId('c3'), terms };
    void before.broker.replace(request);
    void before.send('c4');
    before.clock.advance(10);
    expect(before.truth(cancelled.orderId).status).toBe('cancel_requested');
    expect(before.truth(replaced.orderId).status).toBe('replace_requested');
    kill(before);

    const after = await open(plus(before.clock.now(), 60_000));
    await after.pass(500);
    const statuses = after.broker.ledger
      .orders()
      .map(({ clientOrderId, status }) => [clientOrderId, status]);
    expect(statuses).toEqual([
      ['c1', 'cancelled'],
      ['c2', 'cancelled'],
      ['c3', 'working'],
      ['c4', 'working'],
    ]);
  });

  it('loses, once closed, what is on its way, and writes nothing more', async () => {
    const file = openVenueFile(path());
    const { market } = await openBench();
    const before = await openBench({
      memory: { file, instrumentOf: market.instrumentOf.bind(market) },
    });
    await before.place('c1');
    void before.broker.place(ticket('c2', before.put));
    kill(before);
    file.close();
    before.clock.advance(1_000);

    const after = await open(before.clock.now());
    const arrived = after.broker.ledger.mutations.map(({ clientOrderId }) => clientOrderId);
    expect(arrived).toEqual(['c1']);
  });

  it('keeps the account to its owner', async () => {
    kill(await open());
    expect(statSync(path()).mode & 0o777).toBe(0o600);
  });

  it('ends the day orders of a session that has ended meanwhile', async () => {
    const before = await open();
    const { orderId } = await before.place('c1');
    kill(before);
    const after = await open(plus(MORNING, 24 * 3_600_000));
    await after.pass(10);
    expect(after.truth(orderId).status).toBe('expired');
  });

  it('takes a line that was cut off as never written', async () => {
    const before = await open();
    await before.place('c1');
    kill(before);
    const whole = readFileSync(path());
    appendFileSync(path(), '{"at":1764687600000,"account":{"cash":"1');
    const after = await open();
    expect(after.broker.ledger.orders()).toEqual(before.broker.ledger.orders());
    expect(readFileSync(path()).subarray(0, whole.length)).toEqual(whole);
    kill(after);
    expect(openVenueFile(path()).kept.length).toBe(whole.toString().split('\n').length - 1);
  });

  it('has, cut off anywhere, the state after some step', async () => {
    const before = await open();
    await before.place('c1', { terms: limitAt(price('0.80')) });
    kill(before);
    const whole = readFileSync(path());
    const ends: number[] = [];
    for (const at of [...cuts(whole.length), whole.length]) {
      writeFileSync(path(), whole);
      truncateSync(path(), at);
      const after = await open();
      ends.push(after.broker.ledger.statuses.length);
      kill(after);
    }
    expect(ends).toEqual(ends.toSorted((a, b) => a - b));
    expect(ends.at(-1)).toBeGreaterThan(2);
  });

  it('refuses a file that is damaged before its end, and says what to do', async () => {
    const before = await open();
    await before.place('c1');
    kill(before);
    const lines = readFileSync(path(), 'utf8').split('\n');
    writeFileSync(path(), [lines[0], '{"at":"never"}', ...lines.slice(1)].join('\n'));
    expect(() => openVenueFile(path())).toThrow(VenueFileDamaged);
    expect(() => openVenueFile(path())).toThrow(/line 2 of .*move the file away/);
  });
});
