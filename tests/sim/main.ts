/**
 * `npm run sim`: simulates seeds, replays one, or hunts mutants.
 *
 * Results go to stdout, progress to stderr. 0: everything held; 1: something did not, or something
 * interesting never happened; 2: wrong usage.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { type Batch, type FailedSeed, runBatch } from './batch.ts';
import { GATE_WITHIN_S, shortOf } from './gate.ts';
import { uncovered } from './marks.ts';
import { MUTANTS } from './mutants/catalogue.ts';
import { lineOf, tableOf } from './mutants/report.ts';
import { runMutants } from './mutants/run.ts';
import { type Shrunk, shrink } from './shrink.ts';
import { simulate } from './simulate.ts';
import { timeline } from './timeline.ts';

const HELP = `Simulates the desk under a hostile broker.

  npm run sim -- [--from S] [--seeds N] [--json]     N seeds from S on (1 and 1000)
  npm run sim -- --replay SEED [--trace]             one seed; its story with --trace
                 [--only f12,c60] [--alerts 0,3]     with these faults alone, with these alerts
                 [--mask f12,c60] [--drop 0,3]       without these
  npm run sim -- --mutant NAME|all [--json]          looks for a defect, or each we can think of,
                                                     in seeds 1 to N (200), and says what shows it

  npm run sim -- --gate [--within S] [--json]        what every change must stand: seeds from 1 on
                 [--least P]                         until enough has happened, in S seconds (${GATE_WITHIN_S});
                                                     P percent of it will do (100) when time is up

  --faults X            rates of all faults times X; 0: nothing goes wrong, and that must show
  --check-determinism   runs every seed twice and compares
  --threads N           as many as there are cores unless given
  --help

Exit code 0: all held. 1: an invariant broke, a seed differed when repeated, or an interesting thing
never happened (asked from ${String(500)} seeds on). 2: wrong usage.
`;

/** With fewer seeds some rare thing may not happen. */
const SEEDS_FOR_MARKS = 500;
const SHRUNK_TOLD = 3;
const SEEDS = '1000';
const MUTANT_SEEDS = '200';

class WrongUsage extends Error {}

const { stdout, stderr } = process;

async function main(): Promise<number> {
  const { values } = read();
  if (values.help) {
    stdout.write(HELP);
    return 0;
  }
  const faults = number('faults', values.faults, { least: 0, isWhole: false });
  if (values.replay !== undefined) {
    return replay({
      seed: number('replay', values.replay, { least: 1 }),
      mask: new Set(list(values.mask)),
      dropAlerts: new Set(numbers('drop', values.drop)),
      ...(values.only !== undefined && { only: new Set(list(values.only)) }),
      ...(values.alerts !== undefined && {
        onlyAlerts: new Set(numbers('alerts', values.alerts)),
      }),
      trace: values.trace,
      faults,
    });
  }
  const threads = number('threads', values.threads, { least: 1 });
  if (values.mutant !== undefined) return huntMutants(values.mutant, threads, values);
  const withinMs = 1_000 * number('within', values.within, { least: 1 });
  const batch = await runBatch({
    from: number('from', values.from, { least: 1 }),
    ...(values.gate
      ? {
          seeds: Infinity,
          isEnough: (done) => shortOf(done).length === 0 || done.wallMs >= withinMs,
        }
      : { seeds: number('seeds', values.seeds ?? SEEDS, { least: 1 }) }),
    threads,
    faults,
    twice: values['check-determinism'],
    ...(stderr.isTTY && { onProgress: showProgress }),
  });
  if (stderr.isTTY) stderr.write('\r\u001b[K');
  const missing = batch.seeds >= SEEDS_FOR_MARKS || faults === 0 ? uncovered(batch.marks) : [];
  stdout.write(
    values.json ? `${JSON.stringify(jsonOf(batch, missing))}\n` : textOf(batch, missing),
  );
  await tellFailed(batch.failed, faults);
  for (const seed of batch.differing) stderr.write(`seed ${seed} differed when repeated\n`);
  const least = number('least', values.least, { least: 1 });
  const short = values.gate ? shortOf(batch, least) : [];
  for (const what of short) stderr.write(`too little within ${values.within} s: ${what}\n`);
  const failures = [batch.failed, batch.differing, missing, short];
  return failures.every(({ length }) => length === 0) ? 0 : 1;
}

