/** A thousand trades while connections break, events come twice and the process is killed. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Recorded } from '#events/record.ts';
import { createRandom } from '#kernel/random.ts';
import type { DeskRecord } from '#orders/model.ts';
import { addressOf, type DeskAddress, ready } from '../../crash/desk-process.ts';
import { headersOf } from '../../crash/local-operator.ts';
import { readLedger, readRecord } from '../process/kept-books.ts';
import { type BusyRooms, busyOnDiscord, busyOnSlack } from './busy-rooms.ts';
import { newGround } from './composed.ts';

const ALERTS = 1_000;
const KILLS = 6;
const APART_MS = 10;
const WITHIN_MS = 600_000;
const COMPILED = fileURLToPath(new URL('../../../node_modules/.cache/strikewire', import.meta.url));
const WIDE_DESK = fileURLToPath(new URL('wide-desk.ts', import.meta.url));

type Records = readonly Recorded<DeskRecord>[];

interface Life {
  readonly child: ChildProcess;
  readonly address: DeskAddress;
}

async function start(cwd: string, rooms: BusyRooms): Promise<Life> {
  const child = spawn(process.execPath, [WIDE_DESK], {
    cwd,
    env: {
      PATH: process.env['PATH'] ?? '',
      STRIKEWIRE_STORES_SQL: 'none',
      STRIKEWIRE_LOG_DESTINATION: 'file',
      STRIKEWIRE_LOG_LEVEL: 'warn',
      STRIKEWIRE_HTTP_PORT: '0',
      // As `bin/strikewire` has it: a start then takes half the time.
      NODE_COMPILE_CACHE: COMPILED,
      ...rooms.given.environment,
    },
    stdio: 'ignore',
  });
  const address = await addressOf(`${cwd}/data`, child);
  if (address === null) throw new Error('the desk has ended');
  await ready(address);
  await rooms.connected();
  return { child, address };
}

async function end({ child }: Life, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
}

/** One contract at the mid, which the desk would buy now, and a cheap one: there are many. */
async function tradableText(desk: DeskAddress): Promise<string> {
  const headers = { ...headersOf(desk), 'content-type': 'application/json' };
  for (let tries = 0; tries < 100; tries += 1) {
    const example = await fetch(`${desk.url}/api/v1/alerts/example`, { headers });
    const { text: found } = (await example.json()) as { readonly text: string | null };
    const price = Number(/ @ (\S+)/.exec(found ?? '')?.[1] ?? Number.NaN);
    const text = (found ?? '').replace(/ @ .*/, '').replace('BTO ', 'BTO 1 ');
    const said = { text, user_id: 'operator', channel_id: 'local', dry_run: true };
    const init = { method: 'POST', headers, body: JSON.stringify(said) };
    const answer = await fetch(`${desk.url}/admin/alerts/process`, init);
    const { orders } = (await answer.json()) as { readonly orders?: readonly unknown[] };
    if ((orders?.length ?? 0) > 0 && price < 0.8) return text;
    await sleep(50);
  }
  throw new Error('nothing can be traded now');
}

function idsOf(records: Records, kind: DeskRecord['kind']): readonly string[] {
  return records.flatMap((record) => {
    const [platform, , id] = record.message?.split(':') ?? [];
    return record.kind === kind && platform !== 'local' && id !== undefined ? [id] : [];
  });
}

function refusalsIn(records: Records): readonly string[] {
  return records.flatMap((record) =>
    record.kind === 'alert.decided' && record.body.verdict === 'refused' ? [record.body.code] : [],
  );
}

/** Every alert is said, the desk killed on the way and started anew each time. */
async function sayAll(cwd: string, rooms: BusyRooms): Promise<readonly string[]> {
  const random = createRandom('trades and kills');
  let life = await start(cwd, rooms);
  try {
    const text = await tradableText(life.address);
    // Before anything of a channel is on record, a start has nowhere to read on from.
    const greetings = await Promise.all(
      rooms.channels.map((channel) => rooms.say('good morning', channel)),
    );
    await untilRecorded(cwd, greetings, 'message.received');
    const said: string[] = [];
    for (let n = 0; n < ALERTS; n += 1) {
      const channel = rooms.channels[n % rooms.channels.length] ?? '';
      said.push(await rooms.say(text, channel));
      rooms.disturb(random);
      await sleep(random.integer(0, 2 * APART_MS));
      if (n % Math.floor(ALERTS / KILLS) === 40) {
        await end(life, 'SIGKILL');
        life = await start(cwd, rooms);
      }
    }
    await untilRecorded(cwd, said, 'alert.decided');
    await inTime(async () => new Set(rooms.answered()).size >= ALERTS);
    await end(life, 'SIGTERM');
    return said;
  } finally {
    life.child.kill('SIGKILL');
  }
}

async function untilRecorded(
  cwd: string,
  ids: readonly string[],
  kind: DeskRecord['kind'],
): Promise<void> {
  await inTime(async () => {
    const found = new Set(idsOf(await readRecord(`${cwd}/data`), kind));
    return ids.every((id) => found.has(id));
  });
}

/** Before the test's own time is up, so that no process outlives it. */
async function inTime(holds: () => Promise<boolean>): Promise<void> {
  const until = performance.now() + WITHIN_MS;
  while (!(await holds())) {
    if (performance.now() > until) throw new Error(`not so within ${WITHIN_MS} ms`);
    await sleep(250);
  }
}

describe.each([
  ['Discord', busyOnDiscord],
  ['Slack', busyOnSlack],
] as const)(`${ALERTS} alerts on %s`, (_, open) => {
  it(`are ${ALERTS} trades, over ${KILLS} kills and many more breaks, each answered by one post`, async () => {
    const rooms = await open();
    const cwd = newGround(rooms.given.yaml);
    try {
      const said = (await sayAll(cwd, rooms)).toSorted();
      const records = await readRecord(`${cwd}/data`);
      expect(refusalsIn(records)).toEqual([]);
      expect(idsOf(records, 'trade.opened').toSorted()).toEqual(said);
      expect(rooms.answered().toSorted()).toEqual(said);
      const opened = records.find(({ kind }) => kind === 'trade.opened');
      const symbol = opened?.kind === 'trade.opened' ? opened.body.plan.instrument.symbol : null;
      const fills = records.flatMap((record) =>
        record.kind === 'order.seen'
          ? record.body.sighting.fills.map(({ fillId }) => ({ fillId, trade: record.trade }))
          : [],
      );
      // One contract each: a trade that had bought twice would show as one fill more than trades.
      const bought = new Map(fills.map(({ fillId, trade }) => [fillId, trade]));
      expect(new Set(bought.values()).size).toBe(bought.size);
      expect(symbol === null ? 0 : readLedger(`${cwd}/data`).net(symbol)).toBe(bought.size);
      expect(bought.size).toBeGreaterThan(0);
    } finally {
      await rooms.close();
      rmSync(cwd, { recursive: true, force: true });
    }
  }, 1_800_000);
});
