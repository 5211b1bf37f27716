/** What a person does with the page of a running desk, from the first alert to the kill switch. */
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type E2eDesk, PATIENT } from './desk.ts';
import { keepPicture, startDesk, visit } from './visit.ts';

async function sendExample(page: Page, change: (text: string) => string = (text) => text) {
  const field = page.getByLabel('Message to your own room');
  await field.fill('');
  await page.getByRole('button', { name: 'Make me an example' }).click();
  await expect.poll(async () => field.inputValue()).not.toBe('');
  const text = change(await field.inputValue());
  await field.fill(text);
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  return text;
}

const Trades = z.object({ items: z.array(z.object({ id: z.string() })) });

/** How many there are, over ones included: the page tells of a new one when it hears of it. */
async function tradesAt({ url, key }: E2eDesk): Promise<number> {
  const headers = { authorization: `Bearer ${key}` };
  const response = await fetch(`${url}/api/v1/trades?limit=100`, { headers });
  return Trades.parse(await response.json()).items.length;
}

const course = (page: Page) => page.getByTestId('course');
const killState = (page: Page) => page.getByTestId('kill-state');

describe('a new user on the simulated desk', () => {
  let desk: E2eDesk;
  beforeAll(async () => {
    desk = await startDesk();
  });

  it('sends an alert and sees within a minute what happened, why, and how it ended', async ({
    skip,
  }) => {
    const { page, complaints } = await visit(skip, desk);
    await page.getByRole('region', { name: 'First steps' }).waitFor();
    await sendExample(page);
    await course(page).getByText('Understood as BTO').waitFor();
    await course(page)
      .getByText(/Passed \d+ gates/)
      .waitFor();
    await course(page)
      .getByText(/Bought \d+ of \d+ at/)
      .waitFor({ timeout: 30_000 });
    await course(page)
      .getByText(/to be sold at .+ rests at the broker/)
      .waitFor();
    await keepPicture(page, 'now-with-a-trade');
    const row = page.locator('article[data-trade]').first();
    await row.getByRole('button', { name: /^Close/ }).click();
    await page.getByLabel('Reason, for the record').fill('enough');
    await page.getByRole('dialog').getByRole('button', { name: /^Sell/ }).click();
    await course(page)
      .getByText(/Sold \d+: over/)
      .waitFor({ timeout: 40_000 });
    await page.getByRole('link', { name: 'Its trade' }).click();
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.locator('.chart canvas').first().waitFor();
    const orders = page.getByRole('region', { name: /^Orders/ });
    expect(await orders.getByRole('row').count()).toBeGreaterThanOrEqual(3);
    await page.getByRole('region', { name: /^Why \d+/ }).waitFor();
    await keepPicture(page, 'trade');
    expect(complaints).toEqual([]);
  });

  it('is refused with the reason and a suggestion, which is sent only on request', async ({
    skip,
  }) => {
    const { page } = await visit(skip, desk);
    const wrong = await sendExample(page, (text) => text.replace(/(?:\.\d+)?([cp]) /i, '.37$1 '));
    await course(page).getByRole('button', { name: 'Use it' }).first().click();
    const field = page.getByLabel('Message to your own room');
    const suggested = await field.inputValue();
    expect(suggested).not.toBe(wrong);
    await page.getByRole('link', { name: 'Why, in full' }).click();
    await page.getByText('Strike not listed.').waitFor();
    expect(await page.locator('.panel .said mark').count()).toBeGreaterThan(3);
    await keepPicture(page, 'alert-refused');
  });

  it('tries an alert without sending an order', async ({ skip }) => {
    const { page } = await visit(skip, desk);
    await page.getByLabel('Dry run').check();
    await sendExample(page);
    await course(page).getByText('Nothing was sent').waitFor();
    expect(await course(page).getByRole('link', { name: 'Its trade' }).count()).toBe(0);
  });

  it('trades once when an answer is lost and the message is sent again', async ({ skip }) => {
    const { page } = await visit(skip, desk);
    const keys: (string | undefined)[] = [];
    await page.route('**/admin/alerts/process', async (route) => {
      keys.push(route.request().headers()['idempotency-key']);
      const response = await route.fetch();
      if (keys.length === 1) await route.abort();
      else await route.fulfill({ response });
    });
    const before = await tradesAt(desk);
    await sendExample(page);
    await page.getByRole('alert').filter({ hasText: 'it is done once' }).waitFor();
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await course(page).getByText('Understood as').waitFor();
    expect(keys[1]).toBe(keys[0]);
    expect((await tradesAt(desk)) - before).toBe(1);
  });

  it('halts from any page by keyboard alone, with a reason, and resumes with one', async ({
    skip,
  }) => {
    const { page } = await visit(skip, desk, { path: '/risk' });
    await page.keyboard.press('Shift+H');
    await page.getByLabel('Reason, for the record').waitFor();
    await page.keyboard.type('odd fills');
    await page.keyboard.press('Enter');
    await page.getByText('The desk is in HALT: odd fills').waitFor();
    expect(await killState(page).innerText()).toBe('HALT');
    await page.getByRole('button', { name: 'Other states of the kill switch' }).click();
    await page.getByRole('menuitem', { name: /Resume trading/ }).click();
    const resume = page.getByRole('button', { name: 'Resume trading' });
    expect(await resume.isDisabled()).toBe(true);
    await page.getByLabel('Reason, for the record').fill('looked at it');
    await resume.click();
    await expect.poll(async () => killState(page).innerText()).toBe('ACTIVE');
  });

  it('flattens only once FLATTEN is typed', async ({ skip }) => {
    const { page } = await visit(skip, desk);
    await page.getByRole('button', { name: 'Other states of the kill switch' }).click();
    await page.getByRole('menuitem', { name: /Flatten/ }).click();
    const flatten = page.getByRole('button', { name: 'Flatten', exact: true });
    await page.getByLabel('Type FLATTEN to confirm').fill('flatten');
    expect(await flatten.isDisabled()).toBe(true);
    await page.keyboard.press('Escape');
    expect(await killState(page).innerText()).toBe('ACTIVE');
  });
});

describe('an entry that does not fill', () => {
  it('is taken back on a person’s word, and the page says what the desk says', async ({ skip }) => {
    const desk = await startDesk(PATIENT);
    const { page } = await visit(skip, desk);
    await sendExample(page, (text) => text.replace(/\d+\.\d+$/, (price) => below(price)));
    const row = page.locator('article[data-trade]').first();
    await row.getByText(/Step 0 of/).waitFor();
    await keepPicture(page, 'entry-at-work');
    await row.getByRole('button', { name: 'Cancel entry' }).click();
    await page.getByLabel('Reason, for the record').fill('changed my mind');
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel the entry' }).click();
    await row.getByText('No fill:').waitFor();
    expect(await row.getByRole('button').count()).toBe(0);
  });
});

/** A tenth less, in whole cents: a limit nobody sells at. */
function below(price: string): string {
  return (Math.floor(Number(price) * 90) / 100).toFixed(2);
}