function read() {
  try {
    return parseArgs({
      options: {
        from: { type: 'string', default: '1' },
        seeds: { type: 'string' },
        json: { type: 'boolean', default: false },
        replay: { type: 'string' },
        trace: { type: 'boolean', default: false },
        mask: { type: 'string', default: '' },
        drop: { type: 'string', default: '' },
        only: { type: 'string' },
        alerts: { type: 'string' },
        mutant: { type: 'string' },
        gate: { type: 'boolean', default: false },
        least: { type: 'string', default: '100' },
        within: { type: 'string', default: String(GATE_WITHIN_S) },
        faults: { type: 'string', default: '1' },
        'check-determinism': { type: 'boolean', default: false },
        threads: { type: 'string', default: String(availableParallelism()) },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw new WrongUsage(error instanceof Error ? error.message : String(error));
  }
}

function number(
  option: string,
  text: string,
  { least, isWhole = true }: { readonly least: number; readonly isWhole?: boolean },
): number {
  const value = Number(text);
  const isSound = Number.isFinite(value) && value >= least && (!isWhole || Number.isInteger(value));
  if (!isSound || text.trim() === '') {
    const what = isWhole ? 'a whole number' : 'a number';
    throw new WrongUsage(`--${option} takes ${what} of at least ${least}, was '${text}'`);
  }
  return value;
}

function list(text: string): readonly string[] {
  return text === '' ? [] : text.split(',');
}

function numbers(option: string, text: string): readonly number[] {
  return list(text).map((each) => number(option, each, { least: 0 }));
}

async function huntMutants(
  name: string,
  threads: number,
  { seeds = MUTANT_SEEDS, json }: { readonly seeds?: string; readonly json: boolean },
): Promise<number> {
  const mutants = MUTANTS.filter((mutant) => name === 'all' || mutant.name === name);
  if (mutants.length === 0) {
    const known = MUTANTS.map((mutant) => mutant.name).join(', ');
    throw new WrongUsage(`--mutant takes one of: all, ${known}`);
  }
  const verdicts = await runMutants(mutants, {
    seeds: number('seeds', seeds, { least: 1 }),
    threads,
    ...(stderr.isTTY && { onVerdict: ({ mutant }) => stderr.write(`${mutant.name}\n`) }),
  });
  const lines = verdicts.map(lineOf);
  const told = name === 'all' ? lines : lines[0];
  stdout.write(json ? `${JSON.stringify(told)}\n` : `${tableOf(verdicts)}\n`);
  return lines.every(({ killed }) => killed) ? 0 : 1;
}

async function replay(request: Parameters<typeof simulate>[0]): Promise<number> {
  const outcome = await simulate(request);
  if (request.trace) stdout.write(timeline(outcome));
  const { violations, lifecycles, crashes, fired, traceHash } = outcome;
  for (const { invariant, at, what } of violations) {
    stdout.write(`${invariant} at ${at} ms: ${what}\n`);
  }
  stdout.write(
    `seed ${request.seed}: ${lifecycles} lifecycles, ${crashes} crashes, ${fired.length} faults, ` +
      `${violations.length} violations, trace ${traceHash}\n`,
  );
  return violations.length === 0 ? 0 : 1;
}

function perSecondPerCore({ lifecycles, cpuMs }: Batch): number {
  return cpuMs === 0 ? 0 : Math.round((lifecycles * 1_000) / cpuMs);
}

function jsonOf(batch: Batch, missing: readonly string[]) {
  const { seeds, lifecycles, crashes, ambiguous, messageFaults, wallMs, traceHash } = batch;
  return {
    seeds,
    lifecycles,
    crashes,
    ambiguous,
    messageFaults,
    violations: batch.failed.length,
    lifecyclesPerSecondPerCore: perSecondPerCore(batch),
    wallMs,
    traceHash,
    uncovered: missing,
  };
}

function textOf(batch: Batch, missing: readonly string[]): string {
  const { seeds, lifecycles, crashes, ambiguous, messageFaults, wallMs, traceHash } = batch;
  const lines = [
    `${seeds} seeds in ${(wallMs / 1_000).toFixed(1)} s: ${lifecycles} lifecycles, ` +
      `${crashes} crashes, ${ambiguous} ambiguous outcomes, ${messageFaults} message faults`,
    `${perSecondPerCore(batch)} lifecycles a second and core, trace ${traceHash}`,
    `${batch.failed.length} seeds broke an invariant`,
    ...missing.map((mark) => `never happened: ${mark}`),
  ];
  return `${lines.join('\n')}\n`;
}

function showProgress({ seeds, lifecycles, failed, wallMs }: Batch): void {
  const seconds = (wallMs / 1_000).toFixed(0);
  stderr.write(
    `\r\u001b[K${seeds} seeds, ${lifecycles} lifecycles, ${failed.length} failed, ${seconds} s`,
  );
}

/** How each is replayed; the first few with no more than they need. */
async function tellFailed(failed: readonly FailedSeed[], faults: number): Promise<void> {
  for (const [place, { seed, violations }] of failed.entries()) {
    for (const { invariant, what } of violations) {
      stderr.write(`seed ${seed} broke ${invariant}: ${what}\n`);
    }
    const shrunk = place < SHRUNK_TOLD ? await shrink(simulate, { seed, faults }) : null;
    const scale = faults === 1 ? '' : ` --faults ${faults}`;
    const needed = shrunk === null ? '' : neededBy(shrunk);
    stderr.write(`  npm run sim -- --replay ${seed} --trace${scale}${needed}\n`);
  }
}

function neededBy({ outcome, alerts }: Shrunk): string {
  const faults = outcome.fired.map(({ id }) => id).join(',');
  return ` --only '${faults}' --alerts '${alerts.join(',')}'`;
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof WrongUsage)) throw error;
  stderr.write(`${error.message}\nnpm run sim -- --help says what there is.\n`);
  process.exitCode = 2;
}
