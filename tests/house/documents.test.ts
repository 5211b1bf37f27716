/** What the documents claim about the project holds. */
import { existsSync, globSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { pathsOf, ROOT, read } from '../architecture/source.ts';

const versions = z.record(z.string(), z.string());
const manifest = z
  .object({ scripts: versions, dependencies: versions, devDependencies: versions })
  .parse(JSON.parse(read('package.json')));

const documents = [...pathsOf('*.md'), ...pathsOf('docs/**/*.md')];
const paths = pathsOf('{*,{src,tests,scripts,bench}/**/*}.ts').map((path) => `/${path}`);
const texts = documents.map((path) => ({ path, text: read(path) }));

describe('every document', () => {
  it.each(texts)('links to what is there: $path', ({ path, text }) => {
    const targets = [...text.matchAll(/\]\((?<to>[^)#\s]+)[^)]*\)/g)].map(
      (match) => match[1] ?? '',
    );
    const local = targets.filter((target) => !/^[a-z]+:/.test(target));
    expect(local.filter((target) => !exists(join(dirname(path), target)))).toEqual([]);
  });

  it.each(texts)('names files that are there: $path', ({ text }) => {
    const named = spans(text).filter((span) =>
      /^(?:src|web|tests|scripts|bench|docs|bin)\/\S+$/.test(span),
    );
    const missing = named.filter((span) => !/NAME|NNNN/.test(span) && !exists(span));
    expect(missing).toEqual([]);
  });

  it.each(texts)('names source files that are there: $path', ({ text }) => {
    const named = spans(text).filter((span) => /^[a-z][\w/.-]*\.ts$/.test(span));
    const short = named.filter((span) => !span.startsWith('web/'));
    expect(short.filter((span) => !paths.some((path) => path.endsWith(`/${span}`)))).toEqual([]);
  });

  it.each(texts)('names npm scripts that are there: $path', ({ text }) => {
    const run = [...text.matchAll(/npm run (?<script>[a-z][a-z:-]*)/g)].map(
      (match) => match[1] ?? '',
    );
    expect(run.filter((script) => !(script in manifest.scripts))).toEqual([]);
  });

  it.each(texts)('speaks of nothing beside the clone: $path', ({ text }) => {
    expect(text).not.toContain(['..', 'shared'].join('/'));
  });
});

/** Stores, jobs and the web: no order waits for them. */
const BESIDE_ORDERS = new Set([
  '@duckdb/node-api',
  '@electric-sql/pglite',
  '@fastify/cookie',
  '@fastify/rate-limit',
  '@redis/client',
  'croner',
  'kysely',
  'otpauth',
  'pg',
  'pg-copy-streams',
]);

describe('docs/dependencies.md', () => {
  const text = read('docs/dependencies.md');
  const listed = (heading: string) => {
    const section = text.split(/^## /m).find((part) => part.startsWith(heading)) ?? '';
    const rows = [...section.matchAll(/^\| (?<name>[@a-z][\w@/.-]*) \|/gm)];
    return rows.map((match) => match[1] ?? '').filter((name) => name !== 'package');
  };

  it('gives a reason for each dependency at run time, and for nothing else', () => {
    expect(listed('At run time')).toEqual(Object.keys(manifest.dependencies).toSorted());
  });

  it('gives a reason for each dependency of development, and for nothing else', () => {
    expect(listed('To develop')).toEqual(Object.keys(manifest.devDependencies).toSorted());
  });

  it('speaks of exact versions', () => {
    const all = Object.values({ ...manifest.dependencies, ...manifest.devDependencies });
    expect(all.filter((version) => !/^\d+\.\d+\.\d+(-r\.\d+)?$/.test(version))).toEqual([]);
  });

  it('leaves few in the path of an order', () => {
    const inPath = Object.keys(manifest.dependencies).filter((name) => !BESIDE_ORDERS.has(name));
    expect(inPath.length).toBeLessThanOrEqual(15);
  });
});

describe('docs/adr', () => {
  const records = pathsOf('docs/adr/*.md').map((path) => ({ path, text: read(path) }));

  it('is numbered without a gap', () => {
    const numbers = records.map(({ path }) =>
      Number(/(?<number>\d{4})-[a-z0-9-]+\.md$/.exec(path)?.[1]),
    );
    expect(numbers).toEqual(records.map((_, index) => index + 1));
  });

  it.each(records)('has its three parts on a page: $path', ({ text }) => {
    const headings = [...text.matchAll(/^## (?<heading>.+)$/gm)].map((match) => match[1]);
    expect(headings).toEqual(['Context', 'Decision', 'Consequences']);
    expect(text.split('\n').length).toBeLessThanOrEqual(60);
  });
});

it('the gate runs the test command of the README, word for word', () => {
  expect(read('README.md')).toContain('npm ci && npm test');
  expect(read('.ci/run')).toContain('\nnpm ci && npm test ');
});

it('CHANGELOG.md opens with what is not yet released', () => {
  expect(/^## (?<first>.+)$/m.exec(read('CHANGELOG.md'))?.[1]).toBe('[Unreleased]');
});

/** Everything between backticks, outside fenced code. */
function spans(text: string): readonly string[] {
  const prose = text.replaceAll(/^```[\s\S]*?^```/gm, '');
  return [...prose.matchAll(/`(?<span>[^`\n]+)`/g)].map((match) => match[1] ?? '');
}

/** Also for patterns: `src/app/config*.ts`. */
function exists(path: string): boolean {
  return existsSync(join(ROOT, path)) || globSync(path, { cwd: ROOT }).length > 0;
}
