/** Who is let in, and what the page lets whom do. */
import { Secret, TOTP } from 'otpauth';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { E2eDesk } from './desk.ts';
import { keepPicture, startDesk, visit } from './visit.ts';

let desk: E2eDesk;
beforeAll(async () => {
  desk = await startDesk();
});

/** As a desk answers that logs nobody in by himself: opening the page sets no cookie. */
async function unknownHere(page: Page): Promise<void> {
  await page.route(
    (url) => url.pathname === '/',
    async (route) => {
      // Fetched past the browser, which would keep the cookie whatever it is shown.
      const opened = await fetch(desk.url);
      const { 'set-cookie': _, ...headers } = Object.fromEntries(opened.headers);
      await route.fulfill({ headers, body: await opened.text() });
    },
  );
}

const LOGIN = { before: unknownHere, until: 'main.login' };

async function act(path: string, body: object): Promise<unknown> {
  const response = await fetch(`${desk.url}${path}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${desk.key}`,
      'content-type': 'application/json',
      'idempotency-key': crypto.randomUUID(),
    },
    body: JSON.stringify(body),
  });
  expect(response.status).toBe(200);
  return response.json();
}

/** Lets a person in; gives the password that was made. */
async function addOperator(name: string, role: string): Promise<string> {
  const Added = z.object({ password: z.string() });
  return Added.parse(await act('/api/v1/operators', { name, role })).password;
}

async function logIn(page: Page, name: string, password: string): Promise<void> {
  await page.getByLabel('Name').fill(name);
  await page.locator('input[type=password]').fill(password);
  await page.getByRole('button', { name: 'Log in' }).click();
}

describe('logging in', () => {
  it('takes a key the desk knows, and says so when it does not', async ({ skip }) => {
    const { page } = await visit(skip, desk, LOGIN);
    await page.getByText('Key', { exact: true }).click();
    const key = page.getByPlaceholder('ak_…');
    await key.fill('ak_wrong');
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.getByRole('alert').waitFor();
    expect(await page.getByRole('alert').innerText()).not.toBe('');
    await key.fill(desk.key);
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.locator('.link.live').waitFor();
    expect(await page.locator('main.login').count()).toBe(0);
  });

  it('takes a name and a password, and lets a viewer look and nothing else', async ({ skip }) => {
    const password = await addOperator('vera', 'viewer');
    const { page } = await visit(skip, desk, LOGIN);
    await keepPicture(page, 'login');
    await logIn(page, 'vera', password);
    await page.locator('.link.live').waitFor();
    await page.getByRole('region', { name: /^Open trades/ }).waitFor();
    expect(await page.getByRole('button', { name: 'Halt' }).count()).toBe(0);
    expect(await page.getByLabel('Message to your own room').count()).toBe(0);
  });

  it('ends where the person says so', async ({ skip }) => {
    const password = await addOperator('lou', 'operator');
    const { page } = await visit(skip, desk, LOGIN);
    await logIn(page, 'lou', password);
    await page.getByRole('button', { name: 'Log out' }).click();
    await page.locator('main.login').waitFor();
    await page.reload();
    await page.locator('main.login').waitFor();
    expect(await page.locator('.frame').count()).toBe(0);
  });

  it('takes a second factor once a person has set one up, before acts of an admin', async ({
    skip,
  }) => {
    const password = await addOperator('ada', 'admin');
    const { page } = await visit(skip, desk, LOGIN);
    await logIn(page, 'ada', password);
    await page.getByRole('link', { name: 'Settings' }).click();
    await page.getByRole('tab', { name: 'Second factor' }).click();
    await page.getByLabel('Your password').fill(password);
    await page.getByRole('button', { name: 'Set it up' }).click();
    await page.getByRole('img', { name: 'The secret for your authenticator' }).waitFor();
    await keepPicture(page, 'second-factor');
    const secret = await page.locator('svg.qr + p').innerText();
    const totp = new TOTP({ secret: Secret.fromBase32(secret) });
    await page.getByLabel('Six digits it shows now').fill(totp.generate());
    await page.getByRole('button', { name: 'Turn it on' }).click();
    await page.getByText('Your list of recovery codes').waitFor();
    const codes = await page.locator('.note .mono').innerText();
    expect(codes.split(/\s+/).length).toBeGreaterThan(4);
    await page.getByRole('button', { name: 'I have it' }).click();
    await page.getByText('On, and proved just now.').waitFor();
    await page.getByRole('button', { name: 'Log out' }).click();
    await logIn(page, 'ada', password);
    await asksForCode(page, totp);
  });

  it('lets a person change their own password, and nobody in with the old one', async ({
    skip,
  }) => {
    const password = await addOperator('eve', 'viewer');
    const { page } = await visit(skip, desk, LOGIN);
    await logIn(page, 'eve', password);
    await page.getByRole('link', { name: 'Settings' }).click();
    await page.getByRole('tab', { name: 'Password' }).click();
    const change = async (present: string) => {
      await page.getByLabel('Your present password').fill(present);
      const [next, again] = await page.locator('input[autocomplete=new-password]').all();
      await next?.fill('a stapled horse');
      await again?.fill('a stapled horse');
      await page.getByRole('button', { name: 'Change it' }).click();
    };
    await change('not this one at all');
    await page.getByRole('alert').filter({ hasText: 'not right' }).waitFor();
    await change(password);
    await page.getByText('Your other sessions have ended').waitFor();
    await page.locator('.link.live').waitFor();
    await page.getByRole('button', { name: 'Log out' }).click();
    await logIn(page, 'eve', password);
    await page.getByRole('alert').waitFor();
    await logIn(page, 'eve', 'a stapled horse');
    await page.locator('.link.live').waitFor();
    expect(await page.locator('main.login').count()).toBe(0);
  });
});

