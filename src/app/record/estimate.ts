/** A mean with how sure it is: the 95 % interval of Student's t. */
import type { Estimate } from '#operate/api/answers.ts';

export interface Sample {
  add(value: number): void;
  estimate(): Estimate;
}

/** Two-sided 95 % quantiles by degrees of freedom; from 30 on the last is near enough. */
const T95 = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145,
  2.131, 2.12, 2.11, 2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048,
  2.045, 2.042,
];

/** By Welford's method: one pass, and exact enough however many. */
export function createSample(): Sample {
  let n = 0;
  let mean = 0;
  let squares = 0;
  return {
    add(value) {
      n += 1;
      const off = value - mean;
      mean += off / n;
      squares += off * (value - mean);
    },
    estimate() {
      if (n === 0) return { n, mean: null, low: null, high: null };
      if (n === 1) return { n, mean, low: null, high: null };
      const t = T95[Math.min(n - 2, T95.length - 1)] ?? 0;
      const half = t * Math.sqrt(squares / (n - 1) / n);
      return { n, mean, low: mean - half, high: mean + half };
    },
  };
}
