import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type ExitTarget,
  type OpenTrade,
  resolveContextExit,
  resolveNamedExit,
} from '#alerts/context-exit.ts';
import type { ContextExit, ParsedAlert } from '#alerts/model.ts';
import { asTradeId } from '#kernel/ids.ts';
import { percent } from '#kernel/percent.ts';
import { price } from '#kernel/price.ts';
import { quantity } from '#kernel/quantity.ts';
import { plus } from '#kernel/time.ts';
import type { Instrument } from '#market/instrument.ts';
import { alertOf, futureOf, NOW, optionOf, shareOf } from '../../../fixtures/risk.ts';

const HALF = percent('50%');
const UBER = optionOf();
const XOM = optionOf('XOM', '118', 'C');

function trade(id: string, instrument: Instrument, change: Partial<OpenTrade> = {}): OpenTrade {
  return {
    tradeId: asTradeId(id),
    author: 'discord:1',
    instrument,
    openQuantity: quantity(4),
    openedAt: NOW,
    ...change,
  };
}

function shown(target: ExitTarget): string {
  return target.kind === 'resolved'
    ? `${target.quantity} of ${target.tradeId}`
    : [target.code, ...target.candidates].join(' | ');
}

function named(change: Partial<ParsedAlert>, open: readonly OpenTrade[], of: Instrument = UBER) {
  const alert = alertOf(of, { action: 'STC', ...change });
  return shown(resolveNamedExit(alert, { author: 'discord:1', open, partialExit: HALF }));
}

function context(change: Partial<ContextExit>, open: readonly OpenTrade[]): string {
  const unnamed = { symbol: null, partial: false, fraction: null, quantity: null, price: null };
  const exit = { ...unnamed, ...change };
  return shown(resolveContextExit(exit, { author: 'discord:1', open, partialExit: HALF }));
}

describe('an exit by context', () => {
  const both = [trade('a', UBER), trade('b', XOM, { openedAt: plus(NOW, -1) })];

  it.each<[string, Partial<ContextExit>, readonly OpenTrade[], string]>([
    ['the only trade', {}, [trade('a', UBER)], '4 of a'],
    ['the only one of that symbol', { symbol: 'XOM' }, both, '4 of b'],
    ['as many as it says', { symbol: 'XOM', quantity: 3 }, both, '3 of b'],
    [
      'as many as it says of what is trimmed',
      { quantity: 1, partial: true },
      [trade('a', UBER)],
      '1 of a',
    ],
    ['no more than is open', { quantity: 9 }, [trade('a', UBER)], '4 of a'],
    [
      'two, oldest first, when it names none',
      {},
      both,
      'several_positions | 4 XOM 118C 2025-12-12 (b) | 4 UBER 78P 2025-12-12 (a)',
    ],
    [
      'another symbol than any',
      { symbol: 'AMD' },
      [trade('a', UBER)],
      'no_position | 4 UBER 78P 2025-12-12 (a)',
    ],
    ['nothing open', {}, [], 'no_position'],
    ["another author's trade", {}, [trade('a', UBER, { author: 'discord:2' })], 'no_position'],
    ['the same user id elsewhere', {}, [trade('a', UBER, { author: 'slack:1' })], 'no_position'],
    [
      'what has been sold already',
      {},
      [trade('a', UBER, { openQuantity: quantity(0) }), trade('b', XOM)],
      '4 of b',
    ],
    [
      'two contracts of one symbol',
      { symbol: 'UBER' },
      [trade('a', UBER), trade('b', optionOf('UBER', '80'))],
      'several_positions | 4 UBER 78P 2025-12-12 (a) | 4 UBER 80P 2025-12-12 (b)',
    ],
    [
      'the one of two whose strike and side are named',
      { symbol: 'UBER', strike: price('80'), right: 'P' },
      [trade('a', UBER), trade('b', optionOf('UBER', '80'))],
      '4 of b',
    ],
    [
      'no other strike than the one named',
      { symbol: 'UBER', strike: price('81'), right: 'P' },
      [trade('a', UBER)],
      'no_position | 4 UBER 78P 2025-12-12 (a)',
    ],
    [
      'not the other side of it',
      { symbol: 'UBER', strike: price('78'), right: 'C' },
      [trade('a', UBER)],
      'no_position | 4 UBER 78P 2025-12-12 (a)',
    ],
    [
      'no share for a strike',
      { symbol: 'UBER', strike: price('78') },
      [trade('a', shareOf())],
      'no_position | 4 UBER (a)',
    ],
    [
      'a future by its root',
      { symbol: 'MES' },
      [trade('a', futureOf()), trade('b', UBER)],
      '4 of a',
    ],
  ])('finds %s', (_, exit, open, expected) => {
    expect(context(exit, open)).toBe(expected);
  });
});

