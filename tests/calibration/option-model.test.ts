/**
 * The simulated market's quotes beside recorded ones: the same contracts at the same spot and
 * volatility, compared cell by cell (underlying, time to expiry, delta).
 *
 * Needs the recorded chains in the directory `STRIKEWIRE_MARKET_DATA`; left out without it.
 */
import { describe, expect, it, type TestContext } from 'vitest';
import { SPREAD_SCATTER } from '#adapters/simulated/calibration.ts';
import { figuresOf, volatilityOf } from '#adapters/simulated/option-model.ts';
import { topOfBook } from '#adapters/simulated/quote-maker.ts';
import type { Liquidity, Underlying } from '#adapters/simulated/universe.ts';
import { createRandom } from '#kernel/random.ts';
import { optionGrid } from '#market/tick-tables.ts';
import { loadChains } from '../../scripts/calibration/chains.ts';
import { cellsOf, median, usable } from '../../scripts/calibration/fit.ts';
import { monthVolatility, type Point, pointsOf } from '../../scripts/calibration/points.ts';

/** A recorded point, and the same contract as the simulated market quotes it. */
interface Pair {
  readonly point: Point;
  readonly spread: number;
  readonly relativeSpread: number;
  readonly volatility: number;
  readonly bid: number;
}

const random = createRandom('calibration');

function pairsOf(points: readonly Point[], liquidity: Liquidity): readonly Pair[] {
  const volatility = monthVolatility(points);
  return points.map((point) => {
    const { chain, option, years } = point;
    const { underlying: symbol, spot } = chain;
    const plain = { beta: 1, strikeStep: 1, follows: symbol };
    const underlying: Underlying = { symbol, price: spot, volatility, liquidity, ...plain };
    const contract = { underlying, right: option.right, strike: option.strike };
    const { value, halfSpread } = figuresOf(contract, spot, years);
    const half = halfSpread * Math.exp(SPREAD_SCATTER * random.normal());
    const [bid, ask] = topOfBook(optionGrid(symbol), value, half).map((each) => Number(each) / 1e9);
    if (bid === undefined || ask === undefined) throw new Error('expected two sides');
    return {
      point,
      bid,
      spread: ask - bid,
      relativeSpread: (2 * (ask - bid)) / (ask + bid),
      volatility: volatilityOf(underlying, option.strike, spot, years),
    };
  });
}

interface Recorded {
  readonly funds: readonly Pair[];
  readonly names: readonly Pair[];
}

let loaded: Recorded | null = null;

function chains({ skip }: TestContext): Recorded {
  const folder = process.env['STRIKEWIRE_MARKET_DATA'];
  if (folder === undefined) return skip('no market data: set STRIKEWIRE_MARKET_DATA');
  loaded ??= load(folder);
  return loaded;
}

function load(folder: string): Recorded {
  const loadedChains = loadChains(folder).map((chain) => pointsOf(chain).filter(usable));
  const of = (kind: string, liquidity: Liquidity): readonly Pair[] =>
    loadedChains
      .filter((points) => points[0]?.chain.kind === kind)
      .flatMap((points) => pairsOf(points, liquidity));
  return { funds: of('fund', 'fund'), names: of('name', 'usual') };
}

/** Cells of recorded points with the pairs they come from. */
function cells(pairs: readonly Pair[]): readonly (readonly Pair[])[] {
  const pairOf = new Map(pairs.map((pair) => [pair.point, pair]));
  return cellsOf([...pairOf.keys()]).map((cell) =>
    cell.flatMap((point) => pairOf.get(point) ?? []),
  );
}

function middle(cell: readonly Pair[], value: (pair: Pair) => number): number {
  return median(cell.map(value));
}

/** How often, in percent, something is true of the cells. */
function share<T>(of: readonly T[], isTrue: (each: T) => boolean): number {
  return (100 * of.filter(isTrue).length) / of.length;
}

const isTraded = (cell: readonly Pair[]): boolean =>
  middle(cell, ({ point }) => Math.abs(point.delta)) < 0.6;

function spreadRatio(cell: readonly Pair[]): number {
  return middle(cell, ({ spread }) => spread) / middle(cell, ({ point }) => point.spread);
}

