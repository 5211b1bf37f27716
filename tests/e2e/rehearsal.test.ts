/** Arming at a rehearsal: a desk of its own, a stand-in of the broker, the rules of real money. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { z } from 'zod';
import { daysBetween } from '#kernel/calendar.ts';
import { formatPrice } from '#kernel/price.ts';
import { createSystemClock } from '#kernel/time.ts';
import { placeByHand } from '../crash/venue-desk.ts';
import { createCatalogue } from '../stand-ins/tastytrade/catalogue.ts';
import { contractOf } from '../stand-ins/tastytrade/chains.ts';
import { openTastytradeStandIn, type TastytradeStandIn } from '../stand-ins/tastytrade/stand-in.ts';
import { E2eDesk, FAST } from './desk.ts';
import { keepPicture, visit } from './visit.ts';

const ADMIN_KEY = `ak_rehearsalkey_${'R'.repeat(43)}`;
const CERTIFIED_WITHIN_MS = 120_000;

let standIn: TastytradeStandIn;
let desk: E2eDesk;
let password: string;

beforeAll(async () => {
  standIn = await openTastytradeStandIn({ market: 'walk', session: 'always-open' });
  const { apiUrl, streamerUrl, credentials, accounts } = standIn;
  desk = new E2eDesk({
    ...FAST,
    STRIKEWIRE_ENVIRONMENT: 'rehearsal',
    STRIKEWIRE_TASTYTRADE_API_URL: apiUrl,
    STRIKEWIRE_TASTYTRADE_STREAMER_URL: streamerUrl,
    STRIKEWIRE_TASTYTRADE_CLIENT_SECRET: credentials.clientSecret,
    STRIKEWIRE_TASTYTRADE_REFRESH_TOKEN: credentials.refreshToken,
    STRIKEWIRE_TASTYTRADE_ACCOUNT: accounts[0] ?? '',
    STRIKEWIRE_RISK_LIMITS_HOURS: 'any',
    STRIKEWIRE_ADMIN_KEY: ADMIN_KEY,
  });
  await desk.certify();
  await desk.start();
  password = await addAdmin();
}, CERTIFIED_WITHIN_MS);

afterAll(async () => {
  await desk.remove();
  await standIn.close();
});

async function addAdmin(): Promise<string> {
  const response = await fetch(`${desk.url}/api/v1/operators`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${ADMIN_KEY}`,
      'content-type': 'application/json',
      'idempotency-key': 'ada',
    },
    body: JSON.stringify({ name: 'ada', role: 'admin' }),
  });
  return z.object({ password: z.string() }).parse(await response.json()).password;
}

/** An option that is listed today, as a broker names it and as people write it. */
function contract() {
  const catalogue = createCatalogue(createSystemClock());
  const [root] = catalogue.chain('SPY') ?? [];
  const far = root?.expirations.find(({ date }) => daysBetween(catalogue.today(), date) > 7);
  const strike = root?.strikes[Math.floor(root.strikes.length / 2)];
  if (root === undefined || far === undefined || strike === undefined) throw new Error('no chain');
  const { symbol } = contractOf(root, far.date, { strike, right: 'C' });
  const [, month = '', day = ''] = far.date.split('-');
  return { symbol, said: `SPY ${formatPrice(strike).replace(/\.?0+$/, '')}c ${month}/${day}` };
}

async function logIn(skip: TestContext['skip'], path: string): Promise<Page> {
  const { page } = await visit(skip, desk, { path, until: 'main.login' });
  await page.getByLabel('Name').fill('ada');
  await page.locator('input[type=password]').fill(password);
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.locator('.link.live').waitFor();
  return page;
}

const badge = (page: Page) => page.getByTestId('environment');
const begin = (page: Page) => page.getByRole('button', { name: /^Arm, step 1/ });

async function answerCode(page: Page, given: { code?: string; lastFour: string }): Promise<void> {
  const shown = await page.locator('.note strong.mono').innerText();
  await page.getByLabel('The code').fill(given.code ?? shown);
  await page.getByLabel(/^Last four/).fill(given.lastFour);
  await page.getByRole('button', { name: 'Arm the desk' }).click();
}

async function arm(page: Page): Promise<void> {
  await begin(page).click();
  await answerCode(page, { lastFour: (standIn.accounts[0] ?? '').slice(-4) });
  await page.getByText('ARMED: entries are sent').waitFor();
}

async function disarm(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Disarm' }).click();
  await page.getByLabel('Reason, for the record').fill('enough');
  await page.getByRole('dialog').getByRole('button', { name: 'Disarm' }).click();
  await page.getByText('Disarmed: no entries').waitFor();
}

async function checkOrder(page: Page, text: string): Promise<void> {
  await page
    .getByRole('link', { name: /^Positions/ })
    .first()
    .click();
  await page.getByLabel('Order, in the words of an alert').fill(text);
  await page.getByRole('button', { name: 'Check it' }).click();
  await page.getByTestId('order-preview').waitFor();
}

const MENU = ['Now', 'Alerts', 'Trades', 'Positions', 'Risk', 'Audit', 'Authors', 'Operations'];

/** At the broker's own page, while the desk runs. */
const orderByHand = () => placeByHand({ standIn, contracts: [contract()] }, 0);
const calls = (page: Page) => page.getByRole('region', { name: /^Needs a person/ });

