/** The defects are where they are said to be, make sense as programs, and ship nowhere. */
import { globSync, readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../../architecture/source.ts';
import { MUTANTS } from './catalogue.ts';
import { patched, sourcesOf } from './patch.ts';

describe('the mutants', () => {
  it('are at least forty, each with a name of its own', () => {
    const names = MUTANTS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names.length).toBeGreaterThanOrEqual(40);
  });

  it.each(MUTANTS)('$name changes each of its places once, and still parses', (mutant) => {
    const sources = [...sourcesOf(mutant).values()];
    expect(sources.map((source) => stripTypeScriptTypes(source)).length).toBeGreaterThan(0);
  });

  it('do something different from one another', () => {
    const written = MUTANTS.map(({ patches }) => JSON.stringify(patches));
    expect(new Set(written).size).toBe(written.length);
  });
});

describe('a patch', () => {
  const patch = { file: 'a.ts', find: 'one', replace: '$& two' };

  it('puts its text in as it is written', () => {
    expect(patched('zero one three', patch)).toBe('zero $& two three');
  });

  it.each(['nothing of it', 'one and one'])(
    'is refused where its place is not clear: %s',
    (source) => {
      expect(() => patched(source, patch)).toThrow(/places for the patch/);
    },
  );
});

it('knows of no defect in what ships', () => {
  const shipped = globSync(['src/**/*.ts', 'bin/*'], { cwd: ROOT });
  const knowing = shipped.filter((file) => /mutant/i.test(readFileSync(`${ROOT}/${file}`, 'utf8')));
  expect(shipped.length).toBeGreaterThan(100);
  expect(knowing).toEqual([]);
});
