import { expect, it } from 'vitest';
import { quantile, spread } from '../../../bench/report.ts';

const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);

it('gives mean, median and 99th percentile of samples in any order', () => {
  expect(spread('wait', hundred, 'ms')).toEqual({
    what: 'wait',
    value: 50.5,
    unit: 'ms',
    p50: 50,
    p99: 99,
  });
});

it('takes a quantile from the samples themselves', () => {
  expect(quantile([7], 0.99)).toBe(7);
  expect(quantile([1, 2], 0)).toBe(1);
  expect(quantile([1, 2], 1)).toBe(2);
});
