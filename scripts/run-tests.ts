/** Runs the suite in a process of its own, so that even its death is reported. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TALLY_FILE_VARIABLE } from './test-reporter.ts';
import { judge, type RunnerEnd, type Tally, tallySchema, type Verdict } from './test-tally.ts';

const VITEST = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url));

/** `root` holds `vitest.config.ts`; `args` are vitest's own: file filters, `-t PATTERN`. */
export async function runTests(root: string, args: readonly string[]): Promise<Verdict> {
  const folder = mkdtempSync(join(tmpdir(), 'strikewire-tests-'));
  try {
    const file = join(folder, 'tally.json');
    const end = await runVitest(root, args, file);
    return judge(readTally(file), end);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function runVitest(root: string, args: readonly string[], file: string): Promise<RunnerEnd> {
  const colour = process.stdout.isTTY ? {} : { NO_COLOR: '1' };
  const runner = spawn(process.execPath, [VITEST, 'run', ...args], {
    cwd: root,
    env: { ...process.env, ...colour, [TALLY_FILE_VARIABLE]: file },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  return new Promise((resolve, reject) => {
    runner.once('error', reject);
    runner.once('exit', (code, signal) => resolve({ code, signal }));
  });
}

function readTally(file: string): Tally | null {
  try {
    return tallySchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    // No report, or half of one: the run is judged by that.
    return null;
  }
}
