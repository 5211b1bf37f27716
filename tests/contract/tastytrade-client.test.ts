/** Every question the client can ask, answered by the stand-in and read. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { editBody, newOrderBody } from '#adapters/tastytrade/wire/ticket.ts';
import { asClientOrderId } from '#kernel/ids.ts';
import { price } from '#kernel/price.ts';
import { quantity } from '#kernel/quantity.ts';
import { createSystemClock } from '#kernel/time.ts';
import { asInstrumentSymbol } from '#market/instrument.ts';
import { newYorkDate } from '#market/session.ts';
import type { OrderTicket } from '#orders/ports.ts';
import { optionsOf, seriesOf } from '../stand-ins/tastytrade/future-chains.ts';
import { openRig, type TastytradeRig } from './tastytrade-rig.ts';

const now = createSystemClock().now();
const today = newYorkDate(now);
let rig: TastytradeRig;

beforeAll(async () => {
  rig = await openRig({ accounts: [{ cash: '100000' }] });
  rig.standIn.setQuote((await share()).symbol, { bid: '79.90', ask: '80.20' });
  rig.standIn.behave({ course: { fills: { kind: 'never' } } });
});

afterAll(() => rig.close());

const share = () => rig.find({ kind: 'equity', symbol: 'UBER' });
const account = () => rig.client.account(rig.standIn.accounts[0] ?? '');
const terms = (limit: string) => ({ kind: 'limit', limit: price(limit) }) as const;

async function aFutureOption(): Promise<string> {
  const week = seriesOf('ES', today).at(-1);
  const [first] = week === undefined ? [] : optionsOf(week);
  return first?.instrument.symbol ?? '';
}

async function ticket(name: string): Promise<OrderTicket> {
  return {
    clientOrderId: asClientOrderId(name),
    instrument: await share(),
    side: 'buy',
    effect: 'open',
    quantity: quantity(1),
    terms: terms('10.00'),
    timeInForce: 'day',
  };
}

const QUESTIONS: readonly (readonly [string, () => Promise<unknown>, object])[] = [
  ['accounts', () => rig.client.accounts(), [{ isClosed: false, authority: 'owner' }]],
  ['trading status', () => account().tradingStatus(), { isFrozen: false }],
  ['balances', () => account().balances(), { cash: 100_000_000_000_000n }],
  ['positions', () => account().positions(), []],
  ['transactions', () => account().transactions(today, today), []],
  ['an equity', () => rig.client.equity('UBER'), { symbol: 'UBER', active: true }],
  ['an option chain', () => rig.client.chain('UBER'), [{ root: 'UBER', isStandard: true }]],
  ['a future', async () => rig.client.future((await front()).symbol), { productCode: 'ES' }],
  ['futures', () => rig.client.futures('ES'), {}],
  ['a chain of options on futures', () => rig.client.futureChain('ES'), {}],
  ['an option on a future', async () => rig.client.futureOption(await aFutureOption()), {}],
  ['future products', () => rig.client.futureProducts(), {}],
  ['prices', async () => rig.client.snapshots([await share()]), [{ symbol: 'UBER' }]],
  ['sessions', () => rig.client.sessions(['Equity']), [{ collection: 'Equity' }]],
  ['a token for quotes', () => rig.client.quoteToken(), { delayed: false }],
];

function front() {
  return rig.find({ kind: 'future', root: 'ES', contract: null });
}

it.each(QUESTIONS)('%s can be asked for', async (_, ask, expected) => {
  expect(await ask()).toMatchObject({ ok: true, value: expected });
});

it('an order can be tried, placed, listed, tried anew, replaced, read and cancelled', async () => {
  const own = account();
  const never = async () => 'unknown' as const;
  expect(await own.dryRun(newOrderBody(await ticket('try')))).toMatchObject({ kind: 'done' });
  const placed = await rig.broker.place(await ticket('sw.1.t_a.E0'));
  if (placed.kind !== 'acked') throw new Error(`expected an order, was ${placed.kind}`);
  await rig.settle();
  const { orderId } = placed.order;
  for (const list of [own.orders(now), own.liveOrders(), own.workingOrders()]) {
    expect(await list).toMatchObject({ ok: true, value: [{ status: 'Live' }] });
  }
  const edit = { side: 'buy', effect: 'open', timeInForce: 'Day' } as const;
  const body = editBody(edit, terms('10.01'), 'sw.1.t_a.E1');
  expect(await own.editDryRun(orderId, body)).toMatchObject({ kind: 'done' });
  expect(await own.replace(orderId, body, never)).toMatchObject({ kind: 'done' });
  await rig.settle();
  const found = await rig.broker.ordersByClientId(asClientOrderId('sw.1.t_a.E1'), now);
  const next = found.ok ? found.value[0] : undefined;
  if (next === undefined) throw new Error('expected the replacement');
  expect(next).toMatchObject({ symbol: asInstrumentSymbol('UBER'), status: 'working' });
  expect(await own.cancel(next.orderId)).toMatchObject({ kind: 'done' });
  await rig.settle();
  expect(await own.order(next.orderId)).toMatchObject({ ok: true, value: { status: 'Cancelled' } });
});
