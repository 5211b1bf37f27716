/** What becomes of a mutation, for every way its answer can look or fail to come. */
import { describe, expect, it } from 'vitest';
import { asOrderId } from '#kernel/ids.ts';
import type { MutationOutcome } from '#orders/ports.ts';
import {
  failure,
  list,
  networkError,
  openBench,
  placement,
  type Reaction,
  ticket,
  wireOrder,
} from './fake-venue.ts';

const PLACE = /\/orders$/;
const HTML = '<html><body>502 Bad Gateway</body></html>';

async function placing(reaction: Reaction): Promise<MutationOutcome> {
  const { venue, broker, done } = openBench();
  venue.on('POST', PLACE, reaction);
  const outcome = await done(broker.place(ticket()));
  expect(venue.seen('POST', PLACE)).toHaveLength(1);
  return outcome;
}

const preflight = {
  error: {
    code: 'preflight_check_failure',
    message: 'One or more preflight checks failed',
    errors: [{ code: 'margin_check_failed', message: 'Not enough buying power.' }],
  },
};

describe('an order', () => {
  it('that is answered with an order is acknowledged under our own id', async () => {
    const outcome = await placing(placement(wireOrder({ status: 'Routed' })));
    expect(outcome).toMatchObject({
      kind: 'acked',
      order: { orderId: '270561', clientOrderId: 'sw.1.t_abc.E1', status: 'routed', quantity: 2 },
    });
  });

  it('keeps our id when the venue does not echo it', async () => {
    const outcome = await placing(placement(wireOrder({ 'external-identifier': undefined })));
    expect(outcome).toMatchObject({ kind: 'acked', order: { clientOrderId: 'sw.1.t_abc.E1' } });
  });

  it.each<[string, Reaction]>([
    ['the name of the host is unknown', networkError('ENOTFOUND', 'getaddrinfo')],
    ['the name server does not answer', networkError('EAI_AGAIN', 'getaddrinfo')],
    ['the connection is refused', networkError('ECONNREFUSED', 'connect')],
    ['no connection comes about in time', networkError('UND_ERR_CONNECT_TIMEOUT')],
    ['there is no way to the host', networkError('EHOSTUNREACH', 'connect')],
    ['connecting times out', networkError('ETIMEDOUT', 'connect')],
    ['the certificate is of another host', networkError('ERR_TLS_CERT_ALTNAME_INVALID')],
    ['the certificate has expired', networkError('CERT_HAS_EXPIRED')],
    [
      'every address of the host is refused',
      new TypeError('fetch failed', {
        cause: new AggregateError([
          networkError('ECONNREFUSED', 'connect'),
          networkError('ENETUNREACH', 'connect'),
        ]),
      }),
    ],
  ])('was not sent when %s', async (_, error) => {
    expect(await placing(error)).toMatchObject({ kind: 'not_sent', reason: 'unreachable' });
  });

  it.each<[string, Reaction]>([
    ['the connection is reset', networkError('ECONNRESET')],
    ['the other side closes', networkError('UND_ERR_SOCKET')],
    ['the pipe breaks', networkError('EPIPE', 'write')],
    ['reading times out', networkError('ETIMEDOUT', 'read')],
    ['the host becomes unreachable while writing', networkError('EHOSTUNREACH', 'write')],
    [
      'one address was reached and lost',
      new TypeError('fetch failed', {
        cause: new AggregateError([
          networkError('ECONNREFUSED', 'connect'),
          networkError('ECONNRESET', 'read'),
        ]),
      }),
    ],
    ['something unheard of is thrown', new Error('boom')],
    ['nothing is answered', 'silence'],
    ['the body breaks off', { status: 201, body: '{"data"', breaksOff: true }],
    ['the refusal breaks off', { status: 422, body: '{"error"', breaksOff: true }],
    ['the body is cut short', { status: 201, body: '{"data":{"order":{"id":27' }],
    ['a proxy answers 200 with a page', { status: 200, body: HTML }],
    ['a proxy answers 502 with a page', { status: 502, body: HTML }],
    ['a proxy answers 403 with a page', { status: 403, body: HTML }],
    ['a proxy answers 404 with a page', { status: 404, body: HTML }],
    [
      'the venue answers 500',
      { status: 500, body: failure('internal', 'Unique customer support identifier: 1') },
    ],
    ['the venue answers 503', { status: 503, body: failure('unavailable') }],
    ['the venue answers 504', { status: 504, body: '' }],
    ['it is redirected', { status: 302, body: '', headers: { location: 'https://elsewhere' } }],
    ['the request timed out there', { status: 408, body: failure('timeout') }],
    ['it conflicts with another', { status: 409, body: failure('conflict') }],
    ['a success carries an unknown error', { status: 200, body: failure('whatever') }],
    [
      'a refusal stands beside an order with an id',
      { status: 201, body: { ...preflight, data: { order: wireOrder() } } },
    ],
    ['a success has no data', { status: 201, body: { context: '/orders' } }],
    ['a success is empty', { status: 201, body: '' }],
    ['a success is null', { status: 201, body: 'null' }],
    ['the order has no id', placement(wireOrder({ id: undefined }))],
    ['the order has no legs', placement(wireOrder({ legs: [] }))],
    ['the answer is about another client id', placement(wireOrder({ 'external-identifier': 'x' }))],
    ['the answer is about another symbol', placement(wireOrder({}, { symbol: 'AAPL' }))],
    ['the answer is about another quantity', placement(wireOrder({}, { quantity: 3 }))],
    ['the answer is about the other side', placement(wireOrder({}, { action: 'Sell to Close' }))],
  ])('is ambiguous when %s', async (_, reaction) => {
    expect(await placing(reaction)).toMatchObject({ kind: 'ambiguous' });
  });

  it.each<[string, Reaction, string]>([
    ['buying power is missing', { status: 422, body: preflight }, 'margin_check_failed'],
    ['the preflight refuses with 201', { status: 201, body: preflight }, 'margin_check_failed'],
    [
      'a dry-run shape comes with the refusal',
      { status: 201, body: { ...preflight, data: { order: wireOrder({ id: undefined }) } } },
      'margin_check_failed',
    ],
    ['the version is not supported', { status: 406, body: failure(406) }, '406'],
    ['it may not do this', { status: 403, body: failure('not_permitted') }, 'not_permitted'],
    ['the route is unknown', { status: 404, body: failure('not_found') }, 'not_found'],
    [
      'a field is missing',
      {
        status: 400,
        body: {
          error: {
            code: 'validation_error',
            message: 'Request validation failed',
            errors: [{ domain: 'legs', reason: 'is missing' }],
          },
        },
      },
      'validation_error',
    ],
    [
      'the order comes back rejected',
      placement(wireOrder({ status: 'Rejected', 'reject-reason': 'halted' })),
      'rejected_by_broker',
    ],
  ])('is rejected, with the code, when %s', async (_, reaction, code) => {
    expect(await placing(reaction)).toMatchObject({ kind: 'rejected', rejection: { code } });
  });

  it('is throttled and never sent again by itself', async () => {
    const outcome = await placing({ status: 429, body: failure('throttled') });
    expect(outcome).toMatchObject({ kind: 'not_sent', reason: 'throttled' });
  });

  it('is given up after its deadline, and ambiguous', async () => {
    const { venue, broker, done, clock } = openBench({ settings: { orderWithinMs: 3_000 } });
    venue.on('POST', PLACE, 'silence');
    const before = clock.mono();
    expect(await done(broker.place(ticket()))).toMatchObject({ kind: 'ambiguous' });
    expect(clock.mono() - before).toBeLessThan(4_000);
  });

  it('does not leave when its token took too long', async () => {
    const { venue, broker, done, pass } = openBench({ settings: { sendWithinMs: 1_000 } });
    venue.on('POST', /oauth/, { ...placement(wireOrder()), afterMs: 5_000 });
    const outcome = await done(broker.place(ticket()));
    expect(outcome).toMatchObject({ kind: 'not_sent', reason: 'unreachable' });
    await pass(10_000);
    expect(venue.seen('POST', PLACE)).toEqual([]);
  });
});

