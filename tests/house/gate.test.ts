/** `.ci/run`, with an npm that only says what it was asked: order, verdict and last line. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ROOT } from '../architecture/source.ts';

const STAGES = [
  'ci',
  'test',
  'run sim -- --gate --within 120 --least 25',
  'run check -- --no-tests',
];

let clone = '';

beforeEach(() => {
  clone = mkdtempSync(join(tmpdir(), 'strikewire-gate-'));
  cpSync(join(ROOT, '.ci'), join(clone, '.ci'), { recursive: true });
  mkdirSync(join(clone, 'bin'));
  // What the gate would otherwise install.
  for (const name of ['chromium', 'redis-server', 'promtool', 'apt-get']) put(name, 'exit 0');
});

afterEach(() => rmSync(clone, { recursive: true, force: true }));

it('runs every stage once, and closes with the count of the tests', () => {
  const { code, asked, lines } = gate('echo "7 passed, 0 failed"');
  expect([code, asked]).toEqual([0, STAGES]);
  expect(lines.at(-1)).toBe('7 passed, 0 failed');
});

it.each([
  ['run sim -- --gate --within 120 --least 25', 'simulation'],
  ['run check -- --no-tests', 'check'],
])('names and counts a stage that failed, and goes on: npm %s', (stage, name) => {
  const { code, asked, lines } = gate('echo "7 passed, 0 failed"', stage);
  expect([code, asked]).toEqual([1, STAGES]);
  expect(lines.slice(-2)).toEqual([
    `Failed: ${name}. What each said stands above.`,
    '7 passed, 1 failed',
  ]);
});

it('counts a failed test once, and shows what else is wrong', () => {
  const { code, asked, lines } = gate('echo "6 passed, 1 failed"; exit 1', STAGES[3]);
  expect([code, asked]).toEqual([1, STAGES]);
  expect(lines.slice(-2)).toEqual([
    'Failed: tests check. What each said stands above.',
    '6 passed, 2 failed',
  ]);
});

it.each([
  ['that cannot be installed', 'echo "7 passed, 0 failed"', 'ci', ['ci']],
  ['whose tests end without a count', 'exit 1', '', ['ci', 'test']],
])('ends at once with a clone %s', (_, test, failing, wanted) => {
  const { code, asked, lines } = gate(test, failing);
  expect([code, asked]).toEqual([1, wanted]);
  expect(lines.at(-1)).not.toContain('passed');
});

/** `test` stands for `npm test`; `failing` is what npm fails at beside that. */
function gate(test: string, failing = '') {
  put('npm', `echo "asked: $*"; [ "$*" != test ] || { ${test}; }; [ "$*" != "${failing}" ]`);
  const env = { PATH: `${join(clone, 'bin')}:${process.env['PATH'] ?? ''}` };
  const run = spawnSync(join(clone, '.ci', 'run'), { encoding: 'utf8', env });
  const lines = run.stdout.trimEnd().split('\n');
  const asked = lines.flatMap((line) => (line.startsWith('asked: ') ? [line.slice(7)] : []));
  return { code: run.status, asked, lines };
}

function put(name: string, script: string): void {
  writeFileSync(join(clone, 'bin', name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
}
