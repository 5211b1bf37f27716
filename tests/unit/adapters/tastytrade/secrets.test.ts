/** Whatever goes wrong, no secret is seen. */
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { createRedactor } from '#adapters/tastytrade/http/redaction.ts';
import { asOrderId } from '#kernel/ids.ts';
import {
  ACCESS_TOKEN,
  CLIENT_SECRET,
  failure,
  MORNING,
  networkError,
  openBench,
  REFRESH_TOKEN,
  type Reaction,
  ticket,
} from './fake-venue.ts';

/** A venue, a proxy or a library that repeats what it was sent. */
const LEAK = `Authorization: Bearer ${ACCESS_TOKEN}-1 refresh_token=${REFRESH_TOKEN} {"client_secret":"${CLIENT_SECRET}"} ${encodeURIComponent(CLIENT_SECRET)} ${Buffer.from(REFRESH_TOKEN).toString('base64')}`;

const leaks: readonly (readonly [string, Reaction])[] = [
  ['an error of the venue', { status: 422, body: failure('validation_error', LEAK) }],
  ['its code', { status: 422, body: failure(LEAK) }],
  ['a failure of the venue', { status: 500, body: failure('internal', LEAK) }],
  ['a page of a proxy', { status: 502, body: `<html>${LEAK}</html>` }],
  ['a refusal', { status: 401, body: failure('unauthorized', LEAK) }],
  ['throttling', { status: 429, body: failure('throttled', LEAK) }],
  ['a success that is none', { status: 200, body: { error: { code: 'x', message: LEAK } } }],
  ['data that is none', { status: 200, body: { data: { [LEAK]: LEAK } } }],
  [
    'an order that cannot be read',
    { status: 201, body: { data: { order: { id: LEAK, legs: LEAK } } } },
  ],
  ['an error of the network', Object.assign(networkError('ECONNRESET'), { message: LEAK })],
  ['an unheard-of error', new Error(LEAK)],
];

describe.each(leaks)('%s', (_, reaction) => {
  it.each(['token', 'calls'] as const)('shows no secret: %s', async (where) => {
    const bench = openBench({ settings: { queryTries: 1 } });
    const { venue, broker, client, account, done, records } = bench;
    for (const method of ['GET', 'POST', 'PATCH', 'DELETE']) {
      venue.on(method, where === 'token' ? /./ : /^\/(?!oauth)/, reaction);
    }
    const told: unknown[] = [
      await done(broker.place(ticket())),
      await done(broker.cancel(asOrderId('1'))),
      await done(broker.orders(MORNING)),
      await done(broker.orderById(asOrderId('1'))),
      await done(broker.positions()),
      await done(broker.balances()),
      await done(client.accounts()),
      await done(client.quoteToken()),
      await done(client.chain('UBER')),
      await done(account.tradingStatus()),
      client.health(),
      records,
    ];
    for (const text of [JSON.stringify(told), inspect(told, { depth: 10 })]) {
      expect(text).not.toContain('canary');
      expect(text).not.toContain(Buffer.from(REFRESH_TOKEN).toString('base64').slice(0, 20));
    }
    // The canary is alive: it did travel where it belongs.
    expect(JSON.stringify(venue.calls)).toContain('canary');
  });
});

describe('what is shown', () => {
  const redactor = createRedactor();

  it.each([
    'Bearer abc.def.ghi',
    '"access_token":"xyz-secret"',
    "auth-token: 'xyz-secret'",
    'client_secret=xyz-secret&grant_type=refresh_token',
    'eyJhbGciOiJFZERTQSJ9.xyzsecretpayload.xyzsecretsignature',
  ])('has no secret in it, also one nobody told of: %s', (text) => {
    expect(redactor.clean(text)).not.toMatch(/abc|xyz/);
  });

  it('is one short line', () => {
    const clean = redactor.clean(`first\nsecond\u001b[31m ${'long '.repeat(200)}`);
    expect(clean).not.toMatch(/\p{Cc}/u);
    expect(clean.length).toBeLessThanOrEqual(300);
  });

  it.each([
    'place: HTTP 422 margin_check_failed: not enough buying power',
    'quote token: HTTP 403 not_permitted: no',
    'access token: HTTP 401 invalid_grant: revoked',
  ])('keeps the words a person needs: %s', (text) => {
    expect(redactor.clean(text)).toBe(text);
  });

  it('forgets no configured secret, however many tokens pass', () => {
    redactor.hide('configured-secret', 'always');
    for (let n = 0; n < 500; n += 1) redactor.hide(`passing-token-${n}`, 'passing');
    expect(redactor.clean('configured-secret passing-token-499')).toBe('[redacted] [redacted]');
  });
});
