/**
 * Throws any amount of nonsense at the parser: random Unicode, soups of trading words, mutated real
 * forms, repetitions up to the longest text. Nothing may throw, break a promise of `Reading`, or
 * take longer than its budget.
 *
 *   node tests/fuzz/parse-fuzz.ts --inputs 1000000 --seed 1
 */
import { parseArgs } from 'node:util';
import type { ParsedAlert, Reading } from '#alerts/model.ts';
import { parseAlert } from '#alerts/parse.ts';
import { TEXT_LENGTH_MAX } from '#alerts/parser/text/clean-text.ts';
import { REASONS } from '#alerts/reasons.ts';
import { createRandom, type Random } from '#kernel/random.ts';
import { contextAt, POSTED_AT, readLabelled } from '../fixtures/labelled-messages.ts';

export interface FuzzReport {
  readonly inputs: number;
  readonly instructions: number;
  readonly slowestMs: number;
  readonly slowest: string;
  /** What broke a promise, each with its input; empty is what we want. */
  readonly faults: readonly string[];
}

const BUDGET_MS = 5;
/** A pause of the machine is no fault of the parser: what was slow is timed again. */
const RETRIES = 5;
const FAULTS_MAX = 20;

const SOUP =
  `BTO STC STO BTC bought sold in out trim add added open close entry took all half 1/2 1/3
  AMD $AMD NVDA spy SPX /ES NQ MES BRK.B .AMD261016C215 215c 215 c p calls puts 215/220c $215 97.5p
  10/16 10/16/26 0dte 1dte today tomorrow this next week weekly Friday Oct 16 16OCT26 JAN 2027 exp
  @ @3.45 3.45 $3.45 .75 1,34 24,780 3.45-3.55 345/con 40% +40% x3 3x (4) 5 cons shares SL PT1 stop
  target 4.50 if above below over on the break of not never no watching loading ? ! * -> → > < ~ | :
  - , . ( ) / spread debit roll lotto swing Ticker: Strike: Entry: Stop: from to avg rest runners
  @everyone <@&123> https://a.b/c ** || \` ~~ 🚀 🟢 ½ ＠ ２ \u200b \n`.split(/\s+/);

const CODE_POINT_RANGES = [
  [0x20, 0x7e],
  [0x20, 0x7e],
  [0x0, 0x2ff],
  [0x300, 0x6ff],
  [0x2000, 0x2fff],
  [0xe000, 0xffff],
  [0x1d400, 0x1f9ff],
] as const;

const seeds = readLabelled('labelled').map(({ text }) => text);

function randomUnicode(random: Random): string {
  let text = '';
  const length = random.integer(0, 400);
  const [from, to] = random.pick(CODE_POINT_RANGES);
  for (let index = 0; index < length; index += 1)
    text += String.fromCodePoint(random.integer(from, to));
  return text;
}

function tokenSoup(random: Random): string {
  const length = random.integer(1, 40);
  const words = Array.from({ length }, () => random.pick(SOUP));
  return words.join(random.pick([' ', ' ', ' ', '', '\n', '  ']));
}

/** A labelled message with characters and words dropped, doubled, swapped or replaced. */
function mutated(random: Random): string {
  let text = random.pick(seeds);
  for (let edits = random.integer(1, 4); edits > 0; edits -= 1) {
    const at = random.integer(0, text.length);
    const to = Math.min(text.length, at + random.integer(0, 6));
    const insert = random.pick([
      '',
      '',
      random.pick(SOUP),
      ` ${random.pick(SOUP)} `,
      text.slice(at, to),
    ]);
    text = text.slice(0, at) + insert + text.slice(to);
  }
  return text;
}

function repeated(random: Random): string {
  const unit =
    random.pick([tokenSoup(random).slice(0, 12), random.pick(SOUP), mutated(random)]) || ' ';
  const length = random.integer(TEXT_LENGTH_MAX - 400, TEXT_LENGTH_MAX + 20);
  return unit.repeat(Math.ceil(length / unit.length)).slice(0, length);
}

function input(random: Random): string {
  const kind = random.next();
  if (kind < 0.3) return tokenSoup(random);
  if (kind < 0.75) return mutated(random);
  return kind < 0.995 ? randomUnicode(random) : repeated(random);
}

const context = contextAt(POSTED_AT);

function timed(text: string): { readonly reading: Reading; readonly ms: number } {
  const start = process.hrtime.bigint();
  const reading = parseAlert(text, context);
  return { reading, ms: Number(process.hrtime.bigint() - start) / 1e6 };
}

function brokenPromise(
  text: string,
  { verdict, code, alert, spans, detail }: Reading,
): string | null {
  const isInstruction = verdict === 'order' || verdict === 'exit';
  if (isInstruction !== (alert !== null)) return 'an alert without an instruction, or the reverse';
  if (!(code in REASONS) || detail === '') return 'an unknown reason';
  for (const { from, to } of Object.values(spans)) {
    if (!(0 <= from && from < to && to <= text.length)) return 'a span outside the text';
  }
  return alert === null ? null : brokenAlert(alert);
}

function brokenAlert(alert: ParsedAlert): string | null {
  const { price, priceHigh, quantity, strike, symbol, asset, right, expiry } = alert;
  if (price !== null && price <= 0n) return 'a price of nothing';
  if (priceHigh !== null && (price === null || priceHigh <= price)) return 'a range upside down';
  if (quantity !== null && !(Number.isSafeInteger(quantity) && quantity > 0)) return 'no quantity';
  if (!/^[A-Z0-9]{1,6}(?:\/[A-Z])?$/.test(symbol)) return `a symbol that is none: ${symbol}`;
  const isOption = asset === 'option' || asset === 'future_option';
  const hasContract = strike !== null && right !== null && expiry !== null;
  return isOption === hasContract ? null : 'half a contract';
}

export function fuzz(inputs: number, seed: string): FuzzReport {
  const random = createRandom(seed);
  const faults: string[] = [];
  let slowestMs = 0;
  let slowest = '';
  let instructions = 0;
  for (let count = 0; count < inputs && faults.length < FAULTS_MAX; count += 1) {
    const text = input(random);
    const { reading, ms } = timed(text);
    if (reading.alert !== null) instructions += 1;
    const fault = brokenPromise(text, reading);
    if (fault !== null) faults.push(`${fault}: ${JSON.stringify(text)}`);
    if (ms <= slowestMs) continue;
    const again = Array.from({ length: RETRIES }, () => timed(text).ms);
    const best = Math.min(ms, ...again);
    if (best > BUDGET_MS) faults.push(`took ${best} ms: ${JSON.stringify(text)}`);
    if (best > slowestMs) {
      slowestMs = best;
      slowest = text;
    }
  }
  return { inputs, instructions, slowestMs, slowest, faults };
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      inputs: { type: 'string', default: '1000000' },
      seed: { type: 'string', default: '1' },
    },
  });
  const start = performance.now();
  const report = fuzz(Number(values.inputs), values.seed);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  const { faults, slowest, ...figures } = report;
  process.stdout.write(`${JSON.stringify({ ...figures, seconds, faults: faults.length })}\n`);
  process.stdout.write(`slowest: ${JSON.stringify(slowest.slice(0, 120))}\n`);
  for (const fault of faults) process.stdout.write(`${fault.slice(0, 500)}\n`);
  process.exitCode = faults.length === 0 ? 0 : 1;
}
