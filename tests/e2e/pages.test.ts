/** Every page: drawn without complaint, readable by everybody, on a phone as well. */
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { E2eDesk } from './desk.ts';
import { keepPicture, startDesk, visit } from './visit.ts';

const PAGES = [
  ['/', 'Now'],
  ['/alerts', 'Alerts'],
  ['/trades', 'Trades'],
  ['/positions', 'Positions and orders'],
  ['/risk', 'Risk'],
  ['/audit', 'Audit'],
  ['/authors', 'Authors'],
  ['/arming', 'Certification and arming'],
  ['/operations', 'Operations'],
  ['/settings', 'Settings'],
] as const;

const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };

const Findings = z.array(
  z.object({ id: z.string(), impact: z.string().nullable(), nodes: z.array(z.string()) }),
);

/** What axe finds serious: the rule and the elements. */
async function findings(page: Page): Promise<readonly string[]> {
  // Given to the browser past the policy, which would refuse an inline script of the page.
  await page.evaluate(axe.source);
  const found: unknown = await page.evaluate(
    `axe.run().then(({ violations }) => violations.map(({ id, impact, nodes }) =>
      ({ id, impact, nodes: nodes.map(({ html }) => html.slice(0, 160)) })))`,
  );
  return Findings.parse(found)
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.join(' ')}`);
}

const overhang = async (page: Page) =>
  page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');

describe('every page of the desk', () => {
  let desk: E2eDesk;
  beforeAll(async () => {
    desk = await startDesk({
      STRIKEWIRE_CHAT_SCRIPT: 'demo',
      STRIKEWIRE_CHAT_FIRST_AFTER_MS: '10',
      STRIKEWIRE_CHAT_EVERY_MS: '300',
    });
  });

  it.for(PAGES)(
    '%s is drawn without complaint and without serious findings',
    async (place, { skip }) => {
      const [path, title] = place;
      const { page, complaints } = await visit(skip, desk, { path });
      await drawn(page, title);
      for (const colorScheme of ['dark', 'light'] as const) {
        await page.emulateMedia({ colorScheme });
        await page.locator(`[data-mantine-color-scheme=${colorScheme}]`).waitFor();
        await still(page);
        expect(await findings(page)).toEqual([]);
        await keepPicture(page, `${nameOf(title)}-${colorScheme}`);
      }
      expect(complaints).toEqual([]);
      await page.context().close();
    },
  );

  it.for(PAGES)('%s fits a phone', async ([path, title], { skip }) => {
    const { page } = await visit(skip, desk, { path, ...PHONE });
    await drawn(page, title);
    expect(await overhang(page)).toBe(0);
    await keepPicture(page, `${nameOf(title)}-phone`);
    await page.context().close();
  });

  it('leads everywhere by keys, and tells of them', async ({ skip }) => {
    const { page } = await visit(skip, desk);
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keys of this page' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.keyboard.type('ga');
    await page.getByRole('heading', { level: 1, name: 'Alerts' }).waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('nothing says this');
    await page.getByText('No message fits.').waitFor();
    expect(await page.locator('.message-row').count()).toBe(0);
  });

  it('lets the keyboard skip the menu, and shows where it is', async ({ skip }) => {
    const { page } = await visit(skip, desk, { path: '/risk' });
    await page.keyboard.press('Tab');
    const skipTo = page.getByRole('button', { name: 'Skip to the page' });
    expect(await skipTo.evaluate('document.activeElement.textContent')).toBe('Skip to the page');
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.tagName')).toBe('MAIN');
  });

  it('reaches the whole menu on a phone', async ({ skip }) => {
    const { page } = await visit(skip, desk, PHONE);
    await page.getByRole('button', { name: 'More' }).click();
    await page.getByRole('menuitem', { name: 'Operations' }).click();
    await page.getByRole('heading', { level: 1, name: 'Operations' }).waitFor();
    expect(await page.getByRole('button', { name: 'Halt' }).isVisible()).toBe(true);
  });

  it('stands still for whoever wants no motion', async ({ skip }) => {
    const { page } = await visit(skip, desk, { reducedMotion: 'reduce' });
    const moving: unknown = await page.evaluate('document.getAnimations().length');
    expect(moving).toBe(0);
  });

  it('shows what a stranger wrote as text and nothing else', async ({ skip }) => {
    const { page, complaints } = await visit(skip, desk, { path: '/alerts' });
    const nasty = '<img src=x onerror="document.title=1"><script>document.title=2</script>';
    await say(desk, nasty);
    await page.getByText(nasty).waitFor();
    expect(await page.title()).toContain('Alerts');
    expect(await page.locator('main img').count()).toBe(0);
    expect(complaints).toEqual([]);
  });
});

async function drawn(page: Page, title: string): Promise<void> {
  await page.getByRole('heading', { level: 1, name: title }).waitFor({ state: 'attached' });
  await expect.poll(async () => page.getByText('Asking the desk…').count()).toBe(0);
}

/** Once no colour is on its way from one scheme to the other. */
async function still(page: Page): Promise<void> {
  const moving = async () => page.evaluate('document.getAnimations().length');
  await expect.poll(moving).toBe(0);
}

function nameOf(title: string): string {
  return title.toLowerCase().replaceAll(' ', '-');
}

async function say({ url, key }: E2eDesk, text: string): Promise<void> {
  const body = JSON.stringify({ text, user_id: 'operator', channel_id: 'local' });
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  await fetch(`${url}/admin/alerts/process`, { method: 'POST', headers, body });
}
