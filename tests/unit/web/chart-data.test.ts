import { describe, expect, it } from 'vitest';
import type { TradeChart } from '#operate/api/answers.ts';
import { chartData } from '../../../web/src/trade/chart-data.ts';

const at = (second: number) => new Date(Date.UTC(2025, 11, 2, 15, 30, second)).toISOString();
const seconds = (second: number) => Date.parse(at(second)) / 1000;

const CHART: TradeChart = {
  band: [
    { at: at(0), bid: '0.71', ask: '0.79' },
    { at: at(20), bid: '0.72', ask: '0.80' },
  ],
  limits: [
    { at: at(0), role: 'entry', limit: '0.75', step: null },
    { at: at(20), role: 'entry', limit: '0.76', step: 1 },
    { at: at(22), role: 'exit', limit: '1.52', step: null },
  ],
  fills: [{ at: at(21), role: 'entry', quantity: 10, price: '0.76', fillId: 'f1' }],
};

describe('the chart of a trade', () => {
  it('draws the entry as steps that stop where it ended', () => {
    const { entry } = chartData(CHART, [], { entryEndedAt: at(21), until: at(40) });
    expect(entry).toEqual([
      { time: seconds(0), value: 0.75 },
      { time: seconds(20), value: 0.76 },
      { time: seconds(21), value: 0.76 },
      { time: seconds(22) },
    ]);
  });

  it('draws the exit up to now, and fills where they were', () => {
    const { exit, fills } = chartData(CHART, [], { entryEndedAt: at(21), until: at(40) });
    expect(exit.map(({ time, value }) => [time, value])).toEqual([
      [seconds(22), 1.52],
      [seconds(40), 1.52],
    ]);
    expect(fills).toEqual([
      { time: seconds(21), price: 0.76, isBuy: true, text: 'bought 10 at 0.76' },
    ]);
  });

  it('takes live quotes after those on record, the newest of each second', () => {
    const live = [
      { at: at(30), bid: '0.73', ask: '0.81' },
      { at: new Date(Date.parse(at(30)) + 500).toISOString(), bid: '0.74', ask: '0.82' },
    ];
    const { band } = chartData(CHART, live, { entryEndedAt: null, until: at(30) });
    expect(band.map(({ time, bid }) => [time, bid])).toEqual([
      [seconds(0), 0.71],
      [seconds(20), 0.72],
      [seconds(30), 0.74],
    ]);
  });
});
