/** Orders by hand at the page: seen before they are sent, placed once, moved and taken back. */
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type E2eDesk, PATIENT } from './desk.ts';
import { keepPicture, startDesk, visit } from './visit.ts';

const AT = { path: '/positions' };
const preview = (page: Page) => page.getByTestId('order-preview');
const place = (page: Page) => page.getByRole('button', { name: 'Place this order' });

const Text = z.object({ text: z.string() });
const Messages = z.object({ items: z.array(z.object({ text: z.string(), outcome: z.string() })) });

async function asked(desk: E2eDesk, path: string): Promise<unknown> {
  const headers = { authorization: `Bearer ${desk.key}` };
  return (await fetch(`${desk.url}${path}`, { headers })).json();
}

/** A contract that can be bought now, some of it, at a limit nobody sells at. */
async function farOrder(desk: E2eDesk, count: number): Promise<string> {
  const { text } = Text.parse(await asked(desk, '/api/v1/alerts/example'));
  const [, contract = '', price = ''] = /BTO (.+) @ ([\d.]+)/.exec(text) ?? [];
  return `BTO ${count} ${contract} @ ${(Math.floor(Number(price) * 90) / 100).toFixed(2)}`;
}

async function traded(desk: E2eDesk): Promise<readonly string[]> {
  const { items } = Messages.parse(await asked(desk, '/api/v1/alerts?limit=100'));
  return items.filter(({ outcome }) => outcome === 'accepted').map(({ text }) => text);
}

async function check(page: Page, text: string): Promise<void> {
  await page.getByLabel('Order, in the words of an alert').fill(text);
  await page.getByRole('button', { name: 'Check it' }).click();
  await preview(page).waitFor();
}

describe('an order by hand', () => {
  let desk: E2eDesk;
  beforeAll(async () => {
    desk = await startDesk(PATIENT);
  });

  it('is read, sized and judged before it is sent, and then placed, moved and taken back', async ({
    skip,
  }) => {
    const { page, complaints } = await visit(skip, desk, AT);
    const text = await farOrder(desk, 2);
    await check(page, text);
    await preview(page).getByText('Understood as BTO').waitFor();
    await preview(page)
      .getByText(/Nothing was sent\. It would buy 2 at/)
      .waitFor();
    expect(await preview(page).getByRole('row').count()).toBeGreaterThan(3);
    await keepPicture(page, 'order-preview');
    expect(await traded(desk)).not.toContain(text);
    await place(page).click();
    await page.getByTestId('course').getByText('Works at').waitFor();
    expect(await traded(desk)).toContain(text);
    const row = page.getByRole('row').filter({ hasText: 'entry: buy 2' }).first();
    await row.getByRole('button', { name: 'Move' }).click();
    await page.getByRole('textbox', { name: 'Limit' }).fill('0.01');
    await page.getByRole('button', { name: 'Move it' }).click();
    const moved = page.getByRole('row').filter({ hasText: 'entry: buy 2' });
    await moved.filter({ hasText: '0.01' }).filter({ hasText: 'Working' }).first().waitFor();
    await moved.getByRole('button', { name: 'Cancel' }).first().click();
    await page.getByRole('button', { name: 'Take it back' }).click();
    await page.getByTestId('course').getByText('Nobody sold at our limits').waitFor();
    expect(complaints).toEqual([]);
  });

  it('is placed once by a double click, and once when its answer was lost', async ({ skip }) => {
    const { page } = await visit(skip, desk, AT);
    const keys = new Set<string | undefined>();
    let isAnswered = false;
    await page.route('**/api/v1/orders', async (route) => {
      const sent = route.request();
      if (sent.method() !== 'POST' || sent.postData()?.includes('"dryRun":true') === true) {
        return route.continue();
      }
      keys.add(sent.headers()['idempotency-key']);
      const response = await route.fetch();
      return isAnswered ? route.fulfill({ response }) : route.abort();
    });
    const text = await farOrder(desk, 3);
    await check(page, text);
    await place(page).dblclick();
    await page.getByRole('alert').filter({ hasText: 'it is done once' }).waitFor();
    isAnswered = true;
    await place(page).click();
    await page.getByTestId('course').getByText('Understood as').waitFor();
    expect(keys.size).toBe(1);
    expect((await traded(desk)).filter((said) => said === text)).toHaveLength(1);
  });

  it('holds its words while it is on its way, and says there that no answer came', async ({
    skip,
  }) => {
    const { page } = await visit(skip, desk, AT);
    const { promise, resolve } = Promise.withResolvers<void>();
    await page.route('**/api/v1/orders', async (route) => {
      const sent = route.request();
      if (sent.method() !== 'POST' || sent.postData()?.includes('"dryRun":true') === true) {
        return route.continue();
      }
      await promise;
      return route.abort();
    });
    await check(page, await farOrder(desk, 4));
    await place(page).click();
    const field = page.getByLabel('Order, in the words of an alert');
    await field.and(page.locator(':disabled')).waitFor();
    resolve();
    await page.getByRole('alert').filter({ hasText: 'it is done once' }).waitFor();
    expect(await field.isEnabled()).toBe(true);
  });

  it('is not offered under other words than those that were checked', async ({ skip }) => {
    const { page } = await visit(skip, desk, AT);
    const { promise, resolve } = Promise.withResolvers<void>();
    await page.route('**/api/v1/orders', async (route) => {
      if (route.request().method() === 'POST') await promise;
      return route.continue();
    });
    const field = page.getByLabel('Order, in the words of an alert');
    await field.fill(await farOrder(desk, 5));
    await page.getByRole('button', { name: 'Check it' }).click();
    await field.fill(await farOrder(desk, 1));
    const answered = page.waitForResponse('**/api/v1/orders');
    resolve();
    await (await answered).finished();
    await page.getByRole('button', { name: 'Check it' }).and(page.locator(':enabled')).waitFor();
    expect(await place(page).count()).toBe(0);
  });

  it('is not offered once it was refused, and other words are another order', async ({ skip }) => {
    const { page } = await visit(skip, desk, AT);
    await check(page, 'BTO UBER 78 12/05 @ 0.75');
    await preview(page).waitFor();
    expect(await place(page).count()).toBe(0);
    await page.getByLabel('Order, in the words of an alert').fill('BTO');
    await preview(page).waitFor({ state: 'detached' });
  });
});

describe('where orders are confirmed', () => {
  it('is said once more, and placed by a yes', async ({ skip }) => {
    const desk = await startDesk({ ...PATIENT, STRIKEWIRE_CHAT_CONFIRM_ORDERS: 'always' });
    const { page } = await visit(skip, desk, AT);
    const text = await farOrder(desk, 1);
    await check(page, text);
    await place(page).click();
    const question = page.getByRole('group', { name: 'Confirm this order' });
    await question.getByText(/^SIM BTO 1 /).waitFor();
    await keepPicture(page, 'order-confirm');
    expect(await traded(desk)).toEqual([]);
    await question.getByRole('button', { name: 'Yes, place it' }).click();
    await page.getByTestId('course').getByText('Works at').waitFor();
    expect(await traded(desk)).toEqual([text]);
  });
});
