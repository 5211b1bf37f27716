/** Whatever is traded, the stand-in's books agree with each other to the last digit. */
import { expect, it } from 'vitest';
import { money } from '#kernel/price.ts';
import { createRandom, type Random } from '#kernel/random.ts';
import { at, type Bench, itemsOf, ORDERS, PUT, ticket, withBench } from './bench.ts';

const ACCOUNT = '/accounts/5WT00001';
const STEPS = 30;
const START = money('100000');

it.each([1, 2, 3, 4, 5, 6, 7, 8])('agree after thirty acts by chance (seed %i)', (seed) =>
  withBench({ shortSelling: 'margin', replacementQuantity: 'remaining' }, async (bench) => {
    const random = createRandom(`books/${seed}`);
    for (let step = 0; step < STEPS; step += 1) await act(bench, random);
    bench.settle();
    for (const { id, isTerminal } of bench.standIn.ledger.orders()) {
      if (!isTerminal) await bench.send('DELETE', `${ORDERS}/${id}`);
    }
    bench.settle();
    expect(await disagreements(bench)).toEqual([]);
  }),
);

async function act({ standIn, send, settle }: Bench, random: Random): Promise<void> {
  const some = standIn.ledger.orders().find(({ isTerminal }) => !isTerminal);
  const price = (0.6 + random.integer(0, 30) / 100).toFixed(2);
  switch (random.pick(['quote', 'buy', 'buy', 'sell', 'edit', 'cancel'])) {
    case 'quote': {
      const bid = random.integer(60, 85);
      const ask = ((bid + random.integer(1, 10)) / 100).toFixed(2);
      const askSize = random.integer(0, 4);
      standIn.setQuote(PUT, { bid: (bid / 100).toFixed(2), ask, askSize, bidSize: 3 });
      break;
    }
    case 'buy':
      await send('POST', ORDERS, ticket({ price, quantity: random.integer(1, 6) }));
      break;
    case 'sell':
      await send('POST', ORDERS, ticket({ price, quantity: 1, action: 'Sell to Close' }));
      break;
    case 'edit':
      if (some)
        await send('PATCH', `${ORDERS}/${some.id}`, { price, 'price-effect': effect(some) });
      break;
    default:
      if (some) await send('DELETE', `${ORDERS}/${some.id}`);
  }
  if (random.chance(0.7)) settle();
}

/** What the books say in two ways: orders, fills, positions, transactions and balances. */
async function disagreements({ standIn, get }: Bench): Promise<readonly string[]> {
  const { ledger } = standIn;
  const fills = ledger.fills();
  const found: string[] = [];
  const compare = (what: string, one: bigint | number, other: bigint | number): void => {
    if (one !== other) found.push(`${what}: ${one} and ${other}`);
  };
  for (const order of ledger.orders()) {
    const own = fills.filter(({ orderId }) => orderId === order.id);
    compare(`fills of ${order.id}`, sum(own.map(({ quantity }) => quantity)), order.filled);
    if (order.filled > order.quantity) found.push(`${order.id} is filled beyond its quantity`);
    if (!order.isTerminal) found.push(`${order.id} has not ended: ${order.status}`);
  }
  const net = sum(fills.map(({ side, quantity }) => (side === 'buy' ? quantity : -quantity)));
  compare('position', ledger.positions().get(PUT) ?? 0, net);
  const trades = itemsOf(await get(`${ACCOUNT}/transactions?per-page=2000`));
  const moved = trades.reduce<bigint>((total, trade) => total + signed(trade), 0n);
  const balance = at((await get(`${ACCOUNT}/balances/USD`)).body, 'data');
  const amount = (key: string): bigint => money(String(at(balance, key)));
  compare('cash', amount('cash-balance'), START + moved);
  const bound = amount('used-derivative-buying-power');
  compare('buying power', amount('derivative-buying-power'), START + moved - bound);
  if (fills.length === 0) found.push('nothing was traded');
  return found;
}

function effect({ side }: { readonly side: 'buy' | 'sell' }): string {
  return side === 'buy' ? 'Debit' : 'Credit';
}

function signed(trade: unknown): bigint {
  const net = money(String(at(trade, 'net-value')));
  return at(trade, 'net-value-effect') === 'Debit' ? -net : net;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
