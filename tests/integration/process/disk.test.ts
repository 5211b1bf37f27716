/** Data directories that cannot be used, and a disk that fills up under a desk that trades. */
import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import {
  type Answer,
  command,
  kindsIn,
  openDesk,
  post,
  recordOnce,
  temporaryDirectory,
  trade,
  UNHURRIED,
  works,
} from './desks.ts';
import { readLedger } from './kept-books.ts';
import { fillDisk, smallDisk } from './small-disk.ts';

const BIN = fileURLToPath(new URL('../../../bin/strikewire', import.meta.url));
const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;

describe('a data directory', () => {
  it.each([
    [
      'has a file where the journal goes',
      3,
      'journal',
      (path: string) => {
        mkdirSync(path);
        writeFileSync(join(path, 'journal'), '');
      },
    ],
    ['has an epoch that is no number', 3, 'epoch', (path: string) => put(path, 'epoch', 'x')],
    [
      'has a key file somebody broke',
      1,
      'keys.json',
      (path: string) => put(path, 'keys.json', '{'),
    ],
    [
      "has broken books of the simulated broker's",
      1,
      'line 1 of',
      (path: string) => put(path, 'simulated-broker.jsonl', '{}\n'),
    ],
  ] as const)('that %s ends the start with %i and is named', async (_, exit, words, prepare) => {
    const path = join(temporaryDirectory(), 'data');
    prepare(path);
    const { code, out, err } = await command('start', '--data', path, '--port', '0');
    expect([code, out]).toEqual([exit, '']);
    expect(err).toContain(path);
    expect(err).toContain(words);
    expect(err).not.toMatch(/^ {4}at /m);
  });

  it('that this user may not write, or not even look into, ends the start with 3', ({ skip }) => {
    if (isRoot && spawnSync('setpriv', ['--version']).status !== 0) skip('root, and no setpriv');
    const parent = temporaryDirectory();
    chmodSync(parent, 0o755);
    for (const [name, mode] of [
      ['sealed', 0o555],
      ['foreign', 0o700],
    ] as const) {
      const path = join(parent, name);
      mkdirSync(path);
      if (isRoot && name === 'sealed') chownSync(path, NOBODY, NOBODY);
      chmodSync(path, isRoot ? mode : 0o555);
      const { status, stderr } = startAsNobody(path);
      expect([status, stderr]).toEqual([3, expect.stringContaining(path)]);
      expect(stderr).not.toMatch(/^ {4}at /m);
      chmodSync(path, 0o700);
    }
  });

  it.each([
    ['start --port 0', 3],
    ['key create --role admin', 1],
  ] as const)('where none can be made ends `%s` at once, with %i', async (given, exit) => {
    const { code, err } = await command(...given.split(' '), '--data', '/proc/x/data');
    expect([code, err]).toEqual([exit, expect.stringContaining('/proc/x/data')]);
    expect(err).not.toMatch(/^ {4}at /m);
  });

  it('goes on from a clock file that does not read', async () => {
    const path = temporaryDirectory();
    writeFileSync(join(path, 'clock.json'), 'noon');
    const desk = await openDesk({}, path);
    expect(await kindsIn(desk.directory)).toContain('run.started');
  });
});

describe('a disk', () => {
  it('that is full already ends the start with 3 and says what to do', async ({ skip }) => {
    const mount = smallDisk(2) ?? skip('no small disk can be mounted here');
    fillDisk(mount);
    const path = join(mount, 'data');
    const { code, err } = await command('start', '--data', path, '--port', '0');
    expect([code, err]).toEqual([3, expect.stringContaining('Free some space')]);
  });

  it('that fills up ends the desk with 3, its entry taken back, and it goes on later', async ({
    skip,
  }) => {
    const mount = smallDisk(340) ?? skip('no small disk can be mounted here');
    const settings = { ...UNHURRIED, STRIKEWIRE_LOG_DESTINATION: 'file' };
    const desk = await openDesk(settings, join(mount, 'data'));
    await trade(desk);
    await recordOnce(desk.directory, works('E'));
    const sent = readLedger(desk.directory).mutations.length;
    fillDisk(mount);
    // The last page of the journal still takes a little.
    const answers: (Answer | null)[] = [];
    while (answers.at(-1) !== null && answers.length < 30) {
      answers.push(await post(desk, 'good morning').catch(() => null));
    }
    const refused = answers.filter((answer) => answer !== null && answer.status !== 200);
    for (const answer of refused) expect(answer).toMatchObject({ status: 503, type: PROBLEM });
    const { code, err } = await desk.ended;
    expect(code).toBe(3);
    expect(err).toContain('Free space');
    const books = readLedger(desk.directory);
    const since = books.mutations.slice(sent).map(({ kind }) => kind);
    expect(since.filter((kind) => kind !== 'cancel')).toEqual([]);
    expect(books.orders().map(({ status }) => status)).not.toContain('working');

    rmSync(join(mount, 'ballast'));
    const again = await openDesk(settings, desk.directory);
    expect((await post(again, 'good morning')).status).toBe(200);
    again.child.kill('SIGTERM');
    expect((await again.ended).code).toBe(0);
  });
});

const PROBLEM = 'application/problem+json; charset=utf-8';

function put(directory: string, name: string, text: string): void {
  mkdirSync(directory);
  writeFileSync(join(directory, name), text);
}

function startAsNobody(directory: string): SpawnSyncReturns<string> {
  const start = [BIN, 'start', '--data', directory, '--port', '0'];
  const [program = '', ...args] = isRoot
    ? ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', ...start]
    : start;
  const env = { PATH: process.env['PATH'] ?? '' };
  return spawnSync(program, args, { cwd: '/', env, encoding: 'utf8', timeout: 120_000 });
}
