/**
 * What the chart of a trade draws, from its record and the live quotes since.
 *
 * Prices become numbers here, for their place on the screen alone; what is read stays text.
 */
import type { LiveQuote } from '../api/live-state.ts';
import type { TradeChart } from '../api/types.ts';

export interface BandPoint {
  /** Whole seconds since 1970. */
  readonly time: number;
  readonly bid: number;
  readonly ask: number;
}

export interface LinePoint {
  readonly time: number;
  /** Absent: nothing worked from here on. */
  readonly value?: number;
}

export interface FillMark {
  readonly time: number;
  readonly price: number;
  readonly isBuy: boolean;
  readonly text: string;
}

export interface ChartData {
  /** Every second, or every few of a long trade: without them time would run unevenly. */
  readonly axis: readonly number[];
  readonly band: readonly BandPoint[];
  readonly entry: readonly LinePoint[];
  readonly exit: readonly LinePoint[];
  readonly fills: readonly FillMark[];
}

const AXIS_MAX = 900;
/** A target farther from the market than this would press the market into a line. */
const NEAR = 1.3;

/** Whether the chart has room for the exits beside the market. */
export function isExitNear({ band, exit }: ChartData): boolean {
  const top = Math.max(...band.map(({ ask }) => ask));
  return exit.every(({ value }) => value === undefined || value <= top * NEAR);
}

interface Ends {
  /** When the entry stopped working; `null` while it does. */
  readonly entryEndedAt: string | null;
  /** The newest instant the chart reaches to. */
  readonly until: string;
}

export function chartData(
  chart: TradeChart,
  live: readonly LiveQuote[],
  { entryEndedAt, until }: Ends,
): ChartData {
  const entry = chart.limits.filter(({ role }) => role === 'entry');
  const exit = chart.limits.filter(({ role }) => role !== 'entry');
  const band = bandOf([...chart.band, ...live]);
  return {
    axis: axisOf(band[0]?.time ?? seconds(until), Math.max(seconds(until), band.at(-1)?.time ?? 0)),
    band,
    entry: lineOf(entry, entryEndedAt ?? until, entryEndedAt !== null),
    exit: lineOf(exit, until, false),
    fills: chart.fills.map(({ at, role, quantity, price }) => ({
      time: seconds(at),
      price: Number(price),
      isBuy: role === 'entry',
      text: `${role === 'entry' ? 'bought' : 'sold'} ${quantity} at ${price}`,
    })),
  };
}

function bandOf(quotes: readonly LiveQuote[]): readonly BandPoint[] {
  return perSecond(
    quotes.map(({ at, bid, ask }) => ({ time: seconds(at), bid: Number(bid), ask: Number(ask) })),
  );
}

function axisOf(from: number, until: number): readonly number[] {
  const every = Math.max(1, Math.ceil((until - from) / AXIS_MAX));
  const length = Math.floor((until - from) / every) + 1;
  return Array.from({ length }, (_, at) => from + at * every);
}

/** Steps from limit to limit; reaches to `endAt`, and stops there when it `hasEnded`. */
function lineOf(
  limits: TradeChart['limits'],
  endAt: string,
  hasEnded: boolean,
): readonly LinePoint[] {
  const points: LinePoint[] = limits.flatMap(({ at, limit }) =>
    limit === null ? [] : [{ time: seconds(at), value: Number(limit) }],
  );
  const last = points.at(-1);
  if (last === undefined) return [];
  const end = Math.max(seconds(endAt), last.time);
  const drawn = perSecond([...points, { ...last, time: end }]);
  return hasEnded ? [...drawn, { time: end + 1 }] : drawn;
}

/** The newest of each second, in order: a chart has room for one. */
function perSecond<Point extends { readonly time: number }>(points: readonly Point[]): Point[] {
  const bySecond = new Map(points.map((point) => [point.time, point]));
  return [...bySecond.values()].toSorted((a, b) => a.time - b.time);
}

function seconds(at: string): number {
  return Math.floor(Date.parse(at) / 1000);
}
