/** The page says what is so: when the desk dies, when it is back, when its record is damaged. */
import { openSync, readdirSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PATIENT } from './desk.ts';
import { keepPicture, startDesk, visit } from './visit.ts';

describe('a desk that dies', () => {
  it('is said to be gone at once, its prices stop being live, and it catches up', async ({
    skip,
  }) => {
    const desk = await startDesk(PATIENT);
    const { page } = await visit(skip, desk);
    await page.getByRole('button', { name: 'Make me an example' }).click();
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    await page.locator('.ladder.live').first().waitFor();
    // Where no time passes no silence is ever too long: only the broken line can tell.
    await page.clock.setFixedTime(new Date());
    await desk.end('SIGKILL');
    await page.getByTestId('gone').waitFor();
    expect(await page.getByTestId('gone').innerText()).toContain('prices are old');
    expect(await page.locator('.ladder.live').count()).toBe(0);
    expect(await page.getByTestId('clock').innerText()).toContain('--:--:--');
    expect(await page.title()).toContain('no answer');
    await page.getByText('Not known while the desk does not answer.').waitFor();
    await keepPicture(page, 'desk-gone');
    await desk.start();
    await page.locator('.link.live').waitFor();
    expect(await page.getByTestId('gone').count()).toBe(0);
    await page.locator('article[data-trade]').first().waitFor();
  });
});

describe('a record that was changed', () => {
  it('is named, with the record at which it was changed', async ({ skip }) => {
    const desk = await startDesk();
    const { page } = await visit(skip, desk, { path: '/audit' });
    const verify = page.getByRole('button', { name: 'Verify the chain' });
    await verify.click();
    await page.getByText(/Sound: \d+ records/).waitFor();
    damage(desk.directory);
    await verify.click();
    const found = page.getByTestId('damage');
    await found.waitFor();
    expect(await found.innerText()).toMatch(/Record \d+, in .+ at byte \d+/);
    await keepPicture(page, 'record-damaged');
  });
});

/** Changes one byte in the middle of the oldest segment. */
function damage(directory: string): void {
  const folder = join(directory, 'journal');
  const [segment] = readdirSync(folder)
    .filter((name) => name.endsWith('.log'))
    .toSorted();
  if (segment === undefined) throw new Error(`no segment among ${readdirSync(folder).join(', ')}`);
  const file = openSync(join(folder, segment), 'r+');
  writeSync(file, 'x', 400);
}
