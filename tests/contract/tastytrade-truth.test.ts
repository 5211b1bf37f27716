/**
 * Hundreds of calls through every fault at once: whatever tastytrade's broker says of a mutation is
 * what the venue's books say, and no client id is ever on two orders.
 */
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { asClientOrderId } from '#kernel/ids.ts';
import { price } from '#kernel/price.ts';
import { quantity } from '#kernel/quantity.ts';
import { createRandom } from '#kernel/random.ts';
import { createSystemClock, plus } from '#kernel/time.ts';
import type { BrokerOrder, MutationOutcome } from '#orders/ports.ts';
import type { FaultAction } from '../stand-ins/tastytrade/http/faults.ts';
import { openRig, type TastytradeRig } from './tastytrade-rig.ts';

const ORDERS = 100;
const AT_ONCE = 5;
const start = plus(createSystemClock().now(), -60_000);

/** Faults that do not lie about a mutation; a 401 after the effect is as near as one may come. */
const ANSWERS: readonly FaultAction[] = [
  { kind: 'drop' },
  { kind: 'truncate', bytes: 30 },
  { kind: 'html', status: 502 },
  { kind: 'html', status: 401 },
  { kind: 'status', status: 500 },
  { kind: 'status', status: 503, code: 503 },
  { kind: 'status', status: 401, code: 'unauthorized' },
  { kind: 'delay', ms: 40 },
];

const PLACE = { method: 'POST', path: /\/orders$/ } as const;

function disturb({ standIn }: TastytradeRig): void {
  for (const fault of ANSWERS) {
    standIn.faults.add({
      ...PLACE,
      when: 'after',
      fault,
      probability: 0.04,
    });
    standIn.faults.add({
      ...PLACE,
      when: 'before',
      fault,
      probability: 0.04,
    });
    standIn.faults.add({ method: 'PATCH', when: 'after', fault, probability: 0.05 });
    standIn.faults.add({ method: 'GET', when: 'before', fault, probability: 0.01 });
  }
  const throttled = { kind: 'status', status: 429, code: 'throttled' } as const;
  standIn.faults.add({ ...PLACE, when: 'before', fault: throttled, probability: 0.04 });
  const restart = { kind: 'html', status: 503 } as const;
  standIn.faults.add({ path: '/oauth/token', when: 'before', fault: restart, probability: 0.03 });
}

/** How many orders the books may hold under the client id of each outcome. */
const POSSIBLE: Readonly<Record<MutationOutcome['kind'], readonly number[]>> = {
  acked: [1],
  ambiguous: [0, 1],
  rejected: [0],
  not_sent: [0],
};

interface Sent {
  readonly id: string;
  readonly outcome: MutationOutcome;
}

describe('tastytrade’s broker', () => {
  it.each([1, 2])('tells the truth through a storm of faults (seed %i)', async (seed) => {
    const rig = await openRig({ seed, accounts: [{ cash: '100000000' }] }, 100);
    try {
      const sent = await trade(rig, seed);
      rig.standIn.faults.clear();
      await rig.settle();
      const books = rig.standIn.ledger.orders();
      const lies = sent.filter(({ id, outcome }) => {
        const orders = books.filter((order) => order.externalIdentifier === id).length;
        return !POSSIBLE[outcome.kind].includes(orders);
      });
      expect(lies.map((lie) => inspect(lie, { depth: 5 }))).toEqual([]);
      // What was left open is found, each under its own id, by asking again.
      const asked = async () => {
        const orders = await rig.broker.orders(start);
        return orders.ok ? orders.value.map(named).toSorted() : orders.error;
      };
      const held = books.map(({ externalIdentifier, id }) => `${externalIdentifier} ${id}`);
      await expect.poll(asked, { timeout: 60_000, interval: 500 }).toEqual(held.toSorted());
      const kinds = sent.map(({ outcome }) => outcome.kind);
      expect(kinds).toEqual(expect.arrayContaining(['acked', 'ambiguous', 'not_sent']));
      expect(rig.standIn.faults.met()).toBeGreaterThan(30);
    } finally {
      await rig.close();
    }
  });
});

function named({ clientOrderId, orderId }: BrokerOrder): string {
  return `${clientOrderId} ${orderId}`;
}

/** Orders placed a few at a time, some of them edited and cancelled, some tokens made void. */
async function trade(rig: TastytradeRig, seed: number): Promise<readonly Sent[]> {
  const { broker, standIn } = rig;
  const random = createRandom(seed);
  const instrument = await rig.find({ kind: 'equity', symbol: 'UBER' });
  standIn.setQuote('UBER', { bid: '79.00', ask: '79.10', bidSize: 1_000, askSize: 1_000 });
  disturb(rig);
  const sent: Sent[] = [];

  async function one(n: number): Promise<void> {
    const id = `sw.1.t_truth.E${n}`;
    const outcome = await broker.place({
      clientOrderId: asClientOrderId(id),
      instrument,
      side: 'buy',
      effect: 'open',
      quantity: quantity(1),
      terms: { kind: 'limit', limit: random.chance(0.5) ? price('79.10') : price('79.02') },
      timeInForce: 'day',
    });
    sent.push({ id, outcome });
    if (outcome.kind !== 'acked') return;
    const { orderId } = outcome.order;
    if (random.chance(0.2)) standIn.access.expireAccessTokens();
    if (random.chance(0.3)) await broker.cancel(orderId);
    if (!random.chance(0.4)) return;
    const next = `sw.1.t_truth.R${n}`;
    const terms = { kind: 'limit', limit: price('79.03') } as const;
    const edited = { orderId, clientOrderId: asClientOrderId(next), terms };
    sent.push({ id: next, outcome: await broker.replace(edited) });
  }

  const hasToken = async () => (await rig.client.tokens.current()).ok;
  for (let n = 0; n < ORDERS; n += AT_ONCE) {
    // While there is no token nothing is sent, and nothing is learnt.
    await expect.poll(hasToken, { timeout: 60_000, interval: 100 }).toBe(true);
    await Promise.all(Array.from({ length: AT_ONCE }, (_, at) => one(n + at)));
  }
  return sent;
}
