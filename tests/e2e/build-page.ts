/** Before the tests of the program from outside: the page as its sources are now. */
import { execFileSync } from 'node:child_process';
import { globSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../architecture/source.ts';

const SOURCES = 'web/{index.html,vite.config.ts,public/*,src/**/*}';
const BUILT = join(ROOT, 'web', 'dist', 'index.html');

/** Vitest calls it once, before the first test. */
export function setup(): void {
  const changed = Math.max(
    ...globSync(SOURCES, { cwd: ROOT }).map((file) => changedAt(join(ROOT, file))),
  );
  if (changedAt(BUILT) >= changed) return;
  const vite = join(ROOT, 'node_modules', 'vite', 'bin', 'vite.js');
  execFileSync(process.execPath, [vite, 'build', 'web', '--logLevel', 'warn'], {
    cwd: ROOT,
    stdio: 'inherit',
  });
}

function changedAt(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
