/** Questions: asked again where that can help, and never in the way of an order. */
import { describe, expect, it } from 'vitest';
import { exchange } from '#adapters/tastytrade/http/exchange.ts';
import { plus } from '#kernel/time.ts';
import { createVirtualClock } from '#kernel/virtual-clock.ts';
import {
  failure,
  LATER,
  list,
  MORNING,
  networkError,
  openBench,
  placement,
  type Reaction,
  ticket,
  wireOrder,
} from './fake-venue.ts';

const ACCOUNTS = /\/customers\/me\/accounts$/;
const account = {
  account: { 'account-number': '5WT00001', nickname: 'Main' },
  'authority-level': 'owner',
};

describe('a question', () => {
  it.each<[string, Reaction]>([
    ['the connection is refused', networkError('ECONNREFUSED', 'connect')],
    ['the connection is reset', networkError('ECONNRESET')],
    ['the venue fails', { status: 500, body: failure('internal') }],
    ['a proxy fails', { status: 502, body: '<html>502</html>' }],
    ['the venue is throttling', { status: 429, body: failure('throttled') }],
    ['the body is cut short', { status: 200, body: '{"data":{"ite' }],
    ['the token has expired', { status: 401, body: failure('unauthorized') }],
    ['a page of HTML refuses it', { status: 401, body: '<html>401</html>' }],
    ['nothing is answered', 'silence'],
  ])('is asked again when %s', async (_, reaction) => {
    const { venue, client, done } = openBench();
    venue.on('GET', ACCOUNTS, (_call, nth) => (nth === 1 ? reaction : list([account])));
    const accounts = await done(client.accounts());
    expect(accounts).toMatchObject({
      ok: true,
      value: [{ number: '5WT00001', authority: 'owner' }],
    });
    expect(venue.seen('GET', ACCOUNTS)).toHaveLength(2);
  });

  it.each<[string, Reaction, string]>([
    ['it may not ask', { status: 403, body: failure('not_permitted') }, 'unauthorized'],
    ['it is malformed', { status: 400, body: failure('validation_error') }, 'malformed'],
    ['the version is not supported', { status: 406, body: failure(406) }, 'malformed'],
    ['a success carries an error', { status: 200, body: failure('whatever') }, 'malformed'],
  ])('is not asked again when %s', async (_, reaction, kind) => {
    const { venue, client, done } = openBench();
    venue.on('GET', ACCOUNTS, reaction);
    expect(await done(client.accounts())).toMatchObject({ ok: false, error: { kind } });
    expect(venue.seen('GET', ACCOUNTS)).toHaveLength(1);
  });

  it('that stays unanswered is given up after its tries and its time', async () => {
    const { venue, client, done, clock } = openBench({ settings: { queryWithinMs: 1_000 } });
    venue.on('GET', ACCOUNTS, 'silence');
    expect(await done(client.accounts())).toMatchObject({ error: { kind: 'unreachable' } });
    expect(clock.mono()).toBeLessThanOrEqual(2_500);
    expect(venue.seen('GET', ACCOUNTS).length).toBeLessThanOrEqual(3);
  });

  it('says how long it waited in whole milliseconds', async () => {
    const clock = createVirtualClock(MORNING);
    const call = { url: 'https://venue.test/', method: 'GET', headers: {}, body: null };
    const asked = exchange(() => new Promise(() => undefined), clock, {
      ...call,
      withinMs: 1_258.3,
    });
    clock.advance(2_000);
    expect(await asked).toEqual({ kind: 'lost', detail: 'no answer within 1259 ms' });
  });

  it('says in words why it was not answered, with the code', async () => {
    const { venue, client, done } = openBench();
    venue.on('GET', ACCOUNTS, networkError('UND_ERR_SOCKET'));
    const accounts = await done(client.accounts());
    expect(accounts.ok ? '' : accounts.error.detail).toMatch(
      /: the connection broke off \(UND_ERR_SOCKET\)$/,
    );
  });

  it('renews the token once, not at every refusal', async () => {
    const { venue, client, done } = openBench();
    venue.on('GET', ACCOUNTS, { status: 401, body: failure('unauthorized') });
    expect(await done(client.accounts())).toMatchObject({ error: { kind: 'unauthorized' } });
    expect(venue.seen('GET', ACCOUNTS)).toHaveLength(2);
    expect(venue.seen('POST', /oauth/)).toHaveLength(2);
  });

  it('refused together with nineteen others causes one renewal', async () => {
    const { venue, client, done } = openBench();
    venue.on('GET', ACCOUNTS, ({ headers }) =>
      headers['authorization']?.endsWith('-1') === true
        ? { status: 401, body: failure('unauthorized') }
        : list([account]),
    );
    const all = await done(Promise.all(Array.from({ length: 20 }, () => client.accounts())));
    expect(all.every(({ ok }) => ok)).toBe(true);
    expect(venue.seen('POST', /oauth/)).toHaveLength(2);
  });

  it('is not asked any more once the client is closed', async () => {
    const { venue, client, done } = openBench();
    venue.on('GET', ACCOUNTS, { status: 500, body: '' });
    const asked = client.accounts();
    await new Promise((resolve) => setImmediate(resolve));
    client.close();
    expect(await done(asked)).toMatchObject({ ok: false });
    expect(venue.seen('GET', ACCOUNTS)).toHaveLength(1);
  });
});