describe('an order refused as unauthorized', () => {
  const found = { status: 401, body: failure('unauthorized') };

  it('goes once more, with a new token, when three looks show that there is none', async () => {
    const { venue, broker, done } = openBench();
    venue.on('GET', /orders/, list([]));
    venue.on('POST', PLACE, (_call, nth) => (nth === 1 ? found : placement(wireOrder())));
    expect(await done(broker.place(ticket()))).toMatchObject({ kind: 'acked' });
    const sent = venue.seen('POST', PLACE).map(({ headers }) => headers['authorization']);
    expect(new Set(sent).size).toBe(2);
    expect(venue.seen('POST', /oauth/)).toHaveLength(2);
    expect(venue.seen('GET', /orders\/live/)).toHaveLength(3);
  });

  it('is not sent again when the look finds it after all', async () => {
    const { venue, broker, done } = openBench();
    venue.on('GET', /orders/, list([wireOrder()]));
    venue.on('POST', PLACE, found);
    expect(await done(broker.place(ticket()))).toMatchObject({ kind: 'ambiguous' });
    expect(venue.seen('POST', PLACE)).toHaveLength(1);
  });

  it('is not sent again when nobody can look', async () => {
    const { venue, broker, done } = openBench({ settings: { queryTries: 1 } });
    venue.on('GET', /orders/, { status: 503, body: '' });
    venue.on('POST', PLACE, found);
    expect(await done(broker.place(ticket()))).toMatchObject({ kind: 'ambiguous' });
    expect(venue.seen('POST', PLACE)).toHaveLength(1);
  });

  it.each([
    ['twice', failure('unauthorized')],
    ['with a page of HTML', '<html>401</html>'],
    ['with a number for a code', failure(401)],
  ])('was not sent: %s', async (_, body) => {
    const { venue, broker, done } = openBench();
    venue.on('GET', /orders/, list([]));
    venue.on('POST', PLACE, { status: 401, body });
    const outcome = await done(broker.place(ticket()));
    expect(outcome).toMatchObject({ kind: 'not_sent', reason: 'unauthorized' });
    expect(venue.seen('POST', PLACE)).toHaveLength(2);
  });
});

