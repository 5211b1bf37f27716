/**
 * No secret in anything a desk writes, answers or prints: distinct secrets in every place one can
 * be configured, a venue that repeats what it knows in its errors, and every byte that came out
 * searched.
 */
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Ran, strikewire } from '../../cli/strikewire.ts';
import {
  ask,
  HURRIED,
  openDesk,
  post,
  temporaryDirectory,
} from '../../integration/process/desks.ts';
import { parseJson, recordOf, textOf } from '../../stand-ins/support/json.ts';
import type { HttpReply, HttpRequest } from '../../stand-ins/support/loopback.ts';
import { MUTATION } from './intents.ts';
import { openWatchedVenue, type WatchedVenue } from './watched-venue.ts';

const PIECE = 16;
const ADMIN_SECRET = 'CanaryAdminKey0123456789abcdefghijklmnopqrs';
const CONFIGURED: Readonly<Record<string, string>> = {
  STRIKEWIRE_ADMIN_KEY: `ak_abcdefghijkl_${ADMIN_SECRET}`,
  STRIKEWIRE_TASTYTRADE_PRODUCTION_CLIENT_SECRET: 'canary-production-client-secret-8Zq1',
  STRIKEWIRE_TASTYTRADE_PRODUCTION_REFRESH_TOKEN: 'canary-production-refresh-token-5Kp2',
  STRIKEWIRE_TASTYTRADE_PRODUCTION_CANCEL_REFRESH_TOKEN: 'canary-production-cancel-grant-3Lm7',
  STRIKEWIRE_DISCORD_TOKEN: 'canary-discord-bot-token-Rw4u.GxYz12.abcdef',
  STRIKEWIRE_SLACK_APP_TOKEN: 'xapp-1-CANARYAPP-6574839201-fedcba',
  STRIKEWIRE_SLACK_BOT_TOKEN: 'xoxb-CANARYBOT-1029384756-abcdef',
};

/** One record for each environment. */
const directories = { sandbox: temporaryDirectory(), rehearsal: temporaryDirectory() };
type Place = keyof typeof directories;
type Settings = Readonly<Record<string, string>>;
/** By what it is, everything that must never come out. */
const secrets = new Map<string, string>();
/** By where it came from, everything that did. */
const outputs = new Map<string, string>();
let venue: WatchedVenue;
let refusals = 0;

/** The venue's errors repeat whatever it knows. */
function hostile(request: HttpRequest): HttpReply | null {
  const known = [...secrets].filter(([name]) => !name.startsWith('STRIKEWIRE_'));
  const told = known.map(([, secret]) => secret);
  const shown = [request.headers.authorization, request.body, ...told].join(' ');
  const isOrder = request.method === 'POST' && MUTATION.test(request.path);
  const isOther = /\/balances$|option-chains|\/positions$|oauth/.test(request.path);
  if ((!isOrder && !isOther) || refusals > 5 || metBefore(request)) return null;
  refusals += 1;
  const headers = { 'content-type': isOrder ? 'application/json' : 'text/html' };
  const error = { error: { code: told[0] ?? 'refused', message: shown } };
  const body = isOrder ? JSON.stringify(error) : `<html><body>${shown}</body></html>`;
  return { kind: 'answer', status: isOrder ? 422 : 503, headers, body };
}

const met = new Set<string>();
function metBefore({ method, path }: HttpRequest): boolean {
  const key = `${method} ${path}`;
  const isMet = met.has(key);
  met.add(key);
  return isMet;
}

function learn(request: HttpRequest, body: string): void {
  const answer = recordOf(parseJson(body));
  for (const name of ['access_token', 'refresh_token']) {
    const token = textOf(answer[name]);
    if (token !== null) secrets.set(`${name} ${secrets.size}`, token);
  }
  if (!request.path.includes('quote-token')) return;
  const token = textOf(recordOf(answer['data'])['token']);
  if (token !== null) secrets.set(`quote token ${secrets.size}`, token);
}

function note(name: string, { code, out, err }: Ran): void {
  outputs.set(`${name}: stdout`, out);
  outputs.set(`${name}: stderr`, `${code} ${err}`);
}

async function run(place: Place, name: string, settings: Settings): Promise<void> {
  const args = [...name.split(' '), '--data', directories[place]];
  note(
    `${place} ${name} ${outputs.size}`,
    await strikewire(args, { environment: settings, cwd: temporaryDirectory() }),
  );
}

