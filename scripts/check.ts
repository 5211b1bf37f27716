/**
 * `npm run check [-- --no-tests]`: everything that must hold, in one command.
 *
 * Every stage runs even when one before it failed, so that one run shows all there is to mend. What
 * a stage printed is shown when it failed. Ends with the count line of the tests; any failed stage
 * makes the exit code 1. What looks at the program from outside (processes, commands, a browser)
 * is left to `npm test`, which runs everything, so that this stays under a minute. `--no-tests` is
 * for whoever has run that already, as `.ci/run` has.
 */
import { spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { runTests } from './run-tests.ts';
import { closingLines, countLine } from './test-tally.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

interface Stage {
  readonly name: string;
  readonly command: string;
}

const STAGES: readonly Stage[] = [
  { name: 'format', command: 'biome ci --colors=off .' },
  { name: 'lint', command: 'oxlint src web tests scripts bench vitest.config.ts' },
  { name: 'types', command: 'tsc --noEmit --project .' },
  { name: 'page', command: 'tsc --noEmit --project web' },
  { name: 'unused', command: 'knip --no-progress' },
];

const { values } = parseArgs({ options: { 'no-tests': { type: 'boolean', default: false } } });
const failed: string[] = [];
for (const stage of STAGES) {
  const started = performance.now();
  const { passed, output } = await run(stage.command);
  tell(stage.name, passed, started);
  if (passed) continue;
  failed.push(stage.name);
  console.log(`\n> ${stage.command}\n${output.trim()}\n`);
}

const count = values['no-tests'] ? null : await test();
console.log(failed.length === 0 ? 'Check passed.' : `Check failed: ${failed.join(', ')}.`);
if (count !== null) console.log(count);
process.exitCode = failed.length === 0 ? 0 : 1;

/** What is to be said stands above; gives the line of the count. */
async function test(): Promise<string> {
  const started = performance.now();
  const tests = await runTests(root, ['--project', 'quick', '--project', 'whole']);
  const notes = closingLines(tests).slice(0, -1);
  for (const note of notes) console.log(note);
  tell('tests', tests.failed === 0, started);
  if (tests.failed > 0) failed.push('tests');
  console.log('Left to `npm test`: the program as a process, its commands and its page.');
  return countLine(tests);
}

/** The tools are the project's own, and run on its own Node. */
async function run(command: string): Promise<{ passed: boolean; output: string }> {
  const [program = '', ...args] = command.split(' ');
  const bin = join(root, 'node_modules', '.bin');
  const path = `${bin}${delimiter}${process.env['PATH'] ?? ''}`;
  const tool = spawn(join(bin, program), args, { cwd: root, env: { ...process.env, PATH: path } });
  const ended = new Promise<boolean>((resolve, reject) => {
    tool.once('error', reject);
    tool.once('close', (code) => resolve(code === 0));
  });
  const [out, err, passed] = await Promise.all([text(tool.stdout), text(tool.stderr), ended]);
  return { passed, output: out + err };
}

function tell(name: string, passed: boolean, startedMs: number): void {
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  console.log(`${name.padEnd(8)}${passed ? 'passed' : 'FAILED'}${`${seconds} s`.padStart(9)}`);
}
