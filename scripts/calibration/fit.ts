/** Fits of the option model to recorded points. */
import type { SizeFigures, Smile, SpreadFigures } from '#adapters/simulated/calibration.ts';
import { halfSpreadOf, smileAt, TERM_YEARS } from '#adapters/simulated/option-model.ts';
import { TRADING_DAYS_PER_YEAR } from '#adapters/simulated/trading-time.ts';
import { minimise } from './minimise.ts';
import { monthVolatility, type Point } from './points.ts';

/** Spreads wider than this share of the price say little about volatility. */
const RELATIVE_SPREAD_MAX = 0.35;
const DEVIATIONS = { from: -6, to: 3 };
const YEARS_MAX = 0.5;
/** Of a normal distribution, in standard deviations. */
const QUARTILES_APART = 1.349;

export function usable(point: Point): boolean {
  return point.years <= YEARS_MAX;
}

export function fitSmile(points: readonly Point[]): Smile {
  const told = points.filter(
    ({ isOutOfTheMoney, spread, mid, deviations, volatility }) =>
      isOutOfTheMoney &&
      spread / mid < RELATIVE_SPREAD_MAX &&
      deviations > DEVIATIONS.from &&
      deviations < DEVIATIONS.to &&
      volatility < 2,
  );
  const smileOf = ([level = 0, tilt = 0, curve = 0, centre = 0, width = 0]: readonly number[]) => ({
    level,
    tilt,
    curve,
    centre,
    width: Math.abs(width),
  });
  const fitted = minimise(
    (parameters) => {
      const smile = smileOf(parameters);
      let loss = 0;
      for (const { volatility, atTheMoney, deviations } of told) {
        loss += Math.abs(volatility / atTheMoney - smileAt(smile, deviations));
      }
      return loss / told.length;
    },
    [0.8, -0.1, 0.2, 0.5, 1],
  );
  return smileOf(fitted);
}

/** Power of time by which volatility at the money grows, from a month to other expiries. */
export function fitTerm(chains: readonly (readonly Point[])[]): number {
  let [products, squares] = [0, 0];
  for (const points of chains) {
    const month = monthVolatility(points);
    for (const years of new Set(points.map((point) => point.years))) {
      const atTheMoney = points.find((point) => point.years === years)?.atTheMoney ?? month;
      const along = Math.log(years / TERM_YEARS);
      products += along * Math.log(atTheMoney / month);
      squares += along ** 2;
    }
  }
  return products / squares;
}

/** Fitted to the medians of cells, so that the many cheap far strikes do not drown the others. */
export function fitSpread(points: readonly Point[]): SpreadFigures {
  const told = cellsOf(points).map(middleOf);
  const figuresOf = ([ofDelta = 0, ofVega = 0, deep = 0, depth = 0]: readonly number[]) => ({
    ofDelta: Math.abs(ofDelta),
    ofVega: Math.abs(ofVega),
    deep: Math.abs(deep),
    depth: Math.abs(depth),
  });
  const fitted = minimise(
    (parameters) => {
      const figures = figuresOf(parameters);
      let loss = 0;
      for (const point of told)
        loss += Math.abs(Math.log(expectedSpread(figures, point) / point.spread));
      return loss / told.length;
    },
    [0.005, 0.02, 0.1, 8],
  );
  return figuresOf(fitted);
}

/** How far spreads scatter inside a cell: standard deviation of their logarithm, in the middle. */
export function scatter(points: readonly Point[]): number {
  const spreads = cellsOf(points).map((cell) => {
    const logs = cell.map(({ spread }) => Math.log(spread)).toSorted((a, b) => a - b);
    const at = (share: number): number => logs[Math.floor(share * logs.length)] ?? 0;
    return (at(0.75) - at(0.25)) / QUARTILES_APART;
  });
  return median(spreads);
}

/** Contracts at the touch = usual × |delta|^power. */
export function fitSize(points: readonly Point[]): SizeFigures {
  const told = points.filter(
    ({ option, delta }) => (option.size ?? 0) > 0 && Math.abs(delta) > 0.01,
  );
  const xs = told.map(({ delta }) => Math.log(Math.abs(delta)));
  const ys = told.map(({ option }) => Math.log(option.size ?? 1));
  const [x, y] = [mean(xs), mean(ys)];
  const power =
    xs.reduce((sum, each, place) => sum + (each - x) * ((ys[place] ?? y) - y), 0) /
    xs.reduce((sum, each) => sum + (each - x) ** 2, 0);
  return { usual: Math.exp(y - power * x), power };
}

const TENORS = [0, 2, 6, 22, 65, 126];
const DELTAS = [0, 0.05, 0.2, 0.4, 0.6, 0.8, 0.9];
const CELL_MIN = 15;

/** Points of one underlying, of like expiry and like delta. */
export function cellsOf(points: readonly Point[]): readonly (readonly Point[])[] {
  const cells = new Map<string, Point[]>();
  for (const point of points) {
    const tenor = TENORS.findLastIndex((from) => point.years * TRADING_DAYS_PER_YEAR >= from);
    const delta = DELTAS.findLastIndex((from) => Math.abs(point.delta) >= from);
    if (tenor < 0 || tenor === TENORS.length - 1 || delta === DELTAS.length - 1) continue;
    const key = `${point.chain.underlying} ${tenor} ${delta}`;
    const cell = cells.get(key);
    if (cell === undefined) cells.set(key, [point]);
    else cell.push(point);
  }
  return [...cells.values()].filter(({ length }) => length >= CELL_MIN);
}

function middleOf(cell: readonly Point[]): Point {
  const [any] = cell;
  if (any === undefined) throw new Error('expected a cell with points');
  const of = (value: (point: Point) => number): number => median(cell.map(value));
  return {
    ...any,
    mid: of(({ mid }) => mid),
    spread: of(({ spread }) => spread),
    years: of(({ years }) => years),
    delta: of(({ delta }) => Math.abs(delta)),
  };
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** Rounding both sides outward costs one tick on average. */
function expectedSpread(figures: SpreadFigures, point: Point): number {
  return 2 * halfSpreadOf(figures, { ...point, spot: point.chain.spot }) + tickOf(point);
}

function tickOf({ chain, mid }: Point): number {
  if (chain.kind === 'fund') return 0.01;
  return mid < 3 ? 0.05 : 0.1;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, each) => sum + each, 0) / values.length;
}
