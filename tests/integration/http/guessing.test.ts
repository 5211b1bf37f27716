/** What guessing leads to: no way in for who guesses, and no way to shut the right one out. */
import { TOTP } from 'otpauth';
import { describe, expect, it } from 'vitest';
import { at, bearer, PERSON, type Served, serve } from './fake-desk.ts';

const HOST = { host: '127.0.0.1:7420' };
const WRONG = { ...PERSON, password: 'wrong horse battery' };
const SECRET = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
const MINUTES_15 = 900_000;

interface Asked {
  readonly payload: object;
  readonly headers?: Record<string, string>;
  readonly from?: string;
}

function post(served: Served, url: string, { payload, headers = {}, from = '127.0.0.1' }: Asked) {
  return served.server.app.inject({
    ...{ method: 'POST', url, payload, headers: { ...HOST, ...headers }, remoteAddress: from },
  });
}

const logIn = (served: Served, payload: object, from?: string, cookie?: string) =>
  post(served, '/api/v1/session', {
    payload,
    ...(from !== undefined && { from }),
    ...(cookie !== undefined && { headers: { cookie } }),
  });

type Answer = Awaited<ReturnType<typeof logIn>>;

function cookiesOf({ headers }: Answer): readonly string[] {
  return [headers['set-cookie'] ?? []].flat().map((line) => line.split(';')[0] ?? '');
}

/** The browser of somebody who logged in: its session's cookie, and the one it is known by. */
async function browser(served: Served, from?: string) {
  const answer = await logIn(served, PERSON, from);
  expect(answer.statusCode).toBe(200);
  const [session = '', known = ''] = cookiesOf(answer);
  return { known, page: { cookie: session, 'x-csrf-token': String(at(answer, 'csrf')) } };
}

/** Wrong passwords of one name from many addresses. */
async function guessFromEverywhere(served: Served, times: number): Promise<void> {
  for (let n = 0; n < times; n += 1) {
    expect((await logIn(served, WRONG, `10.0.0.${n}`)).statusCode).toBe(401);
  }
}

describe('guessing a password', () => {
  it('gives the same answer for a name nobody has', async () => {
    const served = serve();
    const wrong = await logIn(served, WRONG);
    const unknown = await logIn(served, { ...WRONG, name: 'nobody' });
    expect(unknown.statusCode).toBe(401);
    expect(unknown.body).toBe(wrong.body);
  });

  it('closes the name to its address after five, for its time, and to no other', async () => {
    const served = serve();
    for (let n = 0; n < 5; n += 1) expect((await logIn(served, WRONG)).statusCode).toBe(401);
    const right = await logIn(served, PERSON);
    expect([right.statusCode, right.headers['retry-after']]).toEqual([429, '900']);
    expect((await logIn(served, PERSON, '10.0.1.1')).statusCode).toBe(200);
    served.clock.advance(MINUTES_15);
    expect((await logIn(served, PERSON)).statusCode).toBe(200);
  });

  it('closes the name to strangers after twenty from anywhere, a right one between or not', async () => {
    const served = serve();
    await guessFromEverywhere(served, 10);
    expect((await logIn(served, PERSON, '10.0.1.1')).statusCode).toBe(200);
    await guessFromEverywhere(served, 10);
    expect((await logIn(served, PERSON, '10.0.1.1')).statusCode).toBe(429);
    served.clock.advance(MINUTES_15);
    expect((await logIn(served, PERSON, '10.0.1.1')).statusCode).toBe(200);
  });

  it('shuts nobody out of a browser they logged in from before, whatever its address', async () => {
    const served = serve();
    const { known, page } = await browser(served, '10.1.0.1');
    await guessFromEverywhere(served, 20);
    const halt = { method: 'PUT', url: '/api/v1/kill-state', payload: { to: 'HALT' } } as const;
    const byPage = await served.server.app.inject({ ...halt, headers: { ...HOST, ...page } });
    expect(byPage.statusCode).toBe(200);
    const byKey = await served.server.app.inject({ ...halt, headers: bearer('operator') });
    expect(byKey.statusCode).toBe(200);
    expect((await logIn(served, PERSON, '10.0.0.1', known)).statusCode).toBe(200);
  });

  it('in such a browser has five tries as well, and no other name', async () => {
    const served = serve();
    const { known } = await browser(served);
    served.desk.people.put({
      ...{ name: 'bob', role: 'admin', totp: null, recovery: [], createdAt: served.clock.now() },
      password: served.desk.people.find(PERSON.name)?.password ?? '',
    });
    const guess = (name: string) => logIn(served, { ...WRONG, name }, '10.0.0.1', known);
    for (let n = 0; n < 5; n += 1) expect((await guess(PERSON.name)).statusCode).toBe(401);
    expect((await logIn(served, PERSON, '10.0.0.1', known)).statusCode).toBe(429);
    expect((await logIn(served, PERSON, '10.0.0.2')).statusCode).toBe(200);
    for (let n = 0; n < 5; n += 1) expect((await guess('bob')).statusCode).toBe(401);
    expect((await logIn(served, { ...PERSON, name: 'bob' }, '10.0.0.1')).statusCode).toBe(429);
  });

  it.each([
    ['an address', '127.0.0.1', '10.0.0.9'],
    ['a network of addresses', '2001:db8:0:7::1', '2001:db8:0:8::1'],
  ])('closes %s after twenty names', async (_, from, elsewhere) => {
    const served = serve();
    for (let n = 0; n < 20; n += 1) {
      const host = from.replace(/::1$/, `::${n}`);
      await logIn(served, { ...WRONG, name: `name${n}` }, host);
    }
    expect((await logIn(served, PERSON, from)).statusCode).toBe(429);
    expect((await logIn(served, PERSON, elsewhere)).statusCode).toBe(200);
  });

  it('ten thousand times costs little work, and opens nothing for its time', async () => {
    const served = serve();
    const { known } = await browser(served, '10.1.0.1');
    let looked = 0;
    const { verify } = served.desk.logins;
    Object.assign(served.desk.logins, {
      verify: (name: string, password: string) => {
        looked += 1;
        return name === PERSON.name && password === PERSON.password
          ? verify(name, password)
          : Promise.resolve(null);
      },
    });
    const before = process.memoryUsage().heapUsed;
    const statuses = new Map<number, number>();
    for (let n = 0; n < 10_000; n += 1) {
      const attempt = logIn(
        served,
        { ...WRONG, password: `guess number ${n}` },
        `10.0.0.${n % 250}`,
      );
      // Further failures are answered late: the clock brings them on.
      await Promise.resolve();
      served.clock.advance(0);
      const { statusCode } = await attempt;
      statuses.set(statusCode, (statuses.get(statusCode) ?? 0) + 1);
    }
    expect([...statuses]).toEqual([
      [401, 20],
      [429, 9_980],
    ]);
    expect(looked).toBe(20);
    expect((await logIn(served, PERSON, '10.9.9.9')).statusCode).toBe(429);
    expect((await logIn(served, PERSON, '10.9.9.9', known)).statusCode).toBe(200);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(150 * 1_048_576);
  }, 60_000);
});

