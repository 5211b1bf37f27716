import { describe, expect, it } from 'vitest';
import { pathsOf, read, source } from '../../architecture/source.ts';

const SERVER = 'web/src/api/types.ts';
const POLICY = /<style|createElement\('style'\)|dangerouslySetInnerHTML|\beval\(|new Function/;

const files = pathsOf('web/src/**/*.{ts,tsx}').map((path) => source(path, read(path)));

describe('the web desk', () => {
  it('knows the server by one module, and by types alone', () => {
    const knowing = files.filter(({ imports }) =>
      imports.some(({ specifier }) => specifier.startsWith('#') || /\/src\//.test(specifier)),
    );
    expect(knowing.map(({ path }) => path)).toEqual([SERVER]);
    expect(read(SERVER).match(/^export (?!type)/gm)).toBeNull();
  });

  it('asks the desk from its api folder alone', () => {
    const asking = files.filter(({ text }) => /\bfetch\(|new EventSource/.test(text));
    expect(asking.every(({ path }) => path.startsWith('web/src/api/'))).toBe(true);
    expect(asking.length).toBeGreaterThan(0);
  });

  it('makes nothing at run time that the policy refuses', () => {
    expect(files.filter(({ text }) => POLICY.test(text)).map(({ path }) => path)).toEqual([]);
  });
});
