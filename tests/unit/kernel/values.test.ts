import { describe, expect, it } from 'vitest';
import { clientOrderId, messageKey, tradeId } from '#kernel/ids.ts';
import { InvariantViolation, invariant, unreachable } from '#kernel/invariant.ts';
import { formatPercent, parsePercent, percent, shareOf } from '#kernel/percent.ts';
import {
  addMoney,
  formatMoney,
  maxPrice,
  minMoney,
  minPrice,
  money,
  notional,
  parsePrice,
  price,
  subtractMoney,
} from '#kernel/price.ts';
import { isQuantity, quantity } from '#kernel/quantity.ts';

describe('prices and money', () => {
  it('do not suffer from binary fractions', () => {
    expect(addMoney(money('0.1'), money('0.2'))).toBe(money('0.3'));
    expect(formatMoney(notional(price('1.005'), quantity(1), 100))).toBe('100.50');
    expect(formatMoney(notional(price('0.285'), quantity(2), 1))).toBe('0.57');
  });

  it('meet in a notional through quantity and multiplier', () => {
    expect(formatMoney(notional(price('0.75'), quantity(3), 100))).toBe('225.00');
    expect(formatMoney(notional(price('6900.25'), quantity(2), 50))).toBe('690025.00');
    expect(formatMoney(notional(price('112.515625'), quantity(1), 1000))).toBe('112515.625');
  });

  it.each([0, -100, 0.5, Number.NaN, Number.MAX_SAFE_INTEGER + 1])(
    'refuse %d as a multiplier',
    (multiplier) => {
      expect(() => notional(price('1'), quantity(1), multiplier)).toThrow(InvariantViolation);
    },
  );

  it('compare and subtract', () => {
    expect(minPrice(price('1.00'), price('0.99'))).toBe(price('0.99'));
    expect(maxPrice(price('1.00'), price('0.99'))).toBe(price('1.00'));
    expect(minMoney(money('-5'), money('3'))).toBe(money('-5'));
    expect(formatMoney(subtractMoney(money('1'), money('2.5')))).toBe('-1.50');
  });

  it('written in the program must be decimals; from outside they are refused', () => {
    expect(() => price('1,00')).toThrow('a literal price is a decimal, was 1,00');
    expect(parsePrice('1,00')).toMatchObject({ ok: false });
  });
});

describe('a quantity', () => {
  it.each([0, 1, 10_000])('can be %d', (count) => {
    expect(quantity(count)).toBe(count);
  });

  it.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])('cannot be %d', (count) => {
    expect(isQuantity(count)).toBe(false);
    expect(() => quantity(count)).toThrow(InvariantViolation);
  });
});

describe('a percentage', () => {
  it.each([
    ['2%', 200],
    ['0.25 %', 25],
    ['100%', 10_000],
    [' 40 % ', 4000],
    ['0.5%', 50],
    ['12.05%', 1205],
    ['0%', 0],
  ])('%j is read', (text, hundredths) => {
    expect(parsePercent(text)).toBe(hundredths);
  });

  it.each(['2', '0.02', '-2%', '2.555%', '2 percent', '%', '1e2%', '123456%', '2%%', '.5%', ''])(
    '%j is refused, so that 2 can never mean 200 %',
    (text) => {
      expect(parsePercent(text)).toBeNull();
    },
  );

  it('is written without needless places', () => {
    expect(['2%', '0.25%', '12.5%'].map((text) => formatPercent(percent(text)))).toEqual([
      '2 %',
      '0.25 %',
      '12.50 %',
    ]);
  });

  it('of an amount is rounded down', () => {
    expect(formatMoney(shareOf(money('0.01'), percent('33.33%')))).toBe('0.003333');
    expect(shareOf(money('0.000000001'), percent('99.99%'))).toBe(0n);
    expect(formatMoney(shareOf(money('25000'), percent('2%')))).toBe('500.00');
  });

  it('written in the program must carry its sign', () => {
    expect(() => percent('2')).toThrow('a literal percentage reads like "2%", was 2');
  });
});

describe('ids', () => {
  it('of a trade follow from its cause alone', () => {
    const key = messageKey('discord', '10', '20');
    expect(key).toBe('discord:10:20');
    expect(tradeId(key)).toBe(tradeId('discord:10:20'));
    expect(tradeId(key)).not.toBe(tradeId('discord:10:21'));
    expect(tradeId(key)).toMatch(/^t_[a-z2-7]{16}$/);
  });

  it('of an order name desk, epoch, trade, role and number', () => {
    const trade = tradeId('discord:10:20');
    const ids = [
      clientOrderId({ prefix: 'sw', epoch: 3, trade, role: 'entry', n: 1 }),
      clientOrderId({ prefix: 'sw', epoch: 3, trade, role: 'exit', n: 1 }),
      clientOrderId({ prefix: 'sw', epoch: 3, trade, role: 'close', n: 1 }),
      clientOrderId({ prefix: 'sw', epoch: 3, trade, role: 'entry', n: 2 }),
      clientOrderId({ prefix: 'sw', epoch: 4, trade, role: 'entry', n: 1 }),
    ];
    expect(ids[0]).toBe(`sw.3.${trade}.E1`);
    expect(ids[1]).toBe(`sw.3.${trade}.X1`);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('an invariant', () => {
  it('throws what must be true when it is not', () => {
    expect(() => invariant(quantity(1) > 2, 'one exceeds two')).toThrow(
      new InvariantViolation('one exceeds two'),
    );
    expect(() => invariant(quantity(2) > 1, 'two exceeds one')).not.toThrow();
  });

  it('names a case nobody handled, amounts included', () => {
    const missed: unknown = { kind: 'new_one', limit: 750_000_000n };
    const reach = unreachable as (value: unknown) => never;
    expect(() => reach(missed)).toThrow('{"kind":"new_one","limit":"750000000n"}');
  });
});