describe('a cancel', () => {
  const id = asOrderId('270561');
  const CANCEL = /\/orders\/270561$/;

  async function cancelling(reaction: Reaction): Promise<MutationOutcome> {
    const { venue, broker, done } = openBench({ settings: { queryTries: 1 } });
    venue.on('DELETE', CANCEL, reaction);
    return done(broker.cancel(id));
  }

  it('is taken as a request', async () => {
    const body = { data: wireOrder({ status: 'Cancel Requested' }) };
    expect(await cancelling({ status: 200, body })).toMatchObject({
      kind: 'acked',
      order: { status: 'cancel_requested' },
    });
  });

  it('of an order that has ended is rejected', async () => {
    const body = failure('cannot_update_order', 'the order could not be cancelled');
    expect(await cancelling({ status: 422, body })).toMatchObject({
      kind: 'rejected',
      rejection: { code: 'cannot_update_order' },
    });
  });

  it('answered without a word is followed by a look at the order', async () => {
    const { venue, broker, done } = openBench();
    venue.on('DELETE', CANCEL, { status: 204 });
    venue.on('GET', CANCEL, { status: 200, body: { data: wireOrder({ status: 'Cancelled' }) } });
    expect(await done(broker.cancel(id))).toMatchObject({
      kind: 'acked',
      order: { status: 'cancelled' },
    });
  });

  it.each<[string, Reaction]>([
    ['nothing comes back', 'silence'],
    ['a proxy fails', { status: 502, body: HTML }],
    ['the answer is of another order', { status: 200, body: { data: wireOrder({ id: 9 }) } }],
    ['it was taken and the order cannot be read', { status: 204 }],
  ])('is ambiguous when %s', async (_, reaction) => {
    expect(await cancelling(reaction)).toMatchObject({ kind: 'ambiguous' });
  });
});
