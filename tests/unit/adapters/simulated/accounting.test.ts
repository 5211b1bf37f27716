import { describe, expect, it } from 'vitest';
import type { InstrumentQuery } from '#feeds/ports.ts';
import { formatMoney, formatPrice, price } from '#kernel/price.ts';
import { quantity } from '#kernel/quantity.ts';
import type { Balances } from '#orders/ports.ts';
import { type Bench, limitAt, openBench } from './bench.ts';

const SELL = { side: 'sell', effect: 'close' } as const;
const MES: InstrumentQuery = { kind: 'future', root: 'MES', contract: null };

async function balancesOf({ broker, done }: Bench): Promise<Balances> {
  const balances = await done(broker.balances());
  if (!balances.ok) throw new Error('expected balances');
  return balances.value;
}

async function shown(bench: Bench): Promise<readonly string[]> {
  const { cash, buyingPower, netLiquidation } = await balancesOf(bench);
  return [cash, buyingPower, netLiquidation].map(formatMoney);
}

describe('the simulated account', () => {
  it('pays an option in full with its fees, and is worth what it could be sold at', async () => {
    const bench = await openBench();
    await bench.place('c1', { terms: limitAt(price('0.80')) });
    // 25,000 − 2 × 80.00 − 2 × 1.12; worth 2 × 70.00 at the bid
    expect(await shown(bench)).toEqual(['24837.76', '24837.76', '24977.76']);
  });

  it('gets the proceeds of a sale less its fees', async () => {
    const bench = await openBench();
    await bench.place('c1', { terms: limitAt(price('0.80')) });
    bench.quote('1.60', '1.70');
    await bench.place('c2', { ...SELL, quantity: quantity(1), terms: limitAt(price('1.60')) });
    // + 160.00 − 0.12, and one left at 1.60
    expect(await shown(bench)).toEqual(['24997.64', '24997.64', '25157.64']);
  });

  it('tells a judge what was realised and what it cost', async () => {
    const bench = await openBench();
    await bench.place('c1', { terms: limitAt(price('0.80')) });
    bench.quote('1.60', '1.70');
    await bench.place('c2', { ...SELL, quantity: quantity(1), terms: limitAt(price('1.60')) });
    const { realised, fees } = bench.broker.ledger.account();
    expect([formatMoney(realised), formatMoney(fees)]).toEqual(['80.00', '2.36']);
  });

  it('averages what it bought at several prices', async () => {
    const bench = await openBench();
    await bench.place('c1', { terms: limitAt(price('0.80')) });
    bench.quote('0.80', '0.95');
    await bench.place('c2', { quantity: quantity(1), terms: limitAt(price('0.95')) });
    const positions = await bench.done(bench.broker.positions());
    if (!positions.ok) throw new Error('expected positions');
    expect(positions.value.map((held) => [held.net, formatPrice(held.averagePrice)])).toEqual([
      [3, '0.85'],
    ]);
  });

  it('keeps the average when part is sold', async () => {
    const bench = await openBench();
    await bench.place('c1', { quantity: quantity(3), terms: limitAt(price('0.80')) });
    bench.quote('1.60', '1.70');
    await bench.place('c2', { ...SELL, quantity: quantity(1), terms: limitAt(price('1.60')) });
    const positions = await bench.done(bench.broker.positions());
    expect(positions).toMatchObject({ ok: true, value: [{ net: 2, averagePrice: price('0.80') }] });
  });

  it('holds margin for a future and moves no cash until it is closed', async () => {
    const bench = await openBench({ query: MES });
    bench.quote('6830.00', '6830.25');
    const buy = { quantity: quantity(1), terms: limitAt(price('6830.25')) };
    await bench.place('c1', buy);
    expect(await shown(bench)).toEqual(['24997.98', '22597.98', '24996.73']);
    bench.quote('6840.25', '6840.50');
    await bench.place('c2', { ...buy, ...SELL, terms: limitAt(price('6840.25')) });
    // 10 points × 5.00 less two fees of 2.02
    expect(await shown(bench)).toEqual(['25045.96', '25045.96', '25045.96']);
  });

  it('can be short in futures, and closes that by buying', async () => {
    const bench = await openBench({ query: MES });
    bench.quote('6830.00', '6830.25');
    const one = { quantity: quantity(1) };
    await bench.place('c1', { ...one, side: 'sell', terms: limitAt(price('6830.00')) });
    expect(bench.broker.ledger.net(bench.put.symbol)).toBe(-1);
    bench.quote('6819.75', '6820.00');
    await bench.place('c2', { ...one, effect: 'close', terms: limitAt(price('6820.00')) });
    expect(bench.broker.ledger.net(bench.put.symbol)).toBe(0);
    expect((await shown(bench))[0]).toBe('25045.96');
  });

  it('trades shares without fees', async () => {
    const bench = await openBench({ query: { kind: 'equity', symbol: 'UBER' } });
    bench.quote('79.39', '79.40', [500, 500]);
    await bench.place('c1', { quantity: quantity(100), terms: limitAt(price('79.40')) });
    expect((await shown(bench))[0]).toBe('17060.00');
  });
});
