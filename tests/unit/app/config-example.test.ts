/** The two example files list every setting, with its default, and nothing else. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parseDocument } from 'yaml';
import { loadConfig, settings } from '#app/config.ts';
import { formatProblems } from '#app/config-problems.ts';
import { SECRET_VARIABLES } from '#app/secrets.ts';

const made: string[] = [];

afterAll(() => {
  for (const directory of made) rmSync(directory, { recursive: true, force: true });
});

const yaml = readFileSync(new URL('../../../strikewire.example.yaml', import.meta.url), 'utf8');
const dotEnv = readFileSync(new URL('../../../.env.example', import.meta.url), 'utf8');

function load(text: string, environment: Readonly<Record<string, string>> = {}) {
  const directory = mkdtempSync(join(tmpdir(), 'strikewire-example-'));
  made.push(directory);
  writeFileSync(join(directory, 'strikewire.yaml'), text);
  const config = loadConfig({ directory, environment });
  if (!config.ok) throw new Error(formatProblems(config.error));
  return { ...config.value, data: null, file: null };
}

describe('strikewire.example.yaml', () => {
  it('says of every setting what it is when nothing is configured', () => {
    expect(load(yaml)).toEqual(load(''));
  });

  it.each(settings().map(({ path }) => path))('lists %s', (...path) => {
    expect(parseDocument(yaml).hasIn(path)).toBe(true);
  });

  it('shows tables that can be taken as they stand', () => {
    const tables = /^( *)(?:people|roles|channels|margins): \{\}$/gm;
    const taken = yaml.replaceAll(tables, '').replaceAll(/^( *)#: /gm, '$1');
    const config = load(taken);
    expect(config.alerts.channels['discord:323456789012345678']?.purpose).toBe('alerts');
    expect(config.alerts.people['slack:U01ABCDEF']?.permissions).toEqual(['alert', 'operate']);
  });
});

describe('.env.example', () => {
  const lines = [...dotEnv.matchAll(/^# (STRIKEWIRE_\w+)=(.*)$/gm)];
  const given = new Map(lines.map(([, name = '', value = '']) => [name, value]));
  const names = settings().flatMap(({ env }) => (env === null ? [] : [env]));

  it('lists every setting that has a variable, the secrets, and nothing else', () => {
    expect([...given.keys()].toSorted()).toEqual([...names, ...SECRET_VARIABLES].toSorted());
  });

  it('gives the defaults', () => {
    const hosts = 'STRIKEWIRE_HTTP_ALLOWED_HOSTS';
    const plain = names.filter((name) => name !== hosts && given.get(name) !== '');
    const values = Object.fromEntries(plain.map((name) => [name, given.get(name) ?? '']));
    expect(load('', values)).toEqual(load(''));
  });

  it('holds no secret', () => {
    expect(dotEnv).not.toMatch(/ak_[a-z2-7]{12}_|xox\w-\w|xapp-\w/);
  });
});
