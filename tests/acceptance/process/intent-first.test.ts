/**
 * nothing leaves the desk before the intent to send it is on disk. Judged from outside
 * a real process, twice: by the venue, which looks into the data directory the moment a request
 * arrives, and by the kernel, which was asked to sync the journal before it was given the request.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { kindsIn, post, temporaryDirectory } from '../../integration/process/desks.ts';
import { parseJson, recordOf, textOf } from '../../stand-ins/support/json.ts';
import { intentsOnDisk, isMeant, MUTATION, type Sent } from './intents.ts';
import { readTrace, TRACED_CALLS } from './trace.ts';
import { openWatchedVenue, until, type WatchedVenue } from './watched-venue.ts';

const BIN = fileURLToPath(new URL('../../../bin/strikewire', import.meta.url));
/** The window leaves seconds between two steps, and the collar room for all three. */
const QUICK = {
  STRIKEWIRE_CHAT_SCRIPT: 'none',
  STRIKEWIRE_LOG_LEVEL: 'error',
  STRIKEWIRE_STORES_SQL: 'none',
  STRIKEWIRE_RISK_ENTRY_CONVERT: 'never',
  STRIKEWIRE_RISK_ENTRY_WAIT_MS: '300',
  STRIKEWIRE_RISK_ENTRY_WINDOW_MS: '6000',
  STRIKEWIRE_RISK_EXIT_GATHER_MS: '50',
  STRIKEWIRE_RISK_LIMITS_COLLAR_TICKS_OVER_ALERT: '20',
  STRIKEWIRE_RISK_LIMITS_COLLAR_TICKS_OVER_ASK: '20',
  STRIKEWIRE_RISK_LIMITS_MUTATIONS_PER_SECOND_MAX: '20',
  STRIKEWIRE_RISK_LIMITS_MUTATIONS_PER_MINUTE_MAX: '50',
};
const NEVER = { fills: { kind: 'never' } } as const;
const AT_ONCE = { fills: { kind: 'immediate' } } as const;

const directory = temporaryDirectory();
const tracePath = join(temporaryDirectory(), 'trace');
const tracer = canTrace();
/** Mutations as they arrived, each with whether its intent was in the files then. */
const arrived: (Sent & { readonly wasMeant: boolean })[] = [];
let venue: WatchedVenue;
let desk: ChildProcess;

function canTrace(): 'strace' | null {
  const probe = spawnSync('strace', ['-f', '-y', '-e', 'trace=write', '-o', '/dev/null', 'true']);
  return probe.status === 0 ? 'strace' : null;
}

function start(settings: Readonly<Record<string, string>>): ChildProcess {
  const program = [BIN, 'start', '--data', directory, '--port', '0'];
  const traced = ['-f', '-y', '-s', '262144', '-e', `trace=${TRACED_CALLS}`, '-o', tracePath];
  const [command = '', ...args] =
    tracer === null ? program : ['strace', '--seccomp-bpf', ...traced, ...program];
  const env = { PATH: process.env['PATH'] ?? '', ...QUICK, ...settings };
  return spawn(command, args, { cwd: directory, env, stdio: 'ignore' });
}

/** The desk's own words: beneath a tracer it is not the process that was started. */
function deskFile(): Readonly<Record<string, unknown>> {
  const path = join(directory, 'desk.json');
  return existsSync(path) ? recordOf(parseJson(readFileSync(path, 'utf8'))) : {};
}

async function becomeReady(): Promise<void> {
  await until('the desk listens', () => textOf(deskFile()['url']) !== null);
  const url = textOf(deskFile()['url']) ?? '';
  await until('the desk is ready', async () => (await fetch(`${url}/readyz`)).ok);
}

async function take(text: string): Promise<void> {
  const { body } = await post({ directory, url: textOf(deskFile()['url']) ?? '' }, text);
  if (body['verdict'] === 'refused') throw new Error(`was ${JSON.stringify(body)}`);
}

/** Two entries worked by every price step, one edited and one sent anew; an exit; a close. */
async function tradeAll(): Promise<void> {
  const { standIn } = venue;
  standIn.behave({ side: 'buy', replacement: 'only', course: NEVER });
  const undo = standIn.behave({ side: 'buy', course: NEVER });
  await take(venue.alert(0).replace('BTO', 'BTO 1'));
  await take(venue.alert(1).replace('BTO', 'BTO 4'));
  // The desk's word: between a cancel and the order sent anew the venue has nothing open, either.
  await until('the entries are over', async () => {
    const ended = (await kindsIn(directory)).filter((kind) => kind === 'trade.ended');
    return ended.length === 2;
  });
  undo();
  standIn.behave({ side: 'buy', course: AT_ONCE });
  standIn.behave({ side: 'sell', nth: 1, course: NEVER });
  standIn.behave({ side: 'sell', course: AT_ONCE });
  const alert = venue.alert(2).replace('BTO', 'BTO 4');
  await take(alert);
  await until('the exit rests', () =>
    standIn.ledger.orders().some(({ side, status }) => side === 'sell' && status === 'Live'),
  );
  await take(alert.replace('BTO 4', 'STC'));
  await until('all is sold', () => [...standIn.ledger.positions().values()].length === 0);
}

beforeAll(async () => {
  venue = await openWatchedVenue({
    arrived({ method, path, body }) {
      if (method === 'GET' || !MUTATION.test(path)) return null;
      const cid = textOf(recordOf(parseJson(body))['external-identifier']);
      const sent = { method, path, cid };
      arrived.push({ ...sent, wasMeant: isMeant(sent, intentsOnDisk(directory)) });
      return null;
    },
  });
  desk = start(venue.settings);
  await becomeReady();
  await tradeAll();
  process.kill(Number(deskFile()['pid']), 'SIGTERM');
  await once(desk, 'close');
}, 180_000);

afterAll(async () => {
  desk.kill('SIGKILL');
  await venue.close();
});

it('the run has steps of both kinds, an exit and a close', () => {
  const methods = arrived.map(({ method }) => method);
  expect(methods.filter((method) => method === 'PATCH').length).toBeGreaterThanOrEqual(3);
  expect(methods.filter((method) => method === 'POST').length).toBeGreaterThanOrEqual(6);
  expect(venue.standIn.ledger.fills().map(({ side }) => side)).toEqual(['buy', 'sell']);
});

it('the venue finds the intent of every mutation on disk when it receives it', () => {
  expect(arrived.filter(({ wasMeant }) => !wasMeant)).toEqual([]);
});

it('the kernel was asked to sync each intent, and had done so, before the request left', ({
  skip,
}) => {
  if (tracer === null) skip('strace cannot trace here: what the venue found on disk stands alone');
  const { intents, sends } = readTrace(readFileSync(tracePath, 'utf8'));
  expect(sends).toHaveLength(arrived.length);
  const early = sends.filter((send) => {
    return !isMeant(
      send,
      intents.filter(({ durableAt }) => durableAt < send.at),
    );
  });
  expect(early).toEqual([]);
});

it('every order of the venue is in the record, and none twice', () => {
  const intents = new Set(intentsOnDisk(directory).map(({ cid }) => cid));
  const { ledger } = venue.standIn;
  const orders = ledger.orders().map(({ externalIdentifier }) => externalIdentifier);
  expect(orders.filter((cid) => cid === null || !intents.has(cid))).toEqual([]);
  expect(ledger.duplicates()).toEqual([]);
});
