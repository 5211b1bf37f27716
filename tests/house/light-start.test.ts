/**
 * What a desk loads before it is ready: nothing of what it may never use. Every process of the
 * tests, and every start, pays for each module twice over on a busy machine.
 */
import { dirname, join } from 'node:path/posix';
import { parseSync } from 'oxc-parser';
import { expect, it } from 'vitest';
import { read } from '../architecture/source.ts';

/** A start loads these itself, and the parser beside it. */
const LOADED = ['src/main.ts', 'src/app/cli/start.ts', 'src/app/reader.ts'];

/** Large, and of use only where something is configured, or for a question now and then. */
const LEFT_OUT = [
  '@duckdb/node-api',
  '@electric-sql/pglite',
  '@redis/client',
  '@slack/socket-mode',
  '@slack/web-api',
  'discord.js',
  'kysely',
  'pg',
  'undici',
];

/** What a file needs to be run at all: no types, and nothing that is imported when called. */
function needsOf(path: string): readonly string[] {
  const { staticImports, staticExports } = parseSync(path, read(path)).module;
  const imported = staticImports.filter(
    ({ entries }) => entries.length === 0 || entries.some(({ isType }) => !isType),
  );
  const passedOn = staticExports.flatMap(({ entries }) =>
    entries.flatMap(({ moduleRequest, isType }) => (isType ? [] : (moduleRequest?.value ?? []))),
  );
  return [...imported.map(({ moduleRequest }) => moduleRequest.value), ...passedOn];
}

function fileOf(specifier: string, from: string): string | null {
  if (specifier.startsWith('#')) return `src/${specifier.slice(1)}`;
  return specifier.startsWith('.') ? join(dirname(from), specifier) : null;
}

it('a start loads no client of what is not configured', () => {
  const files = new Set(LOADED);
  const packages = new Map<string, string>();
  for (const path of files) {
    for (const specifier of needsOf(path)) {
      const file = fileOf(specifier, path);
      if (file === null) packages.set(specifier, path);
      else files.add(file);
    }
  }
  expect(files.size).toBeGreaterThan(200);
  expect(packages.has('fastify')).toBe(true);
  expect(
    LEFT_OUT.flatMap((name) => (packages.has(name) ? [[name, packages.get(name)]] : [])),
  ).toEqual([]);
});