/** Halts, and resumes, which takes an admin: after a wrong code nothing is done, then once. */
async function asksForCode(page: Page, totp: TOTP): Promise<void> {
  const tries: number[] = [];
  page.on('response', (answer) => {
    if (answer.url().endsWith('/kill-state')) tries.push(answer.status());
  });
  await page.locator('.link.live').waitFor();
  await page.keyboard.press('Shift+H');
  await page.getByRole('dialog').getByRole('button', { name: 'Halt' }).click();
  await expect.poll(async () => page.getByTestId('kill-state').innerText()).toBe('HALT');
  await page.getByRole('button', { name: 'Other states of the kill switch' }).click();
  await page.getByRole('menuitem', { name: /Resume trading/ }).click();
  await page.getByLabel('Reason, for the record').fill('looked at it');
  const resume = page.getByRole('button', { name: 'Resume trading' });
  await resume.click();
  const code = page.getByLabel('Your second factor is asked for first');
  await code.fill('000000');
  await page.getByRole('button', { name: 'Prove it' }).click();
  await page.getByRole('alert').filter({ hasText: 'not right' }).waitFor();
  await keepPicture(page, 'second-factor-asked');
  expect(await page.getByTestId('kill-state').innerText()).toBe('HALT');
  // A code counts once: this is the next one, which a clock a little ahead shows already.
  await code.fill(totp.generate({ timestamp: Date.now() + 30_000 }));
  await page.getByRole('button', { name: 'Prove it' }).click();
  await code.waitFor({ state: 'detached' });
  expect(tries).toEqual([200, 401]);
  await resume.click();
  await expect.poll(async () => page.getByTestId('kill-state').innerText()).toBe('ACTIVE');
  expect(tries).toEqual([200, 401, 200]);
}

describe('arming', () => {
  it('is refused without a certificate, in the desk’s own words', async ({ skip }) => {
    const { page } = await visit(skip, desk, { path: '/arming', before: disarmed });
    await page.getByText('there is no certificate').waitFor();
    await page.getByRole('button', { name: /^Arm, step 1/ }).click();
    await page.getByLabel('The code').fill('123456');
    await page.getByLabel(/^Last four/).fill('1234');
    await page.getByRole('button', { name: 'Arm the desk' }).click();
    const refusal = page.getByRole('alert').filter({ hasText: 'no_certificate' });
    await refusal.waitFor();
    expect(await page.getByText('Disarmed: no entries').isVisible()).toBe(true);
  });
});

/** A simulated desk is not armed at all: what a production desk says is put before the page. */
async function disarmed(page: Page): Promise<void> {
  const state = {
    state: 'disarmed',
    account: '****1234',
    until: null,
    certificate: null,
    certificateFault: 'there is no certificate',
  };
  const refusal = {
    type: 'urn:strikewire:problem:refused',
    title: 'The desk refused',
    status: 409,
    code: 'refused',
    detail: 'run "strikewire certify" first (no_certificate)',
  };
  await page.route('**/api/v1/arming', async (route) =>
    route.request().method() === 'GET'
      ? route.fulfill({ json: state })
      : route.fulfill({ status: 409, contentType: 'application/problem+json', json: refusal }),
  );
  await page.route('**/api/v1/arming/code', async (route) =>
    route.fulfill({ json: { code: '123456', expires_at: '2099-01-01T00:00:00.000Z' } }),
  );
}
