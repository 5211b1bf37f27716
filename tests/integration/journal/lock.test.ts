import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type DirectoryLock, lockDirectory } from '#adapters/disk/lock.ts';
import { listenIn } from '#adapters/disk/lock-socket.ts';
import { ownIdentity } from '#adapters/disk/process-identity.ts';
import { childProcesses } from './child-process.ts';
import { temporaryDirectories } from './directory.ts';

const directory = temporaryDirectories();
const start = childProcesses();
const CHILD = new URL('./lock-child.ts', import.meta.url);

async function locked(path: string): Promise<DirectoryLock> {
  const result = await lockDirectory(path);
  if (!result.ok) throw new Error(result.error.detail);
  return result.value;
}

/** Leaves a lock as an earlier process would have, except for what is changed. */
function leaveLock(path: string, changed: Record<string, unknown>): void {
  const holder = { ...ownIdentity(), socket: 'lock-gone.sock', released: false, ...changed };
  writeFileSync(join(path, 'lock-7.json'), JSON.stringify(holder));
}

describe('the lock of a data directory', () => {
  it('makes the directory, and refuses a second holder, naming the first', async () => {
    const path = join(directory(), 'new', 'data');
    const first = await locked(path);
    const second = await lockDirectory(path);
    expect(second).toMatchObject({ ok: false, error: { kind: 'held', pid: process.pid } });
    expect(second.ok ? '' : second.error.detail).toContain(path);
    await first.release();
  });

  it('is free again once released, and leaves one file behind', async () => {
    const path = directory();
    for (let times = 0; times < 3; times += 1) await (await locked(path)).release();
    expect(readdirSync(path)).toEqual(['lock-3.json']);
  });

  it('is refused to a second process, and taken over from one that was killed', async () => {
    const path = directory();
    const holder = start(CHILD, path);
    expect(await holder.line()).toBe('{"kind":"locked"}');
    const second = await lockDirectory(path);
    expect(second).toMatchObject({ ok: false, error: { kind: 'held', pid: holder.pid } });
    const third = start(CHILD, path);
    expect(JSON.parse((await third.line()) ?? '')).toMatchObject({ kind: 'held', pid: holder.pid });
    await holder.kill();
    await (await locked(path)).release();
  });

  it('goes to exactly one of many that start at once on a dead one’s directory', async () => {
    const path = directory();
    leaveLock(path, { pid: 2 ** 30 });
    const children = Array.from({ length: 4 }, () => start(CHILD, path));
    const here = await Promise.all(Array.from({ length: 6 }, () => lockDirectory(path)));
    const there = await Promise.all(children.map((child) => child.line()));
    const won = here.filter(({ ok }) => ok).length;
    const wonThere = there.filter((line) => line === '{"kind":"locked"}').length;
    expect(won + wonThere).toBe(1);
    for (const result of here) if (result.ok) await result.value.release();
  });

  it.each([
    ['no process has its number', { pid: 2 ** 30 }],
    ['its number went to a process started later', { started: '1' }],
    ['the machine has booted since', { boot: 'another boot' }],
    ['it let go', { released: true }],
  ])('is taken over when %s', async (_, changed) => {
    const path = directory();
    leaveLock(path, changed);
    await (await locked(path)).release();
    expect(readdirSync(path)).toEqual(['lock-8.json']);
  });

  it('stands while its socket is answered, whatever else is known of the holder', async () => {
    const path = directory();
    leaveLock(path, { pid: 2 ** 30, host: 'a-container', socket: 'lock-alive.sock' });
    const close = await listenIn(path, 'lock-alive.sock');
    expect(await lockDirectory(path)).toMatchObject({ ok: false, error: { kind: 'held' } });
    await close();
    await (await locked(path)).release();
  });

  it('stands while its process runs, though its socket is gone', async () => {
    const path = directory();
    leaveLock(path, {});
    expect(await lockDirectory(path)).toMatchObject({
      ok: false,
      error: { kind: 'held', pid: process.pid },
    });
  });

  it('is never held twice, however often many take it and let it go', async () => {
    const path = directory();
    let taken = 0;
    let holding = 0;
    let most = 0;
    const contend = async () => {
      for (let tries = 0; tries < 40; tries += 1) {
        const result = await lockDirectory(path);
        if (!result.ok) continue;
        taken += 1;
        holding += 1;
        most = Math.max(most, holding);
        await turn();
        holding -= 1;
        await result.value.release();
      }
    };
    await Promise.all(Array.from({ length: 5 }, contend));
    expect([most, taken > 5]).toEqual([1, true]);
  });

  it('stands when its holder is on another machine, and says what to do', async () => {
    const path = directory();
    leaveLock(path, { host: 'elsewhere', boot: 'another boot' });
    const refused = await lockDirectory(path);
    expect(refused).toMatchObject({ ok: false, error: { kind: 'unclear' } });
    const detail = refused.ok ? '' : refused.error.detail;
    expect(detail).toMatch(/elsewhere.*lock-7\.json.*remove that file/);
    expect(detail).toContain(hostname());
  });

  it('stands when it does not read as a lock', async () => {
    const path = directory();
    writeFileSync(join(path, 'lock-7.json'), '');
    expect(await lockDirectory(path)).toMatchObject({ ok: false, error: { kind: 'unclear' } });
    expect(readFileSync(join(path, 'lock-7.json'), 'utf8')).toBe('');
  });

  it('works in a directory whose path is longer than a socket’s may be', async () => {
    const path = join(directory(), 'a'.repeat(120), 'b'.repeat(120));
    mkdirSync(path, { recursive: true });
    const first = await locked(path);
    expect(readdirSync(path)).toContainEqual(expect.stringMatching(/\.sock$/));
    expect(await lockDirectory(path)).toMatchObject({ ok: false, error: { kind: 'held' } });
    await first.release();
    await (await locked(path)).release();
  });

  it('says that a directory cannot be used, and why', async () => {
    const path = join(directory(), 'file');
    writeFileSync(path, '');
    const refused = await lockDirectory(join(path, 'data'));
    expect(refused).toMatchObject({ ok: false, error: { kind: 'unusable', pid: null } });
    expect(refused.ok ? '' : refused.error.detail).toMatch(/ENOTDIR.*must be a local one/);
  });
});
