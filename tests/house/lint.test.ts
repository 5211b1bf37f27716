/** The lint configuration bites: code that breaks a rule is reported where it breaks it. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ROOT } from '../architecture/source.ts';

interface Example {
  readonly rule: string;
  readonly path: string;
  readonly code: string;
}

const promised = 'export async function work(): Promise<number> { return 1; }\n';
const anything = 'export function f(a: unknown[]): unknown { const b = JSON.parse(String(a)); ';

const REFUSED: readonly Example[] = [
  step('no-restricted-globals', 'export const now = () => Date.now();'),
  step('no-restricted-globals', 'export const at = new Date(0);'),
  step('no-restricted-globals', 'export const t = setTimeout(() => {}, 1);'),
  step('no-restricted-globals', 'export const t = setInterval(() => {}, 1);'),
  step('no-restricted-globals', 'export const t = performance.now();'),
  step('no-restricted-globals', 'export const id = crypto.randomUUID();'),
  step('no-restricted-globals', `export const page = fetch('http://localhost');`),
  step('no-restricted-globals', 'export const id = process.pid;'),
  step('no-restricted-globals', `console.log('a');`),
  step('no-restricted-globals', 'export const now = globalThis.Date.now();'),
  step('no-restricted-properties', 'export const chance = Math.random();'),
  { rule: 'no-restricted-globals', path: 'src/kernel/a.ts', code: 'export const a = Date.now();' },
  { rule: 'no-console', path: 'src/adapters/local/a.ts', code: `console.log('a');` },
  step('no-floating-promises', `${promised}work();`),
  step('no-misused-promises', `${promised}export const a = [1].filter(async () => await work());`),
  step('switch-exhaustiveness-check', exhaustive('case "a": return 1; default: return 2;')),
  step('no-explicit-any', 'export const a: any = 1;'),
  step('no-unsafe-assignment', `${anything} return b; }`),
  step('no-unsafe-return', 'export const f = (a: string): number => JSON.parse(a);'),
  step('no-unsafe-member-access', `${anything} return b.c; }`),
  step('no-unsafe-call', `${anything} return b(); }`),
  step('no-unsafe-argument', `${anything} return Math.abs(b); }`),
  step('no-non-null-assertion', 'export const f = (a: number[]) => a[0]!;'),
  step('no-empty', 'export function f(a: () => void) { try { a(); } catch {} }'),
  step('no-warning-comments', 'export const a = 1; // TODO later'),
  step('no-warning-comments', 'export const a = 1; // FIXME later'),
  step('consistent-type-imports', `export type A = import('./b.ts').B;`),
  step('no-new-func', `export const now = new Function('return Date.now()');`),
  step('no-default-export', 'export default 1;'),
  step('ban-ts-comment', '// @ts-ignore\nexport const a: number = "b";'),
  step('max-lines', `export function f() {}\n${'f();\n'.repeat(400)}`),
  step('max-lines-per-function', `export function f() {\n${'f();\n'.repeat(70)}}`),
  step('max-params', 'export function f(a: 1, b: 1, c: 1, d: 1, e: 1) { return [a, b, c, d, e]; }'),
  step('max-depth', nested(4)),
  step('complexity', `export const f = (a: number) => ${'a > 1 && '.repeat(21)}true;`),
  step('no-abusive-eslint-disable', '/* oxlint-disable */\nexport const a = 1;'),
  { rule: 'max-lines', path: 'tests/unit/a.test.ts', code: '// a\n'.repeat(401) },
  { rule: 'no-explicit-any', path: 'tests/unit/a.test.ts', code: 'export const a: any = 1;' },
  { rule: 'no-restricted-vi-methods', path: 'tests/unit/a.test.ts', code: mocking('mock') },
  { rule: 'no-focused-tests', path: 'tests/unit/a.test.ts', code: focused() },
  { rule: 'no-floating-promises', path: 'scripts/a.ts', code: `${promised}work();` },
];