describe('incidents', () => {
  it('are none of the certification, and of one kind noted at once, as they were shown', async ({
    skip,
  }) => {
    const page = await logIn(skip, '/');
    await page.getByText('The desk is not armed').waitFor();
    expect(await calls(page).count()).toBe(0);
    for (let placed = 0; placed < 3; placed += 1) await orderByHand();
    await calls(page).getByRole('button', { name: 'Take note of all 3' }).click();
    await orderByHand();
    await calls(page).getByRole('button', { name: 'Take note of all 4' }).waitFor();
    await keepPicture(page, 'incidents-alike');
    await page.getByLabel('Reason, for the record').fill('placed by hand');
    await page.getByRole('dialog').getByRole('button', { name: 'Take note of all 3' }).click();
    await page.getByText('3 noted, under your name.').waitFor();
    await page.getByText('Needs a person (1)').waitFor();
    expect(
      await calls(page)
        .getByRole('button', { name: /^Take note/ })
        .count(),
    ).toBe(1);
  });
});

describe('a desk that needs arming', () => {
  it('says on every page where orders go, and takes none before it is armed', async ({ skip }) => {
    const page = await logIn(skip, '/');
    await page.getByText('The desk is not armed').waitFor();
    for (const name of MENU) {
      await page
        .getByRole('link', { name: new RegExp(`^${name}`) })
        .first()
        .click();
      expect(await badge(page).innerText()).toMatch(/^REHEARSAL/);
      expect(await page.title()).toContain('REHEARSAL');
    }
    await checkOrder(page, `BTO 1 ${contract().said}`);
    await page.getByTestId('order-preview').getByText('not armed').first().waitFor();
    expect(await page.getByRole('button', { name: 'Place this order' }).count()).toBe(0);
  });

  it('is armed in two steps with the code of the moment, and disarmed by a word', async ({
    skip,
  }) => {
    const page = await logIn(skip, '/arming');
    await page
      .getByText(/^cert-/)
      .first()
      .waitFor();
    await begin(page).click();
    await answerCode(page, { code: '000000', lastFour: '0001' });
    await page.getByRole('alert').filter({ hasText: 'wrong_code' }).waitFor();
    await answerCode(page, { lastFour: '9999' });
    await page.getByRole('alert').filter({ hasText: 'wrong_account' }).waitFor();
    await page.getByRole('button', { name: 'Leave it' }).click();
    await arm(page);
    await page.getByText('Ends by itself').waitFor();
    await keepPicture(page, 'armed');
    await disarm(page);
    expect(await begin(page).isEnabled()).toBe(true);
  });

  it('takes no code whose two minutes are over', async ({ skip }) => {
    const page = await logIn(skip, '/arming');
    await page.route('**/api/v1/arming/code', async (route) => {
      const response = await route.fetch();
      const given = z.object({ code: z.string() }).parse(await response.json());
      const json = { ...given, expires_at: '2020-01-01T00:00:00.000Z' };
      await route.fulfill({ response, json });
    });
    await begin(page).click();
    await page.getByText('no longer: begin again').waitFor();
    expect(await page.getByRole('button', { name: 'Arm the desk' }).isDisabled()).toBe(true);
  });

  it('is asked for each order, and lets a trade go on once a person has seen to it', async ({
    skip,
  }) => {
    const { symbol, said } = contract();
    // A quote grows old, and nothing is entered on an old one.
    const offer = () => standIn.setQuote(symbol, { bid: '1.00', ask: '1.02' });
    const refuse = { status: 422, code: 'closing_only', message: 'not now' };
    const allowAgain = standIn.behave({ symbol, side: 'sell', course: { refuse } });
    const page = await logIn(skip, '/arming');
    await arm(page);
    offer();
    await checkOrder(page, `BTO 4 ${said} @ 1.02`);
    await page.getByRole('button', { name: 'Place this order' }).click();
    const question = page.getByRole('group', { name: 'Confirm this order' });
    await question.getByText(/^REHEARSAL BTO 4 SPY/).waitFor();
    offer();
    await question.getByRole('button', { name: 'Yes, place it' }).click();
    await page.getByTestId('course').getByText('Bought 4 of 4').waitFor();
    await page.getByTestId('course').getByRole('link', { name: 'Its trade' }).click();
    const release = page.getByRole('button', { name: 'Release' });
    await release.first().waitFor();
    await keepPicture(page, 'trade-waits');
    allowAgain();
    await release.first().click();
    const dialog = page.getByRole('dialog');
    expect(await dialog.getByRole('button', { name: 'Release' }).isDisabled()).toBe(true);
    await page.getByLabel('Reason, for the record').fill('the broker takes orders again');
    await dialog.getByRole('button', { name: 'Release' }).click();
    await dialog.waitFor({ state: 'detached' });
    await release.first().waitFor({ state: 'detached' });
    const exit = page.getByRole('row').filter({ hasText: '2.04' }).filter({ hasText: 'Working' });
    await exit.first().waitFor();
  });

  it('is not armed any more after a restart, and the page says so by itself', async ({ skip }) => {
    const page = await logIn(skip, '/arming');
    await page.getByText('ARMED: entries are sent').waitFor();
    await desk.end('SIGTERM');
    await page.getByTestId('gone').waitFor();
    await desk.start();
    // Sessions end with the desk: the person logs in again.
    await page.getByText('You have been logged out').waitFor();
    await page.getByLabel('Name').fill('ada');
    await page.locator('input[type=password]').fill(password);
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.getByText('Disarmed: no entries').waitFor();
    expect(await begin(page).count()).toBe(1);
  });
});
