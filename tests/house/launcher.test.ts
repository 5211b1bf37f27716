/** `bin/strikewire`: which Node it takes, where it finds the program, what it says without one. */
import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ROOT } from '../architecture/source.ts';

const TELLS = `console.log(JSON.stringify({
  pid: process.pid, args: process.argv.slice(2), main: import.meta.filename, cwd: process.cwd(),
}));`;

let folder = '';
let clone = '';

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'strikewire launcher ')));
  clone = join(folder, 'a clone');
  mkdirSync(join(clone, 'bin'), { recursive: true });
  cpSync(join(ROOT, 'bin/strikewire'), join(clone, 'bin/strikewire'));
  put('src/main.ts', TELLS);
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the shell scripts', () => {
  it.each(['bin/strikewire', '.ci/run'])('%s can be run as it is', (script) => {
    const path = join(ROOT, script);
    expect(statSync(path).mode & 0o111).toBe(0o111);
    expect(spawnSync('bash', ['-n', path], { encoding: 'utf8' })).toMatchObject({
      status: 0,
      stderr: '',
    });
  });
});

describe('bin/strikewire', () => {
  it('runs src/main.ts on the packaged Node, with its arguments as they are', () => {
    packageNode();
    const run = launch(join(clone, 'bin/strikewire'), ['alert', 'BTO "UBER" 78p', '$HOME', '']);
    expect(JSON.parse(run.stdout)).toMatchObject({
      args: ['alert', 'BTO "UBER" 78p', '$HOME', ''],
      main: join(clone, 'src/main.ts'),
      cwd: folder,
    });
  });

  it('is found through a chain of relative and absolute links', () => {
    packageNode();
    symlinkSync('a clone/bin/strikewire', join(folder, 'first'));
    symlinkSync(join(folder, 'first'), join(folder, 'second'));
    const run = launch(join(folder, 'second'), []);
    expect(JSON.parse(run.stdout)).toMatchObject({ main: join(clone, 'src/main.ts') });
  });

  it('becomes the program, so that signals and kill -9 hit the program itself', async () => {
    packageNode();
    put('src/main.ts', `console.log(process.pid); setInterval(() => {}, 1000);`);
    const child = spawn(join(clone, 'bin/strikewire'), { stdio: ['ignore', 'pipe', 'inherit'] });
    const said = await new Promise<string>((resolve) => {
      child.stdout.once('data', (data: Buffer) => resolve(data.toString()));
    });
    const ended = new Promise((resolve) => {
      child.once('exit', (code, signal) => resolve({ code, signal }));
    });
    expect(Number(said)).toBe(child.pid);
    child.kill('SIGKILL');
    expect(await ended).toEqual({ code: null, signal: 'SIGKILL' });
  });

  it('passes on the exit code', () => {
    packageNode();
    put('src/main.ts', 'process.exitCode = 3;');
    expect(launch(join(clone, 'bin/strikewire'), []).status).toBe(3);
  });

  it('takes a recent Node from the path when the packaged one was left out', () => {
    mkdirSync(join(clone, 'node_modules'));
    fakeNode(24);
    expect(launch(join(clone, 'bin/strikewire'), ['a b']).stdout).toBe(
      `fake ${clone}/src/main.ts a b\n`,
    );
  });

  it('refuses an older Node and says what to do', () => {
    mkdirSync(join(clone, 'node_modules'));
    fakeNode(20);
    const run = launch(join(clone, 'bin/strikewire'), []);
    expect(run.status).toBe(2);
    expect(run.stderr).toContain('needs Node 24 or newer, found 20');
    expect(run.stderr).toContain(`npm ci\` in ${clone}`);
  });

  it('says what to do when nothing is installed', () => {
    const run = launch(join(clone, 'bin/strikewire'), []);
    expect(run.status).toBe(2);
    expect(run.stderr).toBe(`strikewire: not installed yet: run \`npm ci\` in ${clone} first\n`);
  });
});

function put(path: string, text: string): string {
  const file = join(clone, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

function packageNode(): void {
  mkdirSync(join(clone, 'node_modules/node/bin'), { recursive: true });
  symlinkSync(process.execPath, join(clone, 'node_modules/node/bin/node'));
}

/** A `node` on the path that knows its version and repeats what it was asked to run. */
function fakeNode(major: number): void {
  const asked = `case $1 in -p) echo ${major} ;; *) echo fake "$@" ;; esac`;
  const file = join(folder, 'path/node');
  mkdirSync(dirname(file));
  writeFileSync(file, `#!/bin/sh\n${asked}\n`);
  chmodSync(file, 0o755);
}

function launch(program: string, args: readonly string[]) {
  const path = `${join(folder, 'path')}:/usr/bin:/bin`;
  return spawnSync(program, args, { cwd: folder, encoding: 'utf8', env: { PATH: path } });
}
