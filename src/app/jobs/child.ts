/**
 * Heavy work in a process of its own: a command of this program, below the desk in the machine's
 * favour, so that neither its memory nor its turns nor its end are the desk's.
 */
import { spawn } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { Config } from '../config.ts';
import { WorkFailed } from './runner.ts';

const MAIN = fileURLToPath(new URL('../../main.ts', import.meta.url));
const TEXT_MAX = 4_000;

/** What the command prints with `--json`. Throws `WorkFailed` with its words when it is refused. */
export async function runCommand(
  config: Config,
  args: readonly string[],
  signal: AbortSignal,
): Promise<unknown> {
  signal.throwIfAborted();
  const settings = config.file === null ? [] : ['--config', config.file];
  const located = [...args, '--json', '--data', config.data.directory, ...settings];
  const child = spawn(process.execPath, [MAIN, ...located], { stdio: ['ignore', 'pipe', 'pipe'] });
  const stop = (): void => void child.kill('SIGKILL');
  signal.addEventListener('abort', stop);
  try {
    const { out, said, code } = await ended(child);
    signal.throwIfAborted();
    if (code === 0) return JSON.parse(out);
    const words = said === '' ? out.trim().slice(0, TEXT_MAX) : said;
    throw new WorkFailed(words === '' ? `strikewire ${args.join(' ')} ended with ${code}` : words);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

type Child = ReturnType<typeof spawn>;

async function ended(child: Child) {
  let out = '';
  let said = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-TEXT_MAX);
  });
  child.once('spawn', () => lower(child.pid));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  return { out, said: said.trim(), code };
}

/** It may be over already, and a system may not allow it: then it runs as it is. */
function lower(pid: number | undefined): boolean {
  if (pid === undefined) return false;
  try {
    setPriority(pid, constants.priority.PRIORITY_LOW);
    return true;
  } catch {
    return false;
  }
}

export const CountedFigures = z.record(z.string(), z.unknown()).transform((fields) => {
  const numbers = Object.entries(fields).filter(
    (field): field is [string, number] => typeof field[1] === 'number',
  );
  return Object.fromEntries(numbers);
});
