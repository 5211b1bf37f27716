/**
 * `npm run picture`: makes `docs/images/page.png`, the picture of the running page in the README.
 *
 * Starts the demonstration on a directory of its own and waits for something worth seeing: an entry
 * that has been moved a step, an exit that rests, a message refused with a suggestion. The market
 * is random in its times, so no two pictures are the same.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { chromium, type Page } from 'playwright-core';
import { z } from 'zod';

const BROWSER = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const SIZE = { width: 1360, height: 900 };
/** A room quiet enough for an entry to take its first step before two more are opened. */
const CHAT_EVERY_MS = 12_000;
const LOOK_EVERY_MS = 250;
const DESK_WITHIN_MS = 20_000;
const SIGHT_WITHIN_MS = 300_000;
/** What has just appeared is still being faded in. */
const SETTLE_MS = 1_200;

const root = fileURLToPath(new URL('..', import.meta.url));
const images = join(root, 'docs', 'images');
const directory = mkdtempSync(join(tmpdir(), 'strikewire-picture-'));

const DeskFile = z.object({ url: z.string(), key: z.string() });
type Desk = z.output<typeof DeskFile>;

const Snapshot = z.object({
  trades: z.array(z.object({ phase: z.string(), entry: z.object({ steps: z.number() }) })),
});
const Example = z.object({ text: z.string() });

const started = start();
try {
  const desk = await until('the desk to start', DESK_WITHIN_MS, async () => deskFile());
  console.log(`The desk runs at ${desk.url}; waiting for something worth seeing.`);
  const browser = await chromium.launch({ executablePath: BROWSER, args: ['--no-sandbox'] });
  try {
    const page = await browser.newPage({ viewport: SIZE, colorScheme: 'dark' });
    await page.goto(desk.url);
    await takePicture(desk, page);
  } finally {
    await browser.close();
  }
} finally {
  started.kill('SIGTERM');
  if (started.exitCode === null) await once(started, 'exit');
  rmSync(directory, { recursive: true, force: true });
}

function start(): ChildProcess {
  const args = ['src/main.ts', 'start', '--data', directory, '--port', '0'];
  const env = {
    ...process.env,
    STRIKEWIRE_CHAT_EVERY_MS: String(CHAT_EVERY_MS),
    STRIKEWIRE_LOG_DESTINATION: 'file',
  };
  // What it complains of is for whoever runs this.
  return spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'], env });
}

function deskFile(): Desk | null {
  const path = join(directory, 'desk.json');
  return existsSync(path) ? DeskFile.parse(JSON.parse(readFileSync(path, 'utf8'))) : null;
}

async function takePicture(desk: Desk, page: Page): Promise<void> {
  await until('an entry at work beside a resting exit', SIGHT_WITHIN_MS, () => isWorthSeeing(desk));
  await misspell(desk, page);
  await page.getByRole('button', { name: 'Use it' }).first().waitFor();
  await page.getByRole('button', { name: 'Not now' }).click();
  await wait(SETTLE_MS);
  mkdirSync(images, { recursive: true });
  const path = join(images, 'page.png');
  await page.screenshot({ path });
  console.log(`Made ${path}.`);
}

/** Of the two newest trades, which the picture shows, one has been moved and one is to be sold. */
async function isWorthSeeing(desk: Desk): Promise<true | null> {
  const { trades } = Snapshot.parse(await get(desk, '/api/v1/snapshot'));
  const shown = trades.slice(0, 2);
  const isMoved = shown.some(({ phase, entry }) => phase === 'entering' && entry.steps > 0);
  return isMoved && shown.some(({ phase }) => phase === 'exiting') ? true : null;
}

/** Sends a message that is valid but for its strike, as a person would who slipped on the keys. */
async function misspell(desk: Desk, page: Page): Promise<void> {
  const { text } = Example.parse(await get(desk, '/api/v1/alerts/example'));
  const wrong = text.replace(/(?:\.\d+)?(?<right>[cp]) /i, '.37$<right> ');
  await page.getByLabel('Message to your own room').fill(wrong);
  await page.getByRole('button', { name: 'Send', exact: true }).click();
}

async function get({ url, key }: Desk, path: string): Promise<unknown> {
  const response = await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${key}` } });
  return response.json();
}

async function until<T>(what: string, withinMs: number, look: () => Promise<T | null>): Promise<T> {
  const end = performance.now() + withinMs;
  while (performance.now() < end) {
    const found = await look();
    if (found !== null) return found;
    await wait(LOOK_EVERY_MS);
  }
  throw new Error(`waited ${withinMs / 1000} s in vain for ${what}`);
}