describe('simulated quotes beside recorded chains', () => {
  it('covers the recorded chains in many cells', (context) => {
    const { funds, names } = chains(context);
    expect(funds.length).toBeGreaterThan(50_000);
    expect(names.length).toBeGreaterThan(500);
    expect(cells(funds).length).toBeGreaterThan(60);
  });

  it('quotes funds as wide as recorded where they are traded, within half and double', (context) => {
    const { funds } = chains(context);
    const traded = cells(funds).filter(isTraded);
    const ratios = traded.map(spreadRatio);
    expect(share(ratios, (ratio) => ratio > 0.5 && ratio < 2)).toBeGreaterThanOrEqual(90);
    expect(median(ratios)).toBeGreaterThan(0.8);
    expect(median(ratios)).toBeLessThan(1.25);
  });

  it('quotes funds relative to their price as wide as recorded, at every distance', (context) => {
    const { funds } = chains(context);
    for (const [from, to] of [
      [0.05, 0.2],
      [0.2, 0.4],
      [0.4, 0.6],
    ] as const) {
      const near = funds.filter(({ point }) => {
        const delta = Math.abs(point.delta);
        return delta >= from && delta < to && point.mid > 0.1;
      });
      const recorded = median(near.map(({ point }) => point.spread / point.mid));
      const ratio = median(near.map(({ relativeSpread }) => relativeSpread)) / recorded;
      expect(ratio, `delta ${from} to ${to}`).toBeGreaterThan(0.6);
      expect(ratio, `delta ${from} to ${to}`).toBeLessThan(1.6);
    }
  });

  it('scatters spreads of one cell about as much as recorded', (context) => {
    const { funds } = chains(context);
    const quartiles = (values: readonly number[]): number => {
      const sorted = values.toSorted((a, b) => a - b);
      const at = (place: number): number => sorted[Math.floor(place * sorted.length)] ?? Number.NaN;
      return at(0.75) / at(0.25);
    };
    const traded = cells(funds).filter(isTraded);
    const simulated = median(traded.map((cell) => quartiles(cell.map(({ spread }) => spread))));
    const recorded = median(traded.map((cell) => quartiles(cell.map(({ point }) => point.spread))));
    expect(simulated / recorded).toBeGreaterThan(0.6);
    expect(simulated / recorded).toBeLessThan(1.6);
  });

  it('has the volatility smile of the funds, within a tenth', (context) => {
    const { funds } = chains(context);
    const told = funds.filter(
      ({ point }) => point.isOutOfTheMoney && point.spread / point.mid < 0.35,
    );
    for (let deviations = -5; deviations <= 2; deviations += 1) {
      const near = told.filter(({ point }) => Math.abs(point.deviations - deviations) < 0.5);
      const ratio = median(near.map(({ point, volatility }) => volatility / point.volatility));
      expect(near.length).toBeGreaterThan(100);
      expect(ratio, `${deviations} standard deviations`).toBeGreaterThan(0.9);
      expect(ratio, `${deviations} standard deviations`).toBeLessThan(1.1);
    }
  });

  it('bids for what somebody bid for, unless it is worth less than a cent or two', (context) => {
    const { funds } = chains(context);
    const bidFor = funds.filter(({ point }) => point.option.bid >= 0.03);
    expect(share(bidFor, ({ bid }) => bid > 0)).toBeGreaterThan(95);
  });

  it('quotes a usual name wider than funds and closer than GOOG was quoted in 2015', (context) => {
    const { names } = chains(context);
    const traded = cells(names).filter(isTraded);
    const asFund = cells(pairsOf([...names.map(({ point }) => point)], 'fund')).filter(isTraded);
    expect(traded.length).toBeGreaterThan(3);
    for (const [place, cell] of traded.entries()) {
      const simulated = middle(cell, ({ spread }) => spread);
      expect(simulated).toBeLessThan(middle(cell, ({ point }) => point.spread) * 1.2);
      expect(simulated).toBeGreaterThanOrEqual(middle(asFund[place] ?? [], ({ spread }) => spread));
    }
  });
});
