/** The page in a real browser, in front of a desk that does what it is told. */
import { existsSync } from 'node:fs';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, describe, expect, it, type TestContext } from 'vitest';
import { createHttpServer, type HttpServer } from '#adapters/http/server.ts';
import { createSystemClock } from '#kernel/time.ts';
import { EMPTY, type FakeDesk, HELD, OPTIONS, serve } from '../integration/http/fake-desk.ts';
import { MESSAGE, TRADE } from './views.ts';

const CHROMIUM = '/usr/bin/chromium';

let browser: Browser | null = null;
const open: HttpServer[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map(async (server) => server.close()));
});
afterAll(async () => browser?.close());

interface Shown {
  readonly page: Page;
  readonly desk: FakeDesk;
  readonly server: HttpServer;
  readonly port: number;
  /** What the browser complained of. */
  readonly complaints: string[];
}

interface Wish {
  readonly login?: 'own' | 'key';
  readonly context?: BrowserContextOptions;
}

async function show(skip: TestContext['skip'], wish: Wish = {}): Promise<Shown> {
  skip(!existsSync(CHROMIUM), `no browser at ${CHROMIUM}: apt-get install chromium`);
  browser ??= await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
  const { desk } = serve();
  desk.becomeReady();
  desk.show({ ...EMPTY, messages: [MESSAGE], trades: [TRADE] });
  const { server, port } = await listen(desk, 0, wish.login ?? 'own');
  const context = await browser.newContext(wish.context);
  const page = await context.newPage();
  page.setDefaultTimeout(8_000);
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  await page.goto(`http://127.0.0.1:${port}/`);
  // Only what happens from here on is an update; what was before is in the snapshot.
  if (wish.login !== 'key') await page.locator('.link.live').waitFor();
  return { page, desk, server, port, complaints };
}

async function listen(desk: FakeDesk, port: number, login: 'own' | 'key') {
  const localCaller = login === 'own' ? ({ id: 'local:operator', role: 'admin' } as const) : null;
  const server = createHttpServer(desk, { ...OPTIONS, port, localCaller }, createSystemClock());
  const listening = await server.listen();
  if (!listening.ok) throw new Error(listening.error.detail);
  open.push(server);
  return { server, port: listening.value.port };
}

const text = async (page: Page, selector: string) => page.locator(selector).first().innerText();

