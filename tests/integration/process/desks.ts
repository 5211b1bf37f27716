/** Desks and commands in processes of their own; when a test file ends, nothing of them is left. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll } from 'vitest';
import { z } from 'zod';
import type { Recorded } from '#events/record.ts';
import type { DeskRecord } from '#orders/model.ts';
import { type Ran, type RunningDesk, startDesk, strikewire } from '../../cli/strikewire.ts';
import { readRecord } from './kept-books.ts';

type Settings = Readonly<Record<string, string>>;

/** An entry is worked long enough for anything to happen to it meanwhile. */
export const UNHURRIED: Settings = {
  STRIKEWIRE_RISK_ENTRY_CONVERT: 'never',
  STRIKEWIRE_RISK_ENTRY_WAIT_MS: '20000',
  STRIKEWIRE_RISK_ENTRY_WINDOW_MS: '60000',
};
/** An entry fills as good as at once, whatever the market does. */
export const HURRIED: Settings = {
  STRIKEWIRE_RISK_ENTRY_WAIT_MS: '100',
  STRIKEWIRE_RISK_ENTRY_WINDOW_MS: '4000',
  STRIKEWIRE_RISK_ENTRY_CONVERT_WITHIN_TICKS: '5',
  STRIKEWIRE_RISK_LIMITS_COLLAR_TICKS_OVER_ALERT: '20',
  STRIKEWIRE_RISK_LIMITS_COLLAR_TICKS_OVER_ASK: '20',
  STRIKEWIRE_RISK_EXIT_GATHER_MS: '50',
};

const made: string[] = [];
const desks: RunningDesk[] = [];

afterAll(async () => {
  for (const { child } of desks) child.kill('SIGKILL');
  await Promise.all(desks.map(({ ended }) => ended));
  for (const directory of made) rmSync(directory, { recursive: true, force: true });
});

export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'strikewire-process-'));
  made.push(directory);
  return directory;
}

/** Ready to trade, in a silent room; how fast is nobody's business here. */
export async function openDesk(
  settings: Settings = {},
  directory = temporaryDirectory(),
): Promise<RunningDesk> {
  const environment = { STRIKEWIRE_RISK_LIMITS_MUTATIONS_PER_SECOND_MAX: '20', ...settings };
  const desk = await startDesk(directory, { environment, cwd: temporaryDirectory() });
  desks.push(desk);
  return desk;
}

export function command(...args: readonly string[]): Promise<Ran> {
  return strikewire(args, { cwd: temporaryDirectory() });
}

/** What is needed to talk to a desk, whoever has started it. */
export type Reachable = Pick<RunningDesk, 'directory' | 'url'>;

export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: Readonly<Record<string, unknown>>;
}

const Keyed = z.record(z.string(), z.unknown());
const DeskFile = z.object({ url: z.string(), key: z.string() });

/** Asks as the local operator, unless another key (or none) is given. */
export async function ask(
  desk: Reachable,
  route: `${'GET' | 'POST' | 'PUT' | 'DELETE' | 'PATCH'} /${string}`,
  sent: { readonly body?: unknown; readonly headers?: Settings; readonly key?: string | null } = {},
): Promise<Answer> {
  const [method = '', path = ''] = route.split(' ');
  const key = sent.key === undefined ? keyOf(desk) : sent.key;
  const response = await fetch(`${desk.url}${path}`, {
    method,
    headers: {
      ...(key === null ? {} : { authorization: `Bearer ${key}` }),
      ...(sent.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...sent.headers,
    },
    ...(sent.body === undefined ? {} : { body: bodyOf(sent.body) }),
  });
  return {
    status: response.status,
    type: response.headers.get('content-type') ?? '',
    body: Keyed.parse(await response.json()),
  };
}

function bodyOf(body: unknown): string {
  return typeof body === 'string' ? body : JSON.stringify(body);
}

function keyOf({ directory }: Reachable): string {
  return deskFile(directory).key;
}

/** What a running desk tells the commands on its machine. */
export function deskFile(directory: string): z.output<typeof DeskFile> {
  return DeskFile.parse(JSON.parse(readFileSync(join(directory, 'desk.json'), 'utf8')));
}

/** A message of the local operator. */
export async function post(desk: Reachable, text: string, more: object = {}): Promise<Answer> {
  const message = { text, user_id: 'operator', channel_id: 'local', ...more };
  return ask(desk, 'POST /admin/alerts/process', { body: message });
}

export async function example(desk: Reachable): Promise<string> {
  const { body } = await ask(desk, 'GET /api/v1/alerts/example');
  return z.string().parse(body['text']);
}

/** Opens a trade that is valid now. */
export async function trade(desk: Reachable): Promise<void> {
  const { body } = await post(desk, await example(desk));
  if (body['verdict'] !== 'order') throw new Error(`expected a trade, was ${JSON.stringify(body)}`);
}

/** Opens trades until one has been filled and its exit rests. */
export async function hold(desk: Reachable): Promise<void> {
  for (let tries = 0; tries < 3; tries += 1) {
    await trade(desk);
    const records = await recordOnce(desk.directory, (all) => works('X')(all) || areOver(all));
    if (works('X')(records)) return;
  }
  throw new Error('no entry was filled');
}

/** None of the trades so far has come to anything. */
function areOver(records: readonly Recorded<DeskRecord>[]): boolean {
  const count = (wanted: DeskRecord['kind']): number =>
    records.filter(({ kind }) => kind === wanted).length;
  return count('trade.opened') > 0 && count('trade.opened') === count('trade.ended');
}

export async function killState(desk: Reachable): Promise<unknown> {
  const { body } = await ask(desk, 'GET /api/v1/snapshot');
  return Keyed.parse(body['desk'])['killState'];
}

export async function kindsIn(directory: string): Promise<readonly string[]> {
  return (await readRecord(directory)).map(({ kind }) => kind);
}

/** The records so far, once they are as wanted; what they are then, when that takes too long. */
export async function recordOnce(
  directory: string,
  isAsWanted: (records: readonly Recorded<DeskRecord>[]) => boolean,
  withinMs = 60_000,
): Promise<readonly Recorded<DeskRecord>[]> {
  for (let left = withinMs; ; left -= 50) {
    const records = await readRecord(directory);
    if (isAsWanted(records) || left <= 0) return records;
    await sleep(50);
  }
}

/** Whether the broker has said of some order of that role that it works. */
export function works(role: 'E' | 'X') {
  return (records: readonly Recorded<DeskRecord>[]): boolean =>
    records.some(
      ({ kind, body }) =>
        kind === 'order.seen' &&
        body.sighting.status === 'working' &&
        isOf(role, body.sighting.cid),
    );
}

function isOf(role: 'E' | 'X', cid: string): boolean {
  return new RegExp(`\\.${role}\\d+$`).test(cid);
}
