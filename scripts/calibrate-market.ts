/**
 * `node scripts/calibrate-market.ts`: fits the simulated market's option model to recorded chains
 * and writes the figures to `src/adapters/simulated/calibration.ts`.
 *
 * Reads the directory `STRIKEWIRE_MARKET_DATA`. Index funds are fitted directly. Of single names
 * the only whole recorded chain with quotes is GOOG of 2015, before the penny program reached it
 * and far wider than names are quoted today: its smile is used as it is, its spreads only as the
 * far end of a scale on which the usual name lies half-way (by ratio) from the funds, and a busy
 * one a quarter.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { SizeFigures, SpreadFigures } from '#adapters/simulated/calibration.ts';
import { halfSpreadOf } from '#adapters/simulated/option-model.ts';
import { loadChains } from './calibration/chains.ts';
import {
  cellsOf,
  fitSize,
  fitSmile,
  fitSpread,
  fitTerm,
  median,
  scatter,
  usable,
} from './calibration/fit.ts';
import { type Point, pointsOf } from './calibration/points.ts';

const HEAD = `/**
 * Figures of the option model, fitted to recorded chains and written by
 * \`scripts/calibrate-market.ts\`: do not edit.
 */
import type { Liquidity } from './universe.ts';

/** Volatility relative to at the money over moneyness in standard deviations: a hyperbola. */
export interface Smile {
  readonly level: number;
  readonly tilt: number;
  readonly curve: number;
  readonly centre: number;
  readonly width: number;
}

/** Half of a spread in dollars on an underlying at 100: of delta, of vega, deep in the money. */
export interface SpreadFigures {
  readonly ofDelta: number;
  readonly ofVega: number;
  readonly deep: number;
  /** Power of delta that \`deep\` goes with. */
  readonly depth: number;
}

/** Contracts at the touch: usual × delta^power. */
export interface SizeFigures {
  readonly usual: number;
  readonly power: number;
}
`;

const folder = process.env['STRIKEWIRE_MARKET_DATA'];
if (folder === undefined) {
  console.error('expected the directory of recorded market data in STRIKEWIRE_MARKET_DATA');
  process.exit(2);
}

const chains = loadChains(folder).map((chain) => pointsOf(chain).filter(usable));
const [funds, names] = (['fund', 'name'] as const).map((kind) =>
  chains.filter((points) => points[0]?.chain.kind === kind),
);
if (funds === undefined || names === undefined) throw new Error('expected both kinds of chains');
const [fundPoints, namePoints] = [funds.flat(), names.flat()];

const fundSmile = fitSmile(fundPoints);
const nameSmile = fitSmile(namePoints);
const fundSpread = fitSpread(fundPoints);
const width = widthOf(namePoints, fundSpread, fitSpread(namePoints));
const fundSize = fitSize(fundPoints);
const nameSize = fitSize(namePoints);

const figures = {
  SMILES: { fund: fundSmile, busy: nameSmile, usual: nameSmile },
  // GOOG's volatility rises toward its earnings of January: no term structure to learn.
  TERM_POWERS: { fund: fitTerm(funds), busy: 0, usual: 0 },
  SPREADS: {
    fund: fundSpread,
    busy: widened(fundSpread, width ** 0.25),
    usual: widened(fundSpread, width ** 0.5),
  },
  SIZES: { fund: fundSize, busy: between(fundSize, nameSize), usual: nameSize },
};
const spreadScatter = scatter(fundPoints);

const target = fileURLToPath(new URL('../src/adapters/simulated/calibration.ts', import.meta.url));
writeFileSync(target, written());
console.log(`fitted to ${fundPoints.length} options of funds and ${namePoints.length} of GOOG`);
console.log(`GOOG of 2015 is quoted ${width.toFixed(1)} times as wide as the funds`);
console.log(`written to ${target}; now run biome on it`);

/** How many times as wide the one is quoted as the other would be, in the middle of its cells. */
function widthOf(points: readonly Point[], narrow: SpreadFigures, wide: SpreadFigures): number {
  const ratios = cellsOf(points)
    .flat()
    .filter(({ delta }) => Math.abs(delta) < 0.6)
    .map(({ delta, years, chain }) => {
      const at = { delta, years, spot: chain.spot };
      return halfSpreadOf(wide, at) / halfSpreadOf(narrow, at);
    });
  return median(ratios);
}

/** Deep in the money funds are quoted as wide as GOOG was: that part stays. */
function widened(spread: SpreadFigures, by: number): SpreadFigures {
  return { ...spread, ofDelta: spread.ofDelta * by, ofVega: spread.ofVega * by };
}

function between(a: SizeFigures, b: SizeFigures): SizeFigures {
  return { usual: Math.sqrt(a.usual * b.usual), power: (a.power + b.power) / 2 };
}

function written(): string {
  const constants = Object.entries(figures).map(([name, value]) => {
    const type =
      { SMILES: 'Smile', SPREADS: 'SpreadFigures', SIZES: 'SizeFigures' }[name] ?? 'number';
    return `export const ${name}: Readonly<Record<Liquidity, ${type}>> = ${shown(value)};`;
  });
  return `${HEAD}
${constants.join('\n\n')}

/** How far spreads scatter about the figures: standard deviation of their logarithm. */
export const SPREAD_SCATTER = ${shown(spreadScatter)};
`;
}

function shown(value: unknown): string {
  return JSON.stringify(
    value,
    (_key, each: unknown) => (typeof each === 'number' ? Number(each.toPrecision(4)) : each),
    2,
  ).replaceAll('"', '');
}