const ALLOWED: readonly Example[] = [
  free('src/kernel/time.ts', 'export const now = () => Date.now();'),
  free('src/adapters/local/a.ts', 'export const now = () => Date.now();'),
  free('src/app/a.ts', 'console.log(Date.now(), process.argv);'),
  free('src/main.ts', 'console.log(process.argv);'),
  free('scripts/a.ts', 'console.log(Date.now());'),
  free('bench/a.ts', 'console.log(performance.now());'),
  free('src/orders/a.ts', exhaustive('case "a": return 1; case "b": return 2;')),
  free('src/orders/a.ts', nested(3)),
  free('src/alerts/parser/a.ts', exhaustive('case "a": return 1; default: return 2;')),
];

const answerSchema = z.object({
  diagnostics: z.array(z.object({ code: z.string().optional(), filename: z.string() })),
});

let project = '';
let reported = new Map<string, string[]>();

beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), 'strikewire-lint-'));
  for (const file of ['.oxlintrc.json', 'tsconfig.json'])
    cpSync(join(ROOT, file), join(project, file));
  symlinkSync(join(ROOT, 'node_modules'), join(project, 'node_modules'));
  for (const example of [...REFUSED, ...ALLOWED]) write(placed(example).file, example.code);
  reported = lint();
});

afterAll(() => rmSync(project, { recursive: true, force: true }));

describe('the linter refuses', () => {
  it.each(REFUSED.map(placed))('$rule in $file: $start', ({ rule, file }) => {
    expect(reported.get(file)).toContain(rule);
  });
});

describe('the linter allows', () => {
  it.each(ALLOWED.map(placed))('$file: $start', ({ file }) => {
    expect(reported.get(file) ?? []).toEqual([]);
  });
});

function step(rule: string, code: string): Example {
  return { rule, path: 'src/orders/a.ts', code };
}

function free(path: string, code: string): Example {
  return { rule: 'nothing', path, code };
}

function exhaustive(cases: string): string {
  return `export function f(a: 'a' | 'b'): number { switch (a) { ${cases} } }`;
}

function nested(depth: number): string {
  return `export function f(a: number) {${'if (a > 1) {'.repeat(depth)}f(a);${'}'.repeat(depth)}}`;
}

function mocking(method: string): string {
  return `import { vi } from 'vitest';\nvi.${method}('node:fs');`;
}

function focused(): string {
  return `import { expect, it } from 'vitest';\nit.only('a', () => expect(1).toBe(1));`;
}

interface Placed {
  readonly rule: string;
  readonly file: string;
  readonly start: string;
}

/** Each example gets a file of its own, beside the path it speaks of, where the same rules hold. */
function placed(example: Example): Placed {
  const { rule, path, code } = example;
  const number = [...REFUSED, ...ALLOWED].indexOf(example);
  const whole = /(?:main|time)\.ts$/.test(path);
  const file = whole ? path : path.replace(/(?:\.test)?\.ts$/, (end) => `${number}${end}`);
  return { rule, file, start: code.split('\n')[0] ?? '' };
}

function write(path: string, code: string): void {
  mkdirSync(dirname(join(project, path)), { recursive: true });
  writeFileSync(join(project, path), `${code}\n`);
}

/** The names of the rules reported in each file. */
function lint(): Map<string, string[]> {
  const oxlint = join(ROOT, 'node_modules/oxlint/bin/oxlint');
  const run = spawnSync(
    process.execPath,
    [oxlint, '-f', 'json', 'src', 'tests', 'scripts', 'bench'],
    {
      cwd: project,
      encoding: 'utf8',
    },
  );
  const { diagnostics } = answerSchema.parse(JSON.parse(run.stdout));
  const rules = new Map<string, string[]>();
  for (const { code = '', filename } of diagnostics) {
    const rule = code.replace(/^.*\((?<name>.*)\)$/, '$<name>');
    rules.set(filename, [...(rules.get(filename) ?? []), rule]);
  }
  return rules;
}
