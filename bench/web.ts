/**
 * The page's weight and its way to the screen: what the browser fetches before the first page
 * stands, compressed as the desk sends it, and how long it takes on loopback from a cold cache to
 * figures on the screen, in the machine's own Chromium.
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { openBrowser } from '../tests/e2e/browser.ts';
import { setup as buildPage } from '../tests/e2e/build-page.ts';
import { E2eDesk } from '../tests/e2e/desk.ts';
import { type BenchRow, spread } from './report.ts';

const VISITS = 15;
/** Of the issue. */
const BYTES_MAX = 250_000;
const PAINT_MS_MAX = 1_000;

interface Seen {
  readonly bytes: number;
  readonly paintMs: number;
  readonly usefulMs: number;
}

export async function measure(): Promise<readonly BenchRow[]> {
  buildPage();
  const desk = new E2eDesk({ STRIKEWIRE_CHAT_SCRIPT: 'demo' });
  try {
    await desk.start();
    // Something to draw: a page without messages and trades is no page of a working desk.
    await wait(10_000);
    return rowsOf(await look(desk));
  } finally {
    await desk.remove();
  }
}

async function look(desk: E2eDesk): Promise<readonly Seen[]> {
  const browser = await openBrowser();
  try {
    const seen: Seen[] = [];
    for (let visits = 0; visits <= VISITS; visits += 1) seen.push(await visitOnce(browser, desk));
    // The first one also warms the desk and the disk.
    return seen.slice(1);
  } finally {
    await browser.close();
  }
}

async function visitOnce(browser: Browser, desk: E2eDesk): Promise<Seen> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  let bytes = 0;
  const network = await context.newCDPSession(page);
  await network.send('Network.enable');
  const files = new Set<string>();
  network.on('Network.responseReceived', ({ requestId, response }) => {
    const { pathname } = new URL(response.url);
    if (pathname === '/' || /\.(?:js|css|svg)$/.test(pathname)) files.add(requestId);
  });
  network.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    if (files.has(requestId)) bytes += encodedDataLength;
  });
  await page.goto(desk.url);
  await page.locator('article[data-trade]').first().waitFor();
  const [paintMs, usefulMs] = await page.evaluate<[number, number]>(`[
    performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN,
    performance.now(),
  ]`);
  await context.close();
  return { bytes, paintMs, usefulMs };
}

function rowsOf(seen: readonly Seen[]): readonly BenchRow[] {
  const weight = spread(
    'first page, compressed',
    seen.map(({ bytes }) => bytes),
    'bytes',
  );
  const paint = spread(
    'first paint',
    seen.map(({ paintMs }) => paintMs),
    'ms',
  );
  const useful = spread(
    'account and open trades on the screen',
    seen.map(({ usefulMs }) => usefulMs),
    'ms',
  );
  return [
    { ...weight, vs: 'most it may be', ratio: weight.value / BYTES_MAX },
    paint,
    { ...useful, vs: 'most it may be', ratio: useful.value / PAINT_MS_MAX },
  ];
}
