/** Operating the desk at the page: its parts, its alarms, and messages that wait for a person. */
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { E2eDesk } from './desk.ts';
import { keepPicture, startDesk, visit } from './visit.ts';

let desk: E2eDesk;
beforeAll(async () => {
  desk = await startDesk();
});

async function asked(path: string, body?: object): Promise<unknown> {
  const headers = { authorization: `Bearer ${desk.key}`, 'content-type': 'application/json' };
  const how = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
  return (await fetch(`${desk.url}${path}`, { headers, ...how })).json();
}

/** Says it in the desk's own room, as a person allowed to. */
async function say(text: string): Promise<string> {
  const said = { text, user_id: 'operator', channel_id: 'local' };
  return z.object({ code: z.string() }).parse(await asked('/admin/alerts/process', said)).code;
}

/** A contract that can be bought now, at a price too far from its market to be meant. */
async function farAlert(): Promise<string> {
  const Example = z.object({ text: z.string() });
  const { text } = Example.parse(await asked('/api/v1/alerts/example'));
  return text.replace(/[\d.]+$/, (price) => (Math.floor(Number(price) * 50) / 100).toFixed(2));
}

describe('a message that waits for a person', () => {
  it('is put aside from its own card, and the next one let through', async ({ skip }) => {
    const { page, complaints } = await visit(skip, desk);
    const panel = page.getByRole('region', { name: 'Latest messages' });
    for (const [does, says] of [
      ['Put it aside', 'Refused: dismissed'],
      ['Let it through', 'Traded'],
    ] as const) {
      expect(await say(await farAlert())).toBe('price_deviates');
      const card = panel.getByRole('article').first();
      await card.getByText('Held: price deviates').waitFor();
      await keepPicture(page, 'card-held');
      await page.getByRole('region', { name: /^Needs a person/ }).waitFor();
      await card.getByRole('button', { name: does }).click();
      await page.getByRole('dialog').getByRole('button', { name: does }).click();
      await card.getByText(says).waitFor();
      expect(await card.getByRole('button').count()).toBe(0);
    }
    expect(complaints).toEqual([]);
  });

  it('is suggested another way on its card, which only a person sends', async ({ skip }) => {
    const { page } = await visit(skip, desk, { path: '/alerts' });
    const { text } = z.object({ text: z.string() }).parse(await asked('/api/v1/alerts/example'));
    expect(await say(text.replace(/(?:\.\d+)?([cp]) /i, '.37$1 '))).toBe('strike_not_listed');
    const card = page.getByRole('article').first();
    const suggested = await card.locator('code').first().innerText();
    await card.getByRole('button', { name: 'Use it' }).first().click();
    expect(await page.getByLabel('Message to your own room').inputValue()).toBe(suggested);
  });
});

describe('the parts of the desk', () => {
  it('are flushed for a reason, by an admin, and go on', async ({ skip }) => {
    const { page, complaints } = await visit(skip, desk, { path: '/operations' });
    const bus = page.getByRole('article', { name: 'bus' });
    await bus.getByRole('button', { name: 'Flush' }).click();
    const dialog = page.getByRole('dialog');
    expect(await dialog.getByRole('button', { name: 'Flush' }).isDisabled()).toBe(true);
    await page.getByLabel('Reason, for the record').fill('looked stale');
    await dialog.getByRole('button', { name: 'Flush' }).click();
    await page.getByText('dropped and written anew').waitFor();
    await expect.poll(async () => bus.innerText()).toContain('Ok');
    expect(complaints).toEqual([]);
  });

  it('are told of by alarms, one of which is tested', async ({ skip }) => {
    const { page } = await visit(skip, desk, { path: '/operations' });
    const row = page.getByRole('row').filter({ hasText: 'Unresolved order' });
    await row.getByRole('button', { name: 'Test' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Send the test' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await row.innerText()).toContain('Quiet');
  });
});

describe('by keyboard alone', () => {
  it('an order is written, checked and left', async ({ skip }) => {
    const { page } = await visit(skip, desk);
    await page.keyboard.type('gp');
    await page.getByRole('heading', { level: 1, name: 'Positions and orders' }).waitFor();
    const field = page.getByLabel('Order, in the words of an alert');
    for (let tabs = 0; tabs < 30; tabs += 1) {
      if (
        await field.evaluate('document.activeElement.placeholder === "BTO 2 UBER 78p 12/05 @ .75"')
      )
        break;
      await page.keyboard.press('Tab');
    }
    const { text } = z.object({ text: z.string() }).parse(await asked('/api/v1/alerts/example'));
    await page.keyboard.type(text.replace('Alert: ', ''));
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Place this order' }).waitFor();
    const leave = page.getByRole('button', { name: 'Leave it' });
    for (let tabs = 0; tabs < 10; tabs += 1) {
      await page.keyboard.press('Tab');
      if ((await page.evaluate('document.activeElement.textContent')) === 'Leave it') break;
    }
    await page.keyboard.press('Enter');
    await leave.waitFor({ state: 'detached' });
    expect(await field.inputValue()).toBe('');
  });
});
