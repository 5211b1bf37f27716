/** A person's visit to the page of a desk; desks and browser are gone with the file's tests. */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, type TestContext } from 'vitest';
import { ROOT } from '../architecture/source.ts';
import type { Settings } from '../crash/desk-process.ts';
import { CHROMIUM, openBrowser } from './browser.ts';
import { E2eDesk, FAST } from './desk.ts';

const PATIENCE_MS = 30_000;
/** The browser tells of every answer of this kind; the page says plainly what is not there. */
const ABSENT_PART = /status of 501/;
const SHOTS = join(ROOT, 'build', 'screenshots');

let browser: Browser | null = null;
const desks: E2eDesk[] = [];

afterAll(async () => {
  await browser?.close();
  browser = null;
  await Promise.all(desks.splice(0).map(async (desk) => desk.remove()));
});

export async function startDesk(settings: Settings = FAST): Promise<E2eDesk> {
  const desk = new E2eDesk(settings);
  desks.push(desk);
  await desk.start();
  return desk;
}

export interface Visit {
  readonly page: Page;
  /** What the browser complained of: errors, and whatever the policy refused. */
  readonly complaints: readonly string[];
}

export interface Wish extends BrowserContextOptions {
  /** Of the page, after the `#`. */
  readonly path?: string;
  /** Default: until the page is live. */
  readonly until?: string;
  /** Runs before the page is opened: to stand between it and the desk. */
  readonly before?: (page: Page) => Promise<void>;
}

/** Opens the page; left out, with the reason, where there is no browser. */
export async function visit(
  skip: TestContext['skip'],
  desk: E2eDesk,
  { path = '/', until = '.link.live', before, ...context }: Wish = {},
): Promise<Visit> {
  skip(!existsSync(CHROMIUM), `no browser at ${CHROMIUM}: apt-get install chromium`);
  browser ??= await openBrowser();
  const page = await (await browser.newContext(context)).newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    const isMatter = message.type() === 'error' || message.type() === 'warning';
    if (isMatter && !ABSENT_PART.test(message.text())) complaints.push(message.text());
  });
  await before?.(page);
  await page.goto(`${desk.url}/#${path}`);
  await page.locator(until).first().waitFor();
  return { page, complaints };
}

/** Kept as build output, for people to look at. */
export async function keepPicture(page: Page, name: string): Promise<void> {
  mkdirSync(SHOTS, { recursive: true });
  await page.screenshot({ path: join(SHOTS, `${name}.png`) });
}
