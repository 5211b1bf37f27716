/** `npm test` tells the truth about a suite with every kind of trouble in it. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ROOT } from '../architecture/source.ts';

let suite = '';

beforeEach(() => {
  suite = mkdtempSync(join(tmpdir(), 'strikewire-suite-'));
  symlinkSync(join(ROOT, 'node_modules'), join(suite, 'node_modules'));
  const reporter = join(ROOT, 'scripts/test-reporter.ts');
  write('vitest.config.ts', [
    `import { createTallyReporter } from '${reporter}';`,
    `export default { test: { reporters: [createTallyReporter()] } };`,
  ]);
});

afterEach(() => rmSync(suite, { recursive: true, force: true }));

it('counts failures, unloadable files, stray errors and unexplained skips', () => {
  write('tests.test.ts', [
    `import { afterAll, describe, expect, it } from 'vitest';`,
    `it('passes', () => { expect(1).toBe(1); });`,
    `it('fails', () => { expect(1).toBe(2); });`,
    `it('steps aside', ({ skip }) => { skip('no data here'); });`,
    `it.skip('says nothing', () => {});`,
    `describe('with a hook', () => {`,
    `  afterAll(() => { throw new Error('hook broke'); });`,
    `  it('passes too', () => {});`,
    `});`,
  ]);
  write('broken.test.ts', [`import './nothing-here.ts';`]);
  write('stray.test.ts', [
    `import { it } from 'vitest';`,
    `it('leaves a promise behind', async () => {`,
    `  void Promise.reject(new Error('stray'));`,
    `  await new Promise((resolve) => setTimeout(resolve, 10));`,
    `});`,
  ]);
  const { code, lines } = npmTest();
  expect(code).toBe(1);
  expect(lines.at(-1)).toBe('3 passed, 5 failed');
  const told = lines.join('\n');
  expect(told).toContain('Skipped: tests.test.ts > steps aside: no data here');
  expect(told).toContain('counts as a failure: tests.test.ts > says nothing');
  expect(told).toContain('Failed outside a test: tests.test.ts: hook broke');
  expect(told).toContain('Failed outside a test: broken.test.ts');
  expect(told).toContain('Failed outside a test: stray');
});

it('fails when there is nothing to run', () => {
  const { code, lines } = npmTest();
  expect(code).toBe(1);
  expect(lines.slice(-2)).toEqual(['No test ran.', '0 passed, 1 failed']);
});

it('fails when the runner itself dies', () => {
  write('vitest.config.ts', [`process.kill(process.pid, 'SIGKILL');`, `export default {};`]);
  const { code, lines } = npmTest();
  expect(code).toBe(1);
  expect(lines.slice(-2)).toEqual([
    'The test runner ended without a report (signal SIGKILL).',
    '0 passed, 1 failed',
  ]);
});

function write(file: string, lines: readonly string[]): void {
  writeFileSync(join(suite, file), lines.join('\n'));
}

function npmTest(): { code: number | null; lines: readonly string[] } {
  const run = spawnSync(process.execPath, [join(ROOT, 'scripts/test.ts'), `--root=${suite}`], {
    encoding: 'utf8',
    cwd: suite,
  });
  return { code: run.status, lines: run.stdout.trimEnd().split('\n') };
}
