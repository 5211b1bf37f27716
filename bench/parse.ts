/**
 * How fast the parser reads: messages per second on one core over the labelled set and over the
 * worked examples, the time one message takes, and the longest texts made to be slow.
 */
import { parseAlert } from '#alerts/parse.ts';
import type { ParseContext } from '#alerts/parser/parse-context.ts';
import { TEXT_LENGTH_MAX } from '#alerts/parser/text/clean-text.ts';
import {
  contextAt,
  type LabelledMessage,
  readLabelled,
} from '../tests/fixtures/labelled-messages.ts';
import { type BenchRow, quantile, spread } from './report.ts';

const GOAL_PER_SECOND = 150_000;
const GOAL_ONE_MS = 1;
const WARM_UP_MS = 1500;
const ROUNDS = 40;
const ROUND_MS = 50;

interface Input {
  readonly text: string;
  readonly context: ParseContext;
}

function inputsOf(messages: readonly LabelledMessage[]): readonly Input[] {
  return messages.map(({ text, posted_at: postedAt }) => ({ text, context: contextAt(postedAt) }));
}

export async function measure(): Promise<readonly BenchRow[]> {
  const labelled = inputsOf(readLabelled('labelled'));
  const worked = inputsOf(readLabelled('worked-examples'));
  run(labelled, WARM_UP_MS);
  return [
    throughput('labelled set', labelled),
    throughput('worked examples', worked),
    spread('one message', timesOf(labelled), 'µs'),
    slowest('slowest labelled message', labelled),
    slowest(`slowest of ${TEXT_LENGTH_MAX} characters`, hostile()),
  ];
}

/** Messages parsed in about that time, and the time it took. */
function run(inputs: readonly Input[], forMs: number): { count: number; ms: number } {
  const start = performance.now();
  let count = 0;
  let ms = 0;
  while (ms < forMs) {
    for (const { text, context } of inputs) parseAlert(text, context);
    count += inputs.length;
    ms = performance.now() - start;
  }
  return { count, ms };
}

function throughput(what: string, inputs: readonly Input[]): BenchRow {
  const rates = Array.from({ length: ROUNDS }, () => {
    const { count, ms } = run(inputs, ROUND_MS);
    return (count / ms) * 1000;
  });
  const sorted = rates.toSorted((a, b) => a - b);
  const median = quantile(sorted, 0.5);
  return {
    what,
    value: median,
    unit: 'messages/s',
    p50: median,
    p99: quantile(sorted, 0.99),
    vs: `the goal of ${GOAL_PER_SECOND.toLocaleString('en-US')} messages/s`,
    ratio: median / GOAL_PER_SECOND,
  };
}

function timesOf(inputs: readonly Input[]): readonly number[] {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const input of inputs) times.push(timed(input) * 1000);
  }
  return times;
}

function timed({ text, context }: Input): number {
  const start = performance.now();
  parseAlert(text, context);
  return performance.now() - start;
}

/** The slowest input by its own best of several tries: the machine's pauses do not count. */
function slowest(what: string, inputs: readonly Input[]): BenchRow {
  const best = inputs.map((input) => Math.min(...Array.from({ length: 5 }, () => timed(input))));
  const value = Math.max(...best);
  return {
    what,
    value,
    unit: 'ms',
    vs: `the goal of ${GOAL_ONE_MS} ms`,
    ratio: value / GOAL_ONE_MS,
  };
}

/** Texts that make a grammar look far: openings without end, the same part again and again. */
function hostile(): readonly Input[] {
  const units = [
    ...[
      'BTO ',
      'in ',
      'add ',
      '5 ',
      'if ',
      '> ',
      '*',
      '* ',
      '<',
      '@',
      '$ ',
      '.',
      '/',
      '1/2 ',
      '(5) ',
    ],
    ...[
      '10/16 ',
      'AMD ',
      'amd ',
      '205c ',
      '205 calls ',
      'stop 5 ',
      'target 5 6 ',
      'leave ',
      'half ',
    ],
    ...[
      '\n> ',
      '~',
      '`',
      '|',
      '](http',
      'http://',
      ':a: ',
      '&gt;',
      '\u001b[',
      '1,',
      '5 to ',
      '🚀',
      '½',
    ],
    ...['oct 5 ', '5 oct ', 'next week ', '1/2 size ', 'not ', 'NQ ', 'long NQ ', 'took profit '],
    ...['AMD 205c 10/16 ', 'BTO AMD 205c 10/16 @ 3 ', '205c/210c ', 'Entry: 5 ', '.A261016C5 '],
  ];
  const heads = ['', 'BTO AMD 205c 10/16 @ 3.40 ', 'bought ', 'STC AMD 205c 10/16 @ 3.40 '];
  const context = contextAt('2026-10-06');
  return heads.flatMap((head) =>
    units.map((unit) => {
      const text = (head + unit.repeat(TEXT_LENGTH_MAX)).slice(0, TEXT_LENGTH_MAX);
      return { text, context };
    }),
  );
}