describe('the page', () => {
  it('shows a message with the characters each field came from, and why', async ({ skip }) => {
    const { page, complaints } = await show(skip);
    const card = page.locator('article.message');
    await card.waitFor();
    const marks: string[] = [];
    for (const mark of await card.locator('mark').all()) {
      marks.push(`${await mark.getAttribute('title')}=${await mark.innerText()}`);
    }
    expect(marks).toEqual([
      'action=BTO',
      'symbol=UBER',
      'strike=78',
      'right=p',
      'expiry=12/05',
      'price=0.75',
    ]);
    expect(await card.locator('.chip').innerText()).toBe('order');
    await card.locator('summary').click();
    expect(await card.locator('.gates').innerText()).toContain('spread: spread 0.08 ≤ 0.15');
    expect(complaints).toEqual([]);
  });

  it('shows an entry at work: picture, limit, steps and the time left', async ({ skip }) => {
    const { page } = await show(skip);
    const card = page.locator('article.trade');
    await card.waitFor();
    expect(await card.locator('svg.prices').getAttribute('aria-label')).toContain(
      'bid 0.71, ask 0.79',
    );
    expect(await card.innerText()).toContain('step 0 of 3');
    expect(await card.innerText()).toContain('Opened a trade.');
  });

  it('follows every change, and keeps unfolded what a person unfolded', async ({ skip }) => {
    const { page, desk } = await show(skip);
    await page.locator('article.message summary').click();
    desk.emit({ kind: 'message', seq: 6, message: { ...MESSAGE, detail: 'Changed since.' } });
    await page.getByText('Changed since.').waitFor();
    expect(await page.locator('article.message details').getAttribute('open')).not.toBeNull();
    desk.emit({ kind: 'trade', seq: 10, trade: { ...TRADE, phase: 'done', ended: 'no_fill' } });
    await page.locator('article.trade.done').waitFor();
    expect(await text(page, 'article.trade .chip')).toBe('no fill');
  });

  it('shows what a stranger wrote as text and nothing else', async ({ skip }) => {
    const { page, desk, complaints } = await show(skip);
    const nasty = '<img src=x onerror="document.title=1"><script>document.title=2</script>';
    const author = { id: '6', name: nasty };
    desk.emit({
      kind: 'message',
      seq: 7,
      message: { ...MESSAGE, key: 'a', text: nasty, author, spans: {} },
    });
    await page.locator('article.message').nth(1).waitFor();
    expect(await text(page, 'article.message .said')).toBe(nasty);
    expect(await page.title()).toContain('Strikewire');
    expect(await page.locator('article img').count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  it('sends a message of one’s own, with an example on request', async ({ skip }) => {
    const { page, desk } = await show(skip);
    await page.getByRole('button', { name: 'Make me an example' }).click();
    const field = page.locator('#send-text');
    await expect.poll(async () => field.inputValue()).toBe('BTO UBER 78p 12/05 @ 0.75');
    await page.getByLabel('dry run').check();
    await page.getByRole('button', { name: 'Send' }).click();
    await page.getByText('order (approved)').waitFor();
    expect(desk.requests).toMatchObject([
      { text: 'BTO UBER 78p 12/05 @ 0.75', userId: 'operator', channelId: 'local', dryRun: true },
    ]);
  });

  it('halts by keyboard alone, with a reason for the record', async ({ skip }) => {
    const { page, desk } = await show(skip);
    await page.getByRole('button', { name: 'Halt', exact: true }).focus();
    await page.keyboard.press('Enter');
    await page.keyboard.type('odd fills');
    await page.keyboard.press('Enter');
    await page.getByText('HALT by local:operator: odd fills').waitFor();
    expect(desk.acts).toEqual(['HALT by local:operator: odd fills']);
  });

  it('lets a held message through on a person’s word', async ({ skip }) => {
    const { page, desk } = await show(skip);
    const held = { ...MESSAGE, key: HELD, outcome: 'held', code: 'deviation' } as const;
    desk.emit({ kind: 'message', seq: 8, message: held });
    await page.getByRole('button', { name: 'Let it through' }).click();
    await page.getByText('order (approved)').waitFor();
    expect(desk.acts).toEqual([`release ${HELD} local:operator`]);
  });

  it('says plainly when the desk is gone, stops showing prices as live, and recovers', async ({
    skip,
  }) => {
    const { page, desk, server, port } = await show(skip);
    await server.close();
    await page.locator('#gone').waitFor({ state: 'visible', timeout: 15_000 });
    expect(await text(page, '#gone')).toContain('does not answer');
    expect(await text(page, '#clock')).toBe('--:--:--');
    expect(await page.locator('svg.prices.live').count()).toBe(0);
    await listen(desk, port, 'own');
    await page.locator('.link.live').waitFor({ timeout: 20_000 });
    expect(await page.locator('#gone').isVisible()).toBe(false);
  });

  it('asks for a key where opening it is not enough', async ({ skip }) => {
    const { page } = await show(skip, { login: 'key' });
    const key = page.getByLabel('Key');
    await key.fill('ak_wrong');
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.getByText('this key is not known here').waitFor();
    await key.fill(`ak_bbbbbbbbbbbb_${'o'.repeat(43)}`);
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.locator('article.message').waitFor();
    expect(await page.locator('#login').isVisible()).toBe(false);
  });

  it('fits a phone', async ({ skip }) => {
    const { page } = await show(skip, { context: { viewport: { width: 360, height: 740 } } });
    await page.locator('article.trade').waitFor();
    const wide = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
    expect(wide).toBeLessThanOrEqual(0);
  });

  it('is dark where a person likes it dark', async ({ skip }) => {
    const groundOf = async (colorScheme: 'dark' | 'light') => {
      const { page } = await show(skip, { context: { colorScheme } });
      return page.evaluate('getComputedStyle(document.body).backgroundColor');
    };
    expect(await groundOf('light')).toBe('rgb(246, 247, 245)');
    expect(await groundOf('dark')).toBe('rgb(16, 20, 17)');
  });

  it('tells what to do while nothing is there', async ({ skip }) => {
    const { page, desk } = await show(skip);
    desk.show(EMPTY);
    await page.reload();
    await page.getByText('Nobody has said anything yet').waitFor();
    expect(await text(page, '#trades')).toContain('No trade yet');
  });
});