/** One life of a desk: trades where it may, and everything it can be asked is asked. */
async function live(name: Place, settings: Settings): Promise<void> {
  const desk = await openDesk(settings, directories[name]);
  const answers: unknown[] = [];
  for (let underlying = 0; underlying < 3; underlying += 1) {
    const alert = venue.alert(underlying);
    answers.push(await post(desk, alert.replace('BTO', 'BTO 2')), await post(desk, 'nonsense'));
    if (underlying === 2) answers.push(await post(desk, alert.replace('BTO', 'STC')));
  }
  const key = CONFIGURED['STRIKEWIRE_ADMIN_KEY'] ?? '';
  for (const route of ['snapshot', 'arming', 'session', 'nothing'] as const) {
    answers.push(await ask(desk, `GET /api/v1/${route}`, { key }));
  }
  answers.push(await ask(desk, 'POST /api/v1/arming/code', { key, body: {} }));
  answers.push(await ask(desk, 'POST /api/v1/arming', { key, body: { code: key } }));
  answers.push(await ask(desk, 'POST /api/v1/session', { key, body: { key: `${key}x` } }));
  answers.push(await ask(desk, 'GET /admin/audit/recent', { key }));
  outputs.set(`${name}: answers`, JSON.stringify(answers));
  for (const path of ['metrics', 'healthz', 'readyz', 'openapi.json', '']) {
    const answer = await fetch(`${desk.url}/${path}`, {
      headers: { authorization: `Bearer ${key}` },
    });
    outputs.set(`${name}: /${path}`, `${[...answer.headers].join()} ${await answer.text()}`);
  }
  if (name === 'sandbox') await run(name, 'start --port 0', settings);
  desk.child.kill('SIGTERM');
  note(name, await desk.ended);
}

beforeAll(async () => {
  venue = await openWatchedVenue(
    { arrived: hostile, answered: learn },
    { refreshRotation: 'kept' },
  );
  const { clientSecret, refreshToken } = venue.standIn.credentials;
  for (const [name, value] of Object.entries(CONFIGURED)) secrets.set(name, value);
  secrets.set('STRIKEWIRE_ADMIN_KEY', ADMIN_SECRET);
  secrets.set('client secret', clientSecret);
  secrets.set('refresh token', refreshToken);
  const cancelGrant = venue.standIn.access.rotate('kept');
  secrets.set('cancel refresh token', cancelGrant);
  const file = join(temporaryDirectory(), 'secret');
  writeFileSync(file, `${cancelGrant}\n`, { mode: 0o600 });
  const settings = {
    ...HURRIED,
    ...venue.settings,
    ...CONFIGURED,
    STRIKEWIRE_TASTYTRADE_CANCEL_REFRESH_TOKEN_FILE: file,
    STRIKEWIRE_LOG_LEVEL: 'debug',
  };
  await Promise.all([
    live('sandbox', { ...settings, STRIKEWIRE_RISK_LIMITS_OPEN_TRADES_MAX: '20' }),
    live('rehearsal', {
      ...settings,
      STRIKEWIRE_ENVIRONMENT: 'rehearsal',
      STRIKEWIRE_LOG_DESTINATION: 'file',
    }),
  ]);
  const swapped = { STRIKEWIRE_SLACK_BOT_TOKEN: CONFIGURED['STRIKEWIRE_SLACK_APP_TOKEN'] ?? '' };
  const wrong = { ...settings, ...swapped, STRIKEWIRE_ADMIN_KEY: ADMIN_SECRET };
  const commands = ['cancel-all --yes', 'check', 'audit --json', 'journal verify'];
  await Promise.all([
    ...commands.map((name) => run('sandbox', name, settings)),
    run('rehearsal', 'check', wrong),
  ]);
}, 600_000);

afterAll(() => venue.close());

/** Every file under a directory, but the sockets. */
function filesIn(path: string): readonly string[] {
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== 'reserve')
    .map((entry) => join(entry.parentPath, entry.name));
}

const isTokenFile = (path: string): boolean => /^tastytrade-\w+\.token\.json$/.test(basename(path));

/** Any run of 16 characters of it, as it is or in base64. */
function holds(text: string, secret: string): boolean {
  const forms = [secret, Buffer.from(secret).toString('base64')];
  return forms.some((form) => {
    for (let at = 0; at + PIECE <= form.length; at += PIECE / 2) {
      if (text.includes(form.slice(at, at + PIECE))) return true;
    }
    return false;
  });
}

it('the run met the venue, was refused with its own secrets, and traded', () => {
  expect(refusals).toBeGreaterThan(3);
  expect([...secrets.keys()].filter((name) => name.startsWith('access_token'))).not.toEqual([]);
  expect([...secrets.keys()].filter((name) => name.startsWith('quote token'))).not.toEqual([]);
  expect(venue.standIn.ledger.orders().length).toBeGreaterThan(0);
  expect(outputs.size).toBeGreaterThan(20);
});

it('the search finds what is there', () => {
  expect(holds(`x ${ADMIN_SECRET.slice(5)} y`, ADMIN_SECRET)).toBe(true);
  expect(holds(Buffer.from(ADMIN_SECRET).toString('base64'), ADMIN_SECRET)).toBe(true);
});

it('nothing printed or answered holds a piece of any secret', () => {
  const found = [...outputs].flatMap(([where, text]) =>
    [...secrets].filter(([, secret]) => holds(text, secret)).map(([what]) => `${what} in ${where}`),
  );
  expect(found).toEqual([]);
});

it('nothing written holds one either, but the token files, which only their owner reads', () => {
  const files = Object.values(directories).flatMap(filesIn);
  const found = files
    .filter((path) => !isTokenFile(path))
    .flatMap((path) => {
      const text = readFileSync(path, 'latin1');
      const inside = [...secrets].filter(([, secret]) => holds(text, secret));
      return inside.map(([what]) => `${what} in ${basename(path)}`);
    });
  expect(found).toEqual([]);
  expect(files.map((path) => basename(path))).toContain('strikewire.log');
  expect(files.filter(isTokenFile).every((path) => (statSync(path).mode & 0o077) === 0)).toBe(true);
});
