/** The commands against a desk that runs, in processes of their own. */
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newDirectory, type Ran, type RunningDesk, startDesk, strikewire } from './strikewire.ts';

let desk: RunningDesk;
beforeAll(async () => {
  desk = await startDesk(newDirectory());
});
afterAll(async () => {
  desk.child.kill('SIGKILL');
  await desk.ended;
  rmSync(desk.directory, { recursive: true });
});

async function command(...args: readonly string[]): Promise<Ran> {
  return strikewire([...args, '--data', desk.directory]);
}

describe('a running desk', () => {
  it('serves its page and its health, and keeps its key to its owner', async () => {
    expect((await fetch(`${desk.url}/healthz`)).status).toBe(200);
    expect(await (await fetch(`${desk.url}/`)).text()).toContain('<title>Strikewire</title>');
    expect((await fetch(`${desk.url}/api/v1/snapshot`)).status).toBe(401);
    const file = join(desk.directory, 'desk.json');
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('trades an example and is followed until its exit rests, or nothing was filled', async () => {
    const { code, out, err } = await command('alert', '--example');
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^Example: Alert: BTO /);
    expect(out).toContain('Opened a trade');
    expect(out).toMatch(/The entry is over/);
  });

  it('answers a script in one JSON document, refused ones with 1', async () => {
    const { code, out } = await command('alert', 'good morning', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ verdict: 'chatter', environment: 'SIM' });
  });

  it('refuses whoever it does not know, and says so', async () => {
    const { code, out } = await command('alert', '--example', '--user', 'stranger', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ verdict: 'refused' });
  });

  it('is paused, halted and, with a reason, resumed', async () => {
    expect((await command('pause')).out).toContain('PAUSE');
    const paused = await command('alert', '--example', '--json');
    expect(JSON.parse(paused.out)).toMatchObject({ verdict: 'refused', code: 'entries_stopped' });
    expect((await command('halt', '--reason', 'odd')).out).toContain('HALT');
    const silent = await command('resume');
    expect([silent.code, silent.err]).toEqual([1, expect.stringContaining('reason')]);
    expect((await command('resume', '--reason', 'looked into it')).out).toContain('ACTIVE');
  });

  it('flattens only when that was meant', async () => {
    const { code, err } = await command('flatten');
    expect([code, err]).toEqual([1, expect.stringContaining('--yes')]);
  });

  it('knows a key as soon as it is made', async () => {
    const { code, out, err } = await command('key', 'create', '--role', 'viewer');
    expect(code).toBe(0);
    expect(err).toContain('only its digest is stored');
    const headers = { authorization: `Bearer ${out.trim()}` };
    expect((await fetch(`${desk.url}/api/v1/snapshot`, { headers })).status).toBe(200);
    const halt = { method: 'PUT', headers, body: '{"to":"HALT"}' };
    expect((await fetch(`${desk.url}/api/v1/kill-state`, halt)).status).toBe(403);
    const stored = readFileSync(join(desk.directory, 'keys.json'), 'utf8');
    expect(stored).not.toContain(out.trim().slice(-20));
  });

  it('keeps a record that can be verified, read and exported while it runs', async () => {
    const verified = await command('journal', 'verify', desk.directory, '--json');
    expect(JSON.parse(verified.out)).toMatchObject({ ok: true });
    const recent = await command('audit', 'recent', '--limit', '5');
    expect(recent.out.trimEnd().split('\n')).toHaveLength(5);
    const { code, out } = await command('audit', 'export', '--format', 'jsonl');
    const rows = out.trimEnd().split('\n');
    expect(code).toBe(0);
    expect(JSON.parse(rows[0] ?? '')).toMatchObject({ seq: 1, kind: 'run.started' });
    expect(rows.some((row) => row.includes('looked into it'))).toBe(true);
    const none = await command('audit', 'export', '--from', '2030-01-01');
    expect([none.code, none.out]).toEqual([0, '']);
  });

  it('counts what it does', async () => {
    const text = await (await fetch(`${desk.url}/metrics`)).text();
    expect(text).toMatch(/strikewire_trades_opened_total [1-9]/);
    expect(text).toMatch(/strikewire_alert_to_order_seconds_count [1-9]/);
    expect(text).not.toContain(desk.directory);
  });

  it('lets no second one on its directory', async () => {
    const { code, err } = await command('start', '--port', '0');
    expect(code).toBe(4);
    expect(err).toContain('in use');
  });

  it('is found to be gone when it was killed, and starts again on its record', async () => {
    desk.child.kill('SIGKILL');
    await desk.ended;
    const orphaned = await command('halt');
    expect([orphaned.code, orphaned.err]).toEqual([1, expect.stringContaining('No desk answers')]);
    desk = await startDesk(desk.directory);
    const { out } = await command('audit', 'export');
    expect(out.match(/"kind":"run.started"/g)).toHaveLength(2);
  });

  it('stops when told to, in order, and leaves nothing that points to it', async () => {
    desk.child.kill('SIGTERM');
    const { code, out, err } = await desk.ended;
    expect(code).toBe(0);
    expect(err).toContain('The record is complete');
    expect(out).toContain('Strikewire');
    expect(existsSync(join(desk.directory, 'desk.json'))).toBe(false);
    for (const line of err.split('\n').filter((one) => one.startsWith('{'))) {
      expect(JSON.parse(line)).toHaveProperty('level');
    }
    const key = readFileSync(join(desk.directory, 'keys.json'), 'utf8');
    expect(err).not.toContain(key.slice(40, 60));
  });

  it('does not start on a record somebody has changed, and names the place', async () => {
    const folder = join(desk.directory, 'journal');
    const [name = ''] = readdirSync(folder);
    const bytes = readFileSync(join(folder, name));
    bytes[Math.floor(bytes.length / 2)] = 0;
    writeFileSync(join(folder, name), bytes);
    const verified = await command('journal', 'verify', '--json');
    expect(verified.code).toBe(1);
    expect(JSON.parse(verified.out)).toMatchObject({ ok: false, firstBad: { segment: name } });
    const { code, err } = await command('start', '--port', '0');
    expect(code).toBe(6);
    expect(err).toContain(name);
    expect(readFileSync(join(folder, name)).equals(bytes)).toBe(true);
  });
});
