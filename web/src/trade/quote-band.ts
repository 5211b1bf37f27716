/** The room between bid and ask, as a series of the chart. */
import type {
  CustomData,
  CustomSeriesOptions,
  CustomSeriesPricePlotValues,
  ICustomSeriesPaneRenderer,
  ICustomSeriesPaneView,
  PaneRendererCustomData,
  PriceToCoordinateConverter,
  Time,
  WhitespaceData,
} from 'lightweight-charts';
import { customSeriesDefaultOptions } from 'lightweight-charts';

export interface BandData extends CustomData {
  readonly bid: number;
  readonly ask: number;
}

export interface BandOptions extends CustomSeriesOptions {
  readonly fill: string;
  readonly edge: string;
}

type Target = Parameters<ICustomSeriesPaneRenderer['draw']>[0];

interface Drawn {
  readonly x: number;
  readonly bid: number;
  readonly ask: number;
}

export function createQuoteBand(
  fill: string,
  edge: string,
): ICustomSeriesPaneView<Time, BandData, BandOptions> {
  let given: PaneRendererCustomData<Time, BandData> | null = null;
  let look = { fill, edge };
  const renderer: ICustomSeriesPaneRenderer = {
    draw(target, toY) {
      if (given !== null) drawBand(target, pointsOf(given, toY), look);
    },
  };
  return {
    renderer: () => renderer,
    update(data, options) {
      given = data;
      look = { fill: options.fill, edge: options.edge };
    },
    priceValueBuilder: ({ bid, ask }): CustomSeriesPricePlotValues => [ask, bid, (bid + ask) / 2],
    isWhitespace: (data): data is WhitespaceData => !('bid' in data),
    defaultOptions: () => ({ ...customSeriesDefaultOptions, fill, edge }),
  };
}

function pointsOf(
  { bars, visibleRange }: PaneRendererCustomData<Time, BandData>,
  toY: PriceToCoordinateConverter,
): readonly Drawn[] {
  if (visibleRange === null) return [];
  // One more on either side, so that the band reaches the edges.
  const shown = bars.slice(Math.max(0, visibleRange.from - 1), visibleRange.to + 1);
  return shown.flatMap(({ x, originalData }) => {
    const bid = toY(originalData.bid);
    const ask = toY(originalData.ask);
    return bid === null || ask === null ? [] : [{ x, bid, ask }];
  });
}

/** As steps: a quote holds until the next one. */
function drawBand(
  target: Target,
  points: readonly Drawn[],
  { fill, edge }: { readonly fill: string; readonly edge: string },
): void {
  target.useMediaCoordinateSpace(({ context }) => {
    const [first] = points;
    const last = points.at(-1);
    if (first === undefined || last === undefined) return;
    const asks = stepsOf(points.map(({ x, ask }) => [x, ask]));
    const bids = stepsOf(points.map(({ x, bid }) => [x, bid]));
    context.fillStyle = fill;
    context.beginPath();
    for (const [x, y] of [...asks, ...bids.toReversed()]) context.lineTo(x, y);
    context.closePath();
    context.fill();
    context.strokeStyle = edge;
    context.lineWidth = 1;
    for (const line of [asks, bids]) {
      context.beginPath();
      for (const [x, y] of line) context.lineTo(x, y);
      context.stroke();
    }
  });
}

type Point = readonly [x: number, y: number];

function stepsOf(points: readonly Point[]): readonly Point[] {
  return points.flatMap(([x, y], at) => {
    const before = points[at - 1];
    return before === undefined ? [[x, y] as const] : [[x, before[1]] as const, [x, y] as const];
  });
}
