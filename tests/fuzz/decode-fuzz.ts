/**
 * Throws mutated samples at every decoder there is. Nothing may throw but what it says it throws,
 * break its promises, or take longer than its budget.
 *
 *   node tests/fuzz/decode-fuzz.ts --seconds 600 --seed 1 [--only 'OCC symbol']
 */
import { parseArgs } from 'node:util';
import { createRandom } from '#kernel/random.ts';
import { DECODERS, type Decoder } from './decoders.ts';
import { fileDecoders } from './file-decoders.ts';
import { mutated } from './mutate.ts';

export interface DecodeReport {
  readonly name: string;
  readonly inputs: number;
  readonly slowestMs: number;
  /** What broke a promise, each with its input; empty is what we want. */
  readonly faults: readonly string[];
}

const BUDGET_MS = 50;
/** A pause of the machine is no fault of the decoder: what was slow is timed again. */
const RETRIES = 5;
const FAULTS_MAX = 5;

/** As many inputs as `goesOn` allows: it is told how many there were. */
export async function fuzzDecoder(
  { name, samples, decode, budgetMs = BUDGET_MS }: Decoder,
  seed: string,
  goesOn: (inputs: number) => boolean,
): Promise<DecodeReport> {
  const random = createRandom(`${seed} ${name}`);
  const faults: string[] = [];
  let slowestMs = 0;
  let inputs = 0;
  for (; goesOn(inputs) && faults.length < FAULTS_MAX; inputs += 1) {
    const bytes = mutated(samples, random);
    const shown = JSON.stringify(Buffer.from(bytes).toString('latin1').slice(0, 300));
    try {
      const ms = await timed(decode, bytes, budgetMs);
      slowestMs = Math.max(slowestMs, ms);
      if (ms > budgetMs) faults.push(`took ${ms} ms: ${shown}`);
    } catch (error) {
      const said = error instanceof Error ? (error.stack ?? error.message) : String(error);
      faults.push(`${said.split('\n').slice(0, 4).join(' ')}: ${shown}`);
    }
  }
  return { name, inputs, slowestMs, faults };
}

async function timed(
  decode: Decoder['decode'],
  bytes: Uint8Array,
  budgetMs: number,
): Promise<number> {
  let best = Infinity;
  for (let tries = 0; tries < RETRIES && best > budgetMs; tries += 1) {
    const start = process.hrtime.bigint();
    await decode(bytes);
    best = Math.min(best, Number(process.hrtime.bigint() - start) / 1e6);
  }
  return best;
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '60' },
      seed: { type: 'string', default: '1' },
      only: { type: 'string' },
    },
  });
  const files = fileDecoders();
  const chosen = [...DECODERS, ...files.decoders].filter(
    ({ name }) => values.only === undefined || name === values.only,
  );
  const eachMs = (Number(values.seconds) * 1_000) / Math.max(1, chosen.length);
  for (const decoder of chosen) {
    const until = performance.now() + eachMs;
    const { faults, ...figures } = await fuzzDecoder(
      decoder,
      values.seed,
      () => performance.now() < until,
    );
    process.stdout.write(`${JSON.stringify({ ...figures, faults: faults.length })}\n`);
    for (const fault of faults) process.stdout.write(`  ${fault}\n`);
    if (faults.length > 0) process.exitCode = 1;
  }
  files.close();
}
