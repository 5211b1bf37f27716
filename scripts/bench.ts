/**
 * `npm run bench -- NAME [--json]`: runs `bench/NAME.ts` and prints its rows, as a table or as one
 * line of JSON. Without a name it lists the benchmarks there are.
 */
import { readdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type BenchReport, type BenchRow, type Measure, machine } from '../bench/report.ts';

const folder = new URL('../bench/', import.meta.url);
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.ts') && file !== 'report.ts')
  .map((file) => file.slice(0, -'.ts'.length))
  .toSorted();

const { values, positionals } = parseArgs({
  options: { json: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const [name] = positionals;

if (name === undefined || positionals.length > 1 || !names.includes(name)) {
  console.error(`usage: npm run bench -- NAME [--json], NAME one of: ${names.join(', ')}`);
  process.exitCode = 2;
} else {
  const benchmark: unknown = await import(new URL(`${name}.ts`, folder).href);
  if (!isBenchmark(benchmark)) throw new TypeError(`bench/${name}.ts exports no \`measure\``);
  const report: BenchReport = { name, machine: machine(), rows: await benchmark.measure() };
  console.log(values.json ? JSON.stringify(report) : table(report));
}

function isBenchmark(module: unknown): module is { readonly measure: Measure } {
  return (
    typeof module === 'object' &&
    module !== null &&
    'measure' in module &&
    typeof module.measure === 'function'
  );
}

function table({ name: title, machine: where, rows }: BenchReport): string {
  const width = Math.max(0, ...rows.map(({ what }) => what.length));
  return [`${title}: ${where}`, ...rows.map((row) => tableLine(row, width))].join('\n');
}

function tableLine({ what, value, unit, p50, p99, vs, ratio }: BenchRow, width: number): string {
  const spread = p50 === undefined ? '' : `  p50 ${rounded(p50)}  p99 ${rounded(p99)}`;
  const compared = vs === undefined ? '' : `  ${rounded(ratio)} × ${vs}`;
  return `${what.padEnd(width)}  ${rounded(value)} ${unit}${spread}${compared}`;
}

function rounded(value: number | undefined): string {
  return value === undefined ? '?' : Number(value.toPrecision(4)).toLocaleString('en-US');
}
