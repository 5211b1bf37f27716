/**
 * What a benchmark reports: the shape that `npm run bench -- NAME --json` prints.
 *
 * A benchmark is a file of this folder, named for what it measures, that exports
 * `measure: Measure`. Rows say what was measured and in which unit; a spread is given by p50 and
 * p99, a comparison by what it is compared with (`vs`) and the quotient (`ratio`).
 */
import { cpus, release, totalmem } from 'node:os';

export interface BenchRow {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  readonly p50?: number;
  readonly p99?: number;
  /** What it is compared with: a goal, another way of doing it. */
  readonly vs?: string;
  /** `value` divided by that of `vs`. */
  readonly ratio?: number;
}

export interface BenchReport {
  readonly name: string;
  readonly machine: string;
  readonly rows: readonly BenchRow[];
}

export type Measure = () => Promise<readonly BenchRow[]>;

/** One row for many samples of one duration or size; `value` is their mean. */
export function spread(what: string, samples: readonly number[], unit: string): BenchRow {
  const sorted = [...samples].toSorted((a, b) => a - b);
  const sum = sorted.reduce((total, sample) => total + sample, 0);
  return {
    what,
    value: sum / sorted.length,
    unit,
    p50: quantile(sorted, 0.5),
    p99: quantile(sorted, 0.99),
  };
}

/** The smallest sample that at least that share of the samples does not exceed. */
export function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

/** `2 × AMD EPYC 7B13, 24 GiB, linux 6.1.0 x64, Node 24.21.0` */
export function machine(): string {
  const processors = cpus();
  const model = processors[0]?.model.trim() ?? 'unknown processor';
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`;
  const system = `${process.platform} ${release()} ${process.arch}`;
  return `${processors.length} × ${model}, ${memory}, ${system}, Node ${process.versions.node}`;
}
