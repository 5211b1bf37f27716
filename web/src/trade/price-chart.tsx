/** The chart of a trade: the market as a band, our limits as steps, fills as arrows. */
import {
  type AutoscaleInfo,
  ColorType,
  createChart,
  createSeriesMarkers,
  type IChartApi,
  type ISeriesApi,
  type ISeriesMarkersPluginApi,
  LineSeries,
  LineStyle,
  LineType,
  type SeriesMarker,
  type Time,
  type UTCTimestamp,
} from 'lightweight-charts';
import { useEffect, useRef } from 'react';
import { time as clockTime } from '../parts/format.ts';
import {
  type BandPoint,
  type ChartData,
  type FillMark,
  isExitNear,
  type LinePoint,
} from './chart-data.ts';
import { createQuoteBand } from './quote-band.ts';

const PRICE_FORMAT = { type: 'price', precision: 2, minMove: 0.01 } as const;

interface Drawing {
  readonly chart: IChartApi;
  readonly band: ReturnType<typeof addBand>;
  readonly entry: ISeriesApi<'Line'>;
  readonly exit: ISeriesApi<'Line'>;
  readonly marks: ISeriesMarkersPluginApi<Time>;
}

interface PriceChartProps {
  readonly data: ChartData;
  /** What it shows, in words, for whoever does not see it. */
  readonly label: string;
}

export function PriceChart({ data, label }: PriceChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const drawing = useRef<Drawing | null>(null);
  const hasFitted = useRef(false);

  useEffect(() => {
    if (place.current === null) return undefined;
    const made = draw(place.current);
    drawing.current = made;
    hasFitted.current = false;
    return () => {
      made.chart.remove();
      drawing.current = null;
    };
  }, []);
  useEffect(() => {
    if (drawing.current === null) return;
    show(drawing.current, data);
    if (!hasFitted.current) drawing.current.chart.timeScale().fitContent();
    hasFitted.current ||= data.band.length > 2;
  }, [data]);

  return <div ref={place} className="chart" role="img" aria-label={label} />;
}

function draw(place: HTMLElement): Drawing {
  const color = colorsOf(place);
  const chart = createChart(place, {
    autoSize: true,
    layout: {
      background: { type: ColorType.Solid, color: 'transparent' },
      textColor: color('--quiet'),
      fontFamily: color('--font'),
      // It would add a style element, which the policy refuses; the page links to it instead.
      attributionLogo: false,
    },
    grid: { vertLines: { color: color('--line') }, horzLines: { color: color('--line') } },
    rightPriceScale: {
      borderColor: color('--line'),
      scaleMargins: { top: 0.14, bottom: 0.22 },
    },
    timeScale: {
      borderColor: color('--line'),
      timeVisible: true,
      secondsVisible: true,
      tickMarkFormatter: inNewYork,
    },
    localization: { timeFormatter: inNewYork },
    handleScroll: { mouseWheel: false },
    handleScale: { mouseWheel: false },
  });
  const band = addBand(chart, color);
  const line = { lineType: LineType.WithSteps, lineWidth: 3, priceFormat: PRICE_FORMAT } as const;
  const entry = chart.addSeries(LineSeries, {
    ...line,
    color: color('--accent'),
    title: 'our bid',
    priceLineVisible: false,
  });
  const exit = chart.addSeries(LineSeries, {
    ...line,
    color: color('--good'),
    lineStyle: LineStyle.Dashed,
    title: 'our offer',
    priceLineVisible: false,
  });
  return { chart, band, entry, exit, marks: createSeriesMarkers(band, []) };
}

function addBand(chart: IChartApi, color: (name: string) => string) {
  return chart.addCustomSeries(createQuoteBand(`${color('--quiet')}33`, color('--quiet')), {
    priceFormat: PRICE_FORMAT,
    lastValueVisible: false,
    priceLineVisible: false,
  });
}

function show({ band, entry, exit, marks, chart }: Drawing, data: ChartData): void {
  const quoted = new Map(data.band.map((point) => [point.time, point]));
  const instants = new Set([...data.axis, ...quoted.keys()]);
  band.setData([...instants].toSorted((a, b) => a - b).map((at) => bandPoint(at, quoted.get(at))));
  entry.setData(data.entry.map(pointOf));
  exit.setData(data.exit.map(pointOf));
  const takesRoom = isExitNear(data);
  exit.applyOptions({ autoscaleInfoProvider: (base: Autoscale) => (takesRoom ? base() : null) });
  const color = colorsOf(chart.chartElement());
  marks.setMarkers(data.fills.map((fill) => markOf(fill, color)));
}

type Autoscale = () => AutoscaleInfo | null;

function bandPoint(at: number, point: BandPoint | undefined) {
  const time = stamp(at);
  return point === undefined ? { time } : { time, bid: point.bid, ask: point.ask };
}

function pointOf({ time: at, value }: LinePoint) {
  return value === undefined ? { time: stamp(at) } : { time: stamp(at), value };
}

function markOf(fill: FillMark, color: (name: string) => string): SeriesMarker<Time> {
  return {
    time: stamp(fill.time),
    position: fill.isBuy ? 'atPriceBottom' : 'atPriceTop',
    price: fill.price,
    shape: fill.isBuy ? 'arrowUp' : 'arrowDown',
    color: color(fill.isBuy ? '--accent' : '--good'),
    text: fill.text,
  };
}

function colorsOf(place: HTMLElement): (name: string) => string {
  const style = getComputedStyle(place);
  return (name) => style.getPropertyValue(name).trim();
}

function inNewYork(at: Time): string {
  return typeof at === 'number' ? clockTime(at * 1000) : '';
}

/** The library's own brand for whole seconds. */
function stamp(seconds: number): UTCTimestamp {
  return seconds as UTCTimestamp;
}