describe('guessing a second factor', () => {
  function enrolled(served: Served): void {
    const found = served.desk.people.find(PERSON.name);
    if (found === null) throw new Error('there is a person');
    served.desk.people.put({ ...found, totp: SECRET });
  }

  function codeAt(served: Served): string {
    return new TOTP({ secret: SECRET }).generate({ timestamp: served.clock.now() });
  }

  it('at the page ends after five codes', async () => {
    const served = serve();
    enrolled(served);
    const { page } = await browser(served);
    const attempt = (code: string) =>
      post(served, '/api/v1/session/totp', { headers: page, payload: { code } });
    for (let n = 0; n < 5; n += 1) expect((await attempt('000000')).statusCode).toBe(403);
    expect((await attempt(codeAt(served))).statusCode).toBe(429);
  });

  it('at the page ends after five codes, also when all are sent at once', async () => {
    const served = serve();
    enrolled(served);
    const { page } = await browser(served);
    const payload = { code: '000000' };
    const sent = Array.from({ length: 9 }, () =>
      post(served, '/api/v1/session/totp', { headers: page, payload }),
    );
    const statuses = (await Promise.all(sent)).map(({ statusCode }) => statusCode);
    expect(statuses.filter((status) => status === 403)).toHaveLength(5);
    expect(statuses.filter((status) => status === 429)).toHaveLength(4);
  });

  it('with the password ends after five codes, though logins without one go through', async () => {
    const served = serve();
    enrolled(served);
    const guess = (n: number) => logIn(served, { ...PERSON, code: '000000' }, `10.0.0.${n}`);
    for (let n = 0; n < 5; n += 1) {
      expect((await guess(n)).statusCode).toBe(401);
      expect((await logIn(served, PERSON, `10.0.0.${n}`)).statusCode).toBe(200);
    }
    const right = await logIn(served, { ...PERSON, code: codeAt(served) }, '10.0.1.1');
    expect([right.statusCode, at(right, 'code')]).toEqual([429, 'too_many_attempts']);
    const { page } = await browser(served, '10.0.1.2');
    const atPage = { headers: page, payload: { code: codeAt(served) } };
    expect((await post(served, '/api/v1/session/totp', atPage)).statusCode).toBe(429);
  });
});