describe('an exit of a named contract', () => {
  it.each<[string, Partial<ParsedAlert>, Instrument, string]>([
    ['that contract', {}, UBER, '4 of a'],
    ['whatever the price', { price: price('99') }, UBER, '4 of a'],
    ['another strike', { strike: price('80') }, UBER, 'no_position'],
    ['the other side', { right: 'C' }, UBER, 'no_position'],
    ['another expiry', {}, optionOf('UBER', '78', 'P', '2025-12-19'), 'no_position'],
    ['the share, when the option is open', {}, shareOf(), 'no_position'],
    ['the only expiry of that strike, when it names none', { expiry: null }, UBER, '4 of a'],
  ])('finds %s', (_, change, of, expected) => {
    expect(named(change, [trade('a', UBER)], of).split(' | ')[0]).toBe(expected);
  });

  it('is refused when the author has two trades in it', () => {
    expect(named({}, [trade('a', UBER), trade('b', UBER)])).toBe(
      'several_positions | 4 UBER 78P 2025-12-12 (a) | 4 UBER 78P 2025-12-12 (b)',
    );
  });

  it('is refused when it names no expiry and two fit', () => {
    const later = trade('b', optionOf('UBER', '78', 'P', '2025-12-19'));
    expect(named({ expiry: null }, [trade('a', UBER), later])).toMatch(/^several_positions/);
  });

  it('sells shares by their symbol', () => {
    const open = [trade('a', shareOf('SOFI'), { openQuantity: quantity(35) })];
    expect(named({}, open, shareOf('SOFI'))).toBe('35 of a');
  });
});

describe('how much an exit sells', () => {
  function sold(open: number, change: Partial<ParsedAlert>): string {
    return named(change, [trade('a', UBER, { openQuantity: quantity(open) })]).split(' ')[0] ?? '';
  }

  it.each<[number, Partial<ParsedAlert>, string]>([
    [5, {}, '5'],
    [5, { partial: true }, '2'],
    [2, { partial: true }, '1'],
    [1, { partial: true }, '1'],
    [5, { partial: true, fraction: 0.5 }, '2'],
    [3, { partial: true, fraction: 0.5 }, '1'],
    [1, { partial: true, fraction: 0.25 }, '1'],
    [6, { partial: true, fraction: 1 / 3 }, '2'],
    [6, { partial: true, fraction: 2 / 3 }, '4'],
    [10, { partial: true, fraction: 0.7 }, '7'],
    [100, { partial: true, fraction: 0.29 }, '29'],
    [5, { partial: true, fraction: 1 }, '5'],
    [5, { partial: true, fraction: 3 }, '5'],
    [5, { quantity: 2 }, '2'],
    [5, { quantity: 5 }, '5'],
    [5, { quantity: 50 }, '5'],
    [5, { quantity: 2, partial: true, fraction: 0.5 }, '2'],
    [5, { quantity: 0 }, 'exit_size_unclear'],
    [5, { quantity: -1 }, 'exit_size_unclear'],
    [5, { quantity: 1.5 }, 'exit_size_unclear'],
    [5, { partial: true, fraction: 0 }, 'exit_size_unclear'],
    [5, { partial: true, fraction: -0.5 }, 'exit_size_unclear'],
    [5, { partial: true, fraction: Number.NaN }, 'exit_size_unclear'],
  ])('of %d open, with %j: %s', (open, change, expected) => {
    expect(sold(open, change)).toBe(expected);
  });

  it('is from 1 to what is open, whatever the message says', () => {
    const said = fc.record({
      partial: fc.boolean(),
      fraction: fc.option(fc.double()),
      quantity: fc.option(fc.oneof(fc.integer(), fc.double())),
    });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), said, (open, change) => {
        const count = Number(sold(open, change).replace('exit_size_unclear', '1'));
        expect(count).toBeGreaterThanOrEqual(1);
        expect(count).toBeLessThanOrEqual(open);
      }),
    );
  });
});
