/** The lock works on every machine, whatever registry it was written with. */
import { describe, expect, it } from 'vitest';
import { completeLock, isLock, type Lock, missingEntries } from '../../scripts/lock.ts';
import { read } from '../architecture/source.ts';

/** Packages that may run code when they are installed, each named in docs/dependencies.md. */
const INSTALL_SCRIPTS = ['node'];
const LICENSES = [
  'MIT',
  'ISC',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  '0BSD',
  'MPL-2.0',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'Unlicense',
];

const lock: unknown = JSON.parse(read('package-lock.json'));
if (!isLock(lock)) throw new Error('package-lock.json has no packages');
const installed = Object.entries(lock.packages).filter(([path]) => path !== '');

describe('package-lock.json', () => {
  it('lists the optional packages of every platform', () => {
    expect(missingEntries(lock)).toEqual([]);
  });

  it('names no registry', () => {
    expect(installed.filter(([, entry]) => entry.resolved !== undefined)).toEqual([]);
    expect(read('package-lock.json')).not.toMatch(/https?:\/\/[^"]*\.tgz/);
  });

  it('is what completing it would make of it', () => {
    expect(JSON.stringify(completeLock(lock))).toBe(JSON.stringify(lock));
  });

  it('lets no further package run code on installation', () => {
    const scripted = installed.filter(([, entry]) => entry.hasInstallScript === true);
    expect(scripted.map(([path]) => path)).toEqual(
      INSTALL_SCRIPTS.map((name) => `node_modules/${name}`),
    );
  });

  it('installs only under licences that an MIT project can use', () => {
    const odd = installed.flatMap(([path, { license }]) =>
      license === undefined ||
      license
        .replace(/[()]/g, '')
        .split(' OR ')
        .some((one) => LICENSES.includes(one))
        ? []
        : [`${path}: ${license}`],
    );
    expect(odd).toEqual([]);
  });
});

describe('completing a lock', () => {
  const incomplete: Lock = {
    packages: {
      '': { version: '1.0.0' },
      'node_modules/tool': {
        version: '2.0.0',
        resolved: 'https://registry.example/tool.tgz',
        dev: true,
        optionalDependencies: { '@tool/linux-x64-musl': '2.0.0', '@tool/win32-arm64': '2.0.0' },
      },
      'node_modules/@tool/win32-arm64': { version: '2.0.0' },
    },
  };

  it('is needed when an optional package or an address shows', () => {
    expect(missingEntries(incomplete)).toEqual([
      { owner: 'node_modules/tool', name: '@tool/linux-x64-musl', version: '2.0.0' },
    ]);
  });

  it('adds the package with the platform its name states, and drops the address', () => {
    const { packages } = completeLock(incomplete);
    expect(packages['node_modules/@tool/linux-x64-musl']).toEqual({
      version: '2.0.0',
      cpu: ['x64'],
      os: ['linux'],
      libc: ['musl'],
      dev: true,
      optional: true,
    });
    expect(packages['node_modules/tool']).not.toHaveProperty('resolved');
    expect(Object.keys(packages)).toEqual([
      '',
      'node_modules/@tool/linux-x64-musl',
      'node_modules/@tool/win32-arm64',
      'node_modules/tool',
    ]);
  });
});
