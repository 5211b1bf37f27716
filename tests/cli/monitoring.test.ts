/** What a busy desk answers to Prometheus, in a process of its own. */
import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ALARM_NAMES } from '#operate/alarms/table.ts';
import { expressions, metricsOf, samplesOf } from '../fixtures/monitoring.ts';
import { promtool } from '../services/promtool.ts';
import { newDirectory, type RunningDesk, startDesk, strikewire } from './strikewire.ts';

/** One desk, on one scrape: far below what Prometheus keeps without being noticed. */
const SERIES_MAX = 1_000;
/** An identifier would make a series for each of these. */
const AUTHORS = 60;

let desk: RunningDesk;
let text: string;
beforeAll(async () => {
  desk = await startDesk(newDirectory());
  const data = ['--data', desk.directory];
  await strikewire(['alert', '--example', ...data]);
  const key = (await strikewire(['key', 'create', '--role', 'operator', ...data])).out.trim();
  for (let n = 0; n < AUTHORS; n += 1) await say(key, `unheard-author-${n}`);
  await login(`unheard-person-${AUTHORS}`);
  // On this machine a browser that opens the page is logged in by itself.
  await fetch(`${desk.url}/`, { headers: { accept: 'text/html' } });
  text = await (await fetch(`${desk.url}/metrics`)).text();
});
afterAll(async () => {
  desk.child.kill('SIGKILL');
  await desk.ended;
  rmSync(desk.directory, { recursive: true });
});

async function say(key: string, author: string): Promise<void> {
  const body = { platform: 'local', channel_id: `room-${author}`, user_id: author };
  await fetch(`${desk.url}/admin/alerts/process`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${key}`,
      'content-type': 'application/json',
      'idempotency-key': author,
    },
    body: JSON.stringify({ ...body, text: 'BTO UBER 78p 12/05 @ 0.75' }),
  });
}

async function login(name: string): Promise<void> {
  await fetch(`${desk.url}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: desk.url },
    body: JSON.stringify({ name, password: 'not the right one' }),
  });
}

describe('the metrics of a busy desk', () => {
  it('are as Prometheus would have them named', ({ skip }) => {
    expect(promtool(skip, ['check', 'metrics'], text)).toEqual({ code: 0, said: '' });
  });

  it('are few, whoever talks', () => {
    const series = text.split('\n').filter((line) => line.startsWith('strikewire_'));
    expect(text).toMatch(/strikewire_messages_total\{platform="local"\} (?:6\d)\n/);
    expect(series.length).toBeGreaterThan(100);
    expect(series.length).toBeLessThan(SERIES_MAX);
  });

  it('name nobody and nothing that is traded', () => {
    expect(text).not.toMatch(/unheard|UBER|SPY|local:/);
    expect(text).not.toContain(desk.directory);
  });

  it('tell of pages, the record and each alarm', () => {
    expect(text).toContain('strikewire_sessions 1\n');
    expect(text).toMatch(/\nstrikewire_journal_records [1-9]\d+\n/);
    expect(text).toMatch(/\nstrikewire_snapshot_lag_records [1-9]\d+\n/);
    const alarms = [...text.matchAll(/^strikewire_alarm_raised\{alarm="(\w+)"/gm)];
    expect(alarms.map(([, name]) => name)).toEqual(ALARM_NAMES);
  });

  it('count logins that were refused', () => {
    expect(text).toContain('strikewire_logins_total{outcome="refused"} 1\n');
  });

  it('have everything that rules and dashboard ask for', () => {
    const there = samplesOf(text);
    const asked = new Set(expressions().flatMap(metricsOf));
    expect(asked.size).toBeGreaterThan(30);
    expect([...asked].filter((name) => !there.has(name))).toEqual([]);
  });
});