describe('a storm of 429', () => {
  it('is waited out together, and not followed by a rush', async () => {
    const { venue, client, done, clock } = openBench();
    venue.on('GET', ACCOUNTS, () =>
      clock.mono() < 2_000 ? { status: 429, body: failure('throttled') } : list([account]),
    );
    const asked = Array.from({ length: 20 }, () => client.accounts());
    await done(Promise.all(asked));
    const early = venue.seen('GET', ACCOUNTS).filter(({ at }) => at < 2_000);
    expect(early.length).toBeLessThan(15);
    const busiest = Math.max(
      ...venue
        .seen('GET', ACCOUNTS)
        .map(({ at }) => venue.seen('GET', ACCOUNTS).filter((other) => other.at === at).length),
    );
    expect(busiest).toBeLessThan(10);
  });

  it('keeps to the time the venue asks for', async () => {
    const { venue, client, done, clock } = openBench();
    venue.on('GET', ACCOUNTS, (_call, nth) =>
      nth === 1
        ? { status: 429, body: failure('throttled'), headers: { 'retry-after': '5' } }
        : list([account]),
    );
    expect(await done(client.accounts())).toMatchObject({ ok: true });
    const [first, second] = venue.seen('GET', ACCOUNTS);
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(5_000);
    expect(clock.mono()).toBeLessThan(8_000);
  });

  it('is named to whoever asks meanwhile and cannot be waited for', async () => {
    const { venue, client, done } = openBench({ settings: { queryWithinMs: 1_000 } });
    const headers = { 'retry-after': '20' };
    venue.on('GET', ACCOUNTS, { status: 429, body: failure('throttled'), headers });
    await done(client.accounts());
    const detail = 'the venue asks for fewer calls (HTTP 429), and is left alone for a while';
    expect(await done(client.accounts())).toMatchObject({ error: { kind: 'throttled', detail } });
  });

  it('does not hold back an order', async () => {
    const { venue, client, broker, done } = openBench();
    venue.on('GET', ACCOUNTS, { status: 429, body: failure('throttled') });
    venue.on('POST', /\/orders$/, placement(wireOrder()));
    void client.accounts();
    const before = venue.calls.length;
    expect(await done(broker.place(ticket()))).toMatchObject({ kind: 'acked' });
    expect(venue.calls.length).toBeGreaterThan(before);
  });
});

describe('an order among many slow questions', () => {
  it('leaves at once in the place kept for it', async () => {
    const { venue, client, broker, done, clock } = openBench();
    venue.on('GET', ACCOUNTS, { ...list([account]), afterMs: 7_000 });
    venue.on('POST', /\/orders$/, placement(wireOrder()));
    await done(client.quoteToken());
    for (let asked = 0; asked < 30; asked += 1) void client.accounts();
    const began = clock.mono();
    expect(await done(broker.place(ticket()))).toMatchObject({ kind: 'acked' });
    expect(clock.mono() - began).toBeLessThanOrEqual(100);
    expect(venue.seen('GET', ACCOUNTS)).toHaveLength(4);
  });
});

describe('the clock of the venue', () => {
  it('is known from its Date header, with how sure that is', async () => {
    const { venue, client, done } = openBench();
    expect(client.health().skew).toBeNull();
    const date = new Date(plus(MORNING, 12_000)).toUTCString();
    venue.on('GET', ACCOUNTS, { ...list([account]), headers: { date } });
    await done(client.accounts());
    expect(client.health().skew).toMatchObject({ skewMs: 12_500, uncertaintyMs: 500 });
  });

  it('does not become known from nonsense', async () => {
    const { venue, client, done } = openBench();
    venue.on('GET', ACCOUNTS, { ...list([account]), headers: { date: 'yesterday' } });
    await done(client.accounts());
    expect(client.health().skew).toBeNull();
  });
});

describe('the quote token', () => {
  const TOKENS = /\/api-quote-tokens$/;
  const answer = (over: Readonly<Record<string, unknown>>) => ({
    status: 200,
    body: {
      data: {
        token: 'quote-1',
        'dxlink-url': 'wss://tasty-openapi-ws.dxfeed.com/realtime',
        ...over,
      },
    },
  });

  it.each([
    ['real time', { level: 'api' }, false],
    ['the sandbox’s', { level: 'demo' }, true],
    ['by its path', { 'dxlink-url': 'wss://tasty-demo-ws.dxfeed.com/delayed' }, true],
  ])('says whether quotes are delayed: %s', async (_, over, delayed) => {
    const { venue, client, done } = openBench();
    venue.on('GET', TOKENS, answer(over));
    expect(await done(client.quoteToken())).toMatchObject({ ok: true, value: { delayed } });
  });

  it('lasts a day unless the venue says otherwise', async () => {
    const { venue, client, done } = openBench();
    venue.on('GET', TOKENS, answer({}));
    const day = await done(client.quoteToken());
    expect(day).toMatchObject({ value: { expiresAt: plus(MORNING, 86_400_000) } });
    venue.on('GET', TOKENS, answer({ 'expires-at': new Date(LATER).toISOString() }));
    expect(await done(client.quoteToken())).toMatchObject({ value: { expiresAt: LATER } });
  });

  it.each(['ws://quotes.example/realtime', 'https://quotes.example', 'nowhere'])(
    'leads to no address where it could be read on its way: %s',
    async (url) => {
      const { venue, client, done } = openBench();
      venue.on('GET', TOKENS, answer({ 'dxlink-url': url }));
      expect(await done(client.quoteToken())).toMatchObject({ error: { kind: 'malformed' } });
    },
  );
});
