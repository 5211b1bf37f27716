/** Commands beside a desk that is gone, belongs to somebody else, or is none. */
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { Ran } from '../../cli/strikewire.ts';
import { command, HURRIED, hold, openDesk, temporaryDirectory } from './desks.ts';

const BIN = fileURLToPath(new URL('../../../bin/strikewire', import.meta.url));
let killed = '';

beforeAll(async () => {
  const desk = await openDesk(HURRIED);
  await hold(desk);
  desk.child.kill('SIGKILL');
  await desk.ended;
  killed = desk.directory;
});

const on = (directory: string, ...args: readonly string[]): Promise<Ran> =>
  command(...args, '--data', directory);

describe('beside a desk that was killed', () => {
  it('acts say that nobody answers, and how to start one', async () => {
    const { code, out, err } = await on(killed, 'halt');
    expect([code, out]).toEqual([1, '']);
    expect(err).toContain('No desk answers');
    expect(err).toContain('npm start');
  });

  it('a dry run does without it', async () => {
    const { code, out, err } = await on(killed, 'alert', '--example', '--dry-run');
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain('DRY-RUN');
  });

  it('the record is verified and read, where it lies and as a copy', async () => {
    const copy = join(temporaryDirectory(), 'copy');
    cpSync(join(killed, 'journal'), copy, { recursive: true });
    const [there, copied] = await Promise.all([
      on(killed, 'journal', 'verify', '--json'),
      command('journal', 'verify', copy, '--json'),
    ]);
    expect([there.code, copied.code]).toEqual([0, 0]);
    expect(copied.out).toBe(there.out);
  });

  it('the export keeps to its range, in New York time', async () => {
    const whole = await on(killed, 'audit', 'export');
    const rows = whole.out.trimEnd().split('\n');
    const [first = '', last = ''] = [rows[0], rows.at(-1)].map((row) => dayOf(row ?? ''));
    const [same, none] = await Promise.all([
      on(killed, 'audit', 'export', '--from', first, '--to', last),
      on(killed, 'audit', 'export', '--to', '2007-01-02'),
    ]);
    expect(same.out).toBe(whole.out);
    expect([none.code, none.out]).toEqual([0, '']);
  });
});

function dayOf(row: string): string {
  return /"at":"(\d{4}-\d{2}-\d{2})T/.exec(row)?.[1] ?? '';
}

describe('where no desk ever ran', () => {
  it('there is no record to verify or export', async () => {
    const empty = temporaryDirectory();
    const [verified, exported] = await Promise.all([
      command('journal', 'verify', empty),
      on(empty, 'audit', 'export'),
    ]);
    expect([verified.code, verified.err]).toEqual([1, expect.stringContaining(empty)]);
    expect([exported.code, exported.err]).toEqual([1, expect.stringContaining(empty)]);
  });

  it('whatever else answers at the address is not taken for one', async () => {
    const stranger = createServer((_, response) => response.end('<html>welcome</html>'));
    const url = await listening(stranger);
    onTestFinished(() => void stranger.close());
    const directory = temporaryDirectory();
    const file = { pid: 1, url, key: 'ak_x', environment: 'simulated', started_at: '' };
    writeFileSync(join(directory, 'desk.json'), JSON.stringify(file));
    const { code, err } = await on(directory, 'halt');
    expect([code, err]).toEqual([1, expect.stringContaining('is no desk')]);
  });
});

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' ? (address?.port ?? 0) : 0}`;
}

it("a command cannot read somebody else's desk, and says so", async ({ skip }) => {
  if (process.getuid?.() !== 0) skip('needs two users');
  if (spawnSync('setpriv', ['--version']).status !== 0) skip('no setpriv here');
  const parent = temporaryDirectory();
  const directory = join(parent, 'data');
  mkdirSync(directory, { mode: 0o700 });
  chmodSync(parent, 0o755);
  const as = ['--reuid=65534', '--regid=65534', '--clear-groups'];
  for (const act of [['halt'], ['check']]) {
    const { status, stdout, stderr } = spawnSync(
      'setpriv',
      [...as, BIN, ...act, '--data', directory],
      { cwd: '/', env: { PATH: process.env['PATH'] ?? '' }, encoding: 'utf8' },
    );
    expect(status).toBe(1);
    expect(stdout + stderr).toContain('by this user (EACCES)');
    expect(stderr).not.toMatch(/^ {4}at /m);
  }
});
