import { describe, expect, it } from 'vitest';
import { epochMs } from '#kernel/time.ts';
import { at, itemsOf, ORDERS, PUT, ticket, withBench } from './bench.ts';

const EXIT = { action: 'Sell to Close', price: '1.60', 'time-in-force': 'GTC' };
const STRICT = { 'advanced-instructions': { 'strict-position-effect-validation': true } };
const SUNDAY = epochMs(Date.UTC(2026, 2, 1, 15, 0, 0));

describe('placing', () => {
  it('answers 201 with the order routed, its effect on buying power and its fees', () =>
    withBench({}, async ({ send }) => {
      const { status, body } = await send('POST', ORDERS, ticket({ 'external-identifier': 'x1' }));
      expect(status).toBe(201);
      expect(at(body, 'data')).toMatchObject({
        order: {
          status: 'Routed',
          cancellable: false,
          'external-identifier': 'x1',
          price: '0.72',
          legs: [{ 'remaining-quantity': 2, fills: [] }],
        },
        'buying-power-effect': { 'change-in-buying-power': '146.26', effect: 'Debit' },
        'fee-calculation': { 'total-fees': '2.26', commission: '2.0' },
        warnings: [],
      });
    }));

  it('leads from Received over Routed and In Flight to Live', () =>
    withBench({}, async ({ standIn, place }) => {
      await place();
      expect(standIn.ledger.changes().map(({ order }) => order.status)).toEqual([
        'Received',
        'Routed',
        'In Flight',
        'Live',
      ]);
    }));

  it('fills a buy at the ask, however much more it would pay', () =>
    withBench({}, async ({ place, order }) => {
      const filled = await order(await place({ price: '0.95' }));
      expect(filled).toMatchObject({ status: 'Filled', price: '0.95' });
      expect(at(filled, 'legs', 0, 'fills', 0, 'fill-price')).toBe('0.8');
      expect(typeof filled['terminal-at']).toBe('string');
    }));

  it('fills what is shown, stays Live with the rest, and sees new size only in a new quote', () =>
    withBench({}, async ({ standIn, place, order }) => {
      standIn.setQuote(PUT, { askSize: 2 });
      const id = await place({ price: '0.80', quantity: 5 });
      standIn.setQuote(PUT, { askSize: 2 });
      expect(await order(id)).toMatchObject({ status: 'Live' });
      expect(at(await order(id), 'legs', 0, 'remaining-quantity')).toBe(3);
      standIn.setQuote(PUT, { askSize: 20 });
      expect(await order(id)).toMatchObject({ status: 'Filled' });
    }));

  it('fills a resting order at its own price when the market comes to it', () =>
    withBench({}, async ({ standIn, place, order }) => {
      const id = await place();
      standIn.setQuote(PUT, { bid: '0.60', ask: '0.65' });
      expect(at(await order(id), 'legs', 0, 'fills', 0, 'fill-price')).toBe('0.72');
    }));

  it('takes no fill from a halted or crossed quote', () =>
    withBench({}, async ({ standIn, place, order }) => {
      standIn.setQuote(PUT, { isHalted: true });
      const id = await place({ price: '0.80' });
      standIn.setQuote(PUT, { isHalted: false, bid: '0.90' });
      expect(await order(id)).toMatchObject({ status: 'Live' });
    }));

  it('fills a market order some ticks behind the touch when told of slippage', () =>
    withBench({ slippageTicks: 2 }, async ({ place, order }) => {
      const market = { 'order-type': 'Market', price: undefined, 'price-effect': undefined };
      const filled = await order(await place(market));
      expect(at(filled, 'legs', 0, 'fills', 0, 'fill-price')).toBe('0.82');
    }));

  it('cancels what an IOC order does not get at once', () =>
    withBench({}, async ({ standIn, place, order }) => {
      standIn.setQuote(PUT, { askSize: 1 });
      const ended = await order(await place({ price: '0.80', 'time-in-force': 'IOC' }));
      expect(ended).toMatchObject({ status: 'Cancelled', 'cancelled-size': '1' });
      expect(at(ended, 'legs', 0, 'fills')).toHaveLength(1);
    }));

  it('triggers a stop when the bid falls to it, and sells at the touch', () =>
    withBench({}, async ({ standIn, place, order }) => {
      await place({ price: '0.80' });
      const stop = { 'order-type': 'Stop', 'stop-trigger': '0.50', price: undefined };
      const id = await place({ ...EXIT, ...stop, 'price-effect': undefined });
      expect(await order(id)).toMatchObject({ status: 'Live' });
      standIn.setQuote(PUT, { bid: '0.48', ask: '0.55' });
      expect(at(await order(id), 'legs', 0, 'fills', 0, 'fill-price')).toBe('0.48');
    }));

  it('waits in Contingent for its condition', () =>
    withBench({}, async ({ standIn, place, order }) => {
      standIn.setQuote('UBER', { bid: '79.40', ask: '79.42' });
      const condition = {
        action: 'route',
        symbol: 'UBER',
        'instrument-type': 'Equity',
        indicator: 'nat',
        comparator: 'lte',
        threshold: '78.0',
      };
      const id = await place({ rules: { conditions: [condition] } });
      expect(await order(id)).toMatchObject({
        status: 'Contingent',
        'contingent-status': 'Pending Condition',
      });
      standIn.setQuote('UBER', { bid: '77.90', ask: '77.92' });
      expect(await order(id)).toMatchObject({ status: 'Routed' });
    }));

  it('trades a vertical at its net price, leg by leg', () =>
    withBench({}, async ({ standIn, place, order, get }) => {
      const lower = PUT.replace('78000', '76000');
      standIn.setQuote(lower, { bid: '0.30', ask: '0.35' });
      const leg = (symbol: string, action: string) => ({
        'instrument-type': 'Equity Option',
        symbol,
        quantity: 2,
        action,
      });
      const legs = [leg(PUT, 'Buy to Open'), leg(lower, 'Sell to Open')];
      const filled = await order(await place({ price: '0.50', legs }));
      const { body } = await get('/accounts/5WT00001/balances/USD');
      // The long put covers the short one: nothing is bound but what was paid.
      expect(at(body, 'data', 'used-derivative-buying-power')).toBe('0.0');
      expect(filled).toMatchObject({ status: 'Filled', size: 2, 'leg-count': 2 });
      expect(standIn.ledger.positions()).toEqual(
        new Map([
          [PUT, 2],
          [lower, -2],
        ]),
      );
    }));
});

describe('hours', () => {
  it('keeps an order of the weekend Received, with a warning, until the open', () =>
    withBench(
      { session: 'calendar', tokenLifetimeMs: 1e9 },
      async ({ send, order, clock }) => {
        const { body } = await send('POST', ORDERS, ticket());
        expect(at(body, 'data', 'warnings', 0, 'code')).toBe('tif_next_valid_sesssion');
        const id = Number(at(body, 'data', 'order', 'id'));
        expect(await order(id)).toMatchObject({ status: 'Received', editable: true });
        clock.advance(24 * 3_600_000);
        expect(await order(id)).toMatchObject({ status: 'Live' });
      },
      SUNDAY,
    ));

  it('expires a Day order at the close and leaves one that is GTC', () =>
    withBench({ session: 'calendar', tokenLifetimeMs: 1e9 }, async ({ place, order, clock }) => {
      const day = await place();
      const gtc = await place({ 'time-in-force': 'GTC' });
      clock.advance(6 * 3_600_000);
      expect([(await order(day))['status'], (await order(gtc))['status']]).toEqual([
        'Expired',
        'Live',
      ]);
    }));

  it('refuses an opening market order while the market is closed', () =>
    withBench(
      { session: 'calendar' },
      async ({ send }) => {
        const market = { 'order-type': 'Market', price: undefined, 'price-effect': undefined };
        expect(codeOf(await send('POST', ORDERS, ticket(market)))).toBe('market_closed');
      },
      SUNDAY,
    ));
});

describe('refusals', () => {
  const LEG = {
    'instrument-type': 'Equity Option',
    symbol: PUT,
    quantity: 1,
    action: 'Buy to Open',
  };

  it.each([
    ['a negative price', { price: '-0.72' }, 400, 'validation_error'],
    ['a limit without a price', { price: undefined }, 400, 'validation_error'],
    ['a limit without its effect', { 'price-effect': undefined }, 400, 'validation_error'],
    ['no legs', { legs: [] }, 400, 'validation_error'],
    ['one symbol in two legs', { legs: [LEG, LEG] }, 400, 'validation_error'],
    ['an unknown word', { 'time-in-force': 'Forever' }, 400, 'validation_error'],
    ['a fraction of a contract', { quantity: 0.5 }, 400, 'validation_error'],
    ['a GTD order without its date', { 'time-in-force': 'GTD' }, 400, 'validation_error'],
    ['Buy for an option', { action: 'Buy' }, 400, 'validation_error'],
    ['a price off the grid', { price: '0.725' }, 422, 'invalid_price_increment'],
    ['buying for a credit', { 'price-effect': 'Credit' }, 422, 'cant_buy_for_credit'],
    ['an unknown symbol', { symbol: 'QZXV  260320P00078000' }, 422, 'instrument_validation_failed'],
    [
      'an unlisted strike',
      { symbol: 'UBER  260320P00078010' },
      422,
      'instrument_validation_failed',
    ],
    ['more than it can pay', { quantity: 100_000 }, 422, 'margin_check_failed'],
    ['a naked short option', { action: 'Sell to Open' }, 422, 'margin_check_failed'],
    ['extended hours for an option', { 'time-in-force': 'Ext' }, 422, 'invalid_time_in_force'],
    [
      'a marketable limit with a price',
      { 'order-type': 'Marketable Limit' },
      422,
      'order_must_omit_price',
    ],
    [
      'a market order that is GTC',
      { 'order-type': 'Market', price: undefined, 'time-in-force': 'GTC' },
      422,
      'gtc_market_orders_not_supported',
    ],
    ['a strict close of nothing', { ...EXIT, ...STRICT }, 422, 'invalid_position_effect'],
  ] as const)('refuses %s', (_what, over, status, code) =>
    withBench({}, async ({ send, standIn }) => {
      const reply = await send('POST', ORDERS, ticket(over));
      expect([reply.status, codeOf(reply)]).toEqual([status, code]);
      expect(standIn.ledger.orders()).toEqual([]);
    }),
  );

  it('names the domain of what is missing', () =>
    withBench({}, async ({ send }) => {
      const { body } = await send('POST', ORDERS, ticket({ price: undefined }));
      expect(at(body, 'error', 'errors', 0)).toEqual({ domain: 'price', reason: 'is missing' });
    }));

  it('turns a close of nothing into an opening order unless told to be strict', () =>
    withBench({ shortSelling: 'margin' }, async ({ place, order }) => {
      const flipped = await order(await place(EXIT));
      expect(at(flipped, 'legs', 0, 'action')).toBe('Sell to Open');
    }));

  it('refuses to close what another order already closes', () =>
    withBench({}, async ({ place, send }) => {
      await place({ price: '0.80', quantity: 3 });
      await place({ ...EXIT, quantity: 2 });
      const more = ticket({ ...EXIT, ...STRICT, quantity: 2 });
      expect(codeOf(await send('POST', ORDERS, more))).toBe('invalid_position_effect');
      await place({ ...EXIT, ...STRICT, quantity: 1 });
    }));

  it('refuses to open in an account that may only close', () =>
    withBench({}, async ({ standIn, send }) => {
      standIn.hands.setFlags({ isClosingOnly: true });
      expect(codeOf(await send('POST', ORDERS, ticket()))).toBe('closing_only');
    }));
});

describe('a dry-run', () => {
  it('shows an order without id, and routes nothing', () =>
    withBench({}, async ({ send, standIn }) => {
      const { status, body } = await send('POST', `${ORDERS}/dry-run`, ticket());
      expect(status).toBe(201);
      expect(at(body, 'data', 'order')).toMatchObject({ status: 'Received', 'updated-at': 0 });
      expect(at(body, 'data', 'order', 'id')).toBeUndefined();
      expect(standIn.ledger.orders()).toEqual([]);
    }));

  it('carries both data and error when the margin does not suffice', () =>
    withBench({ dryRunRefusalStatus: 201 }, async ({ send }) => {
      const reply = await send('POST', `${ORDERS}/dry-run`, ticket({ quantity: 100_000 }));
      expect(reply.status).toBe(201);
      expect(codeOf(reply)).toBe('margin_check_failed');
      expect(at(reply.body, 'data', 'buying-power-effect')).toBeDefined();
    }));
});

describe('lists', () => {
  it('gives today in every status as live orders, and pages them by version', () =>
    withBench({}, async ({ place, send, get }) => {
      const [first, second] = [await place(), await place({ price: '0.80' })];
      await send('DELETE', `${ORDERS}/${first}`);
      const bare = await get(`${ORDERS}/live`);
      expect(itemsOf(bare)).toHaveLength(2);
      expect(at(bare.body, 'pagination')).toBeUndefined();
      const paged = await get(`${ORDERS}/live?per-page=1&page-offset=1`, {
        'accept-version': '20250813',
      });
      expect(itemsOf(paged)).toMatchObject([{ id: first }]);
      expect(at(paged.body, 'pagination')).toMatchObject({ 'total-pages': 2, 'total-items': 2 });
      expect(second).toBeGreaterThan(first);
    }));

  it('asks for a start date from version 20261012 on', () =>
    withBench({}, async ({ get }) => {
      const version = { 'accept-version': '20261012' };
      expect((await get(ORDERS, version)).status).toBe(400);
      expect((await get(`${ORDERS}?start-date=2026-03-03`, version)).status).toBe(200);
      expect((await get(ORDERS)).status).toBe(200);
    }));

  it('gives ten orders a page where nothing else is asked and no version is named', () =>
    withBench({}, async ({ place, get }) => {
      for (let made = 0; made < 11; made += 1) await place({ quantity: 1 });
      const { body } = await get(`${ORDERS}?start-date=2026-03-03`);
      expect(at(body, 'pagination')).toMatchObject({ 'per-page': 10, 'total-pages': 2 });
    }));

  it('counts pages from zero, and loses and doubles none between them', () =>
    withBench({}, async ({ place, get }) => {
      const placed: number[] = [];
      for (let made = 0; made < 5; made += 1) placed.push(await place({ quantity: 1 }));
      const seen: unknown[] = [];
      for (const offset of [0, 1, 2, 3]) {
        const paged = await get(`${ORDERS}?sort=Asc&per-page=2&page-offset=${offset}`);
        seen.push(itemsOf(paged).map((order) => at(order, 'id')));
      }
      expect(seen).toEqual([placed.slice(0, 2), placed.slice(2, 4), placed.slice(4), []]);
    }));

  it('filters by status, and sorts the newest first', () =>
    withBench({}, async ({ place, get }) => {
      const resting = await place();
      const filled = await place({ price: '0.80' });
      const all = itemsOf(await get(`${ORDERS}?per-page=50`));
      expect(all.map((order) => at(order, 'id'))).toEqual([filled, resting]);
      const live = itemsOf(await get(`${ORDERS}?status[]=Live&status[]=Rejected`));
      expect(live.map((order) => at(order, 'id'))).toEqual([resting]);
    }));
});

describe('cancelling', () => {
  it('takes the request first and cancels after it', () =>
    withBench({}, async ({ place, send, order, settle }) => {
      const id = await place();
      const { status, body } = await send('DELETE', `${ORDERS}/${id}`);
      expect([status, at(body, 'data', 'status')]).toEqual([200, 'Cancel Requested']);
      settle();
      expect(await order(id)).toMatchObject({ status: 'Cancelled', 'cancelled-size': '2' });
    }));

  it('refuses while the order is on its way, after its end, and for one nobody knows', () =>
    withBench({}, async ({ send, settle }) => {
      const { body } = await send('POST', ORDERS, ticket({ price: '0.80' }));
      const id = Number(at(body, 'data', 'order', 'id'));
      expect(codeOf(await send('DELETE', `${ORDERS}/${id}`))).toBe('cannot_update_order');
      settle();
      expect(codeOf(await send('DELETE', `${ORDERS}/${id}`))).toBe('cannot_update_order');
      expect((await send('DELETE', `${ORDERS}/${id + 99}`)).status).toBe(404);
    }));

  it('can lose the race to a fill', () =>
    withBench({}, async ({ standIn, place, send, order, settle }) => {
      standIn.behave({ course: { fillDuringCancel: 1 } });
      const id = await place();
      await send('DELETE', `${ORDERS}/${id}`);
      settle();
      const ended = await order(id);
      expect(ended).toMatchObject({ status: 'Cancelled', 'cancelled-size': '1' });
      expect(at(ended, 'legs', 0, 'fills')).toHaveLength(1);
    }));

  it('can sit in Cancel Requested', () =>
    withBench({}, async ({ standIn, place, send, order, settle }) => {
      standIn.behave({ course: { cancelsIgnored: 1 } });
      const id = await place();
      await send('DELETE', `${ORDERS}/${id}`);
      settle();
      expect(await order(id)).toMatchObject({ status: 'Cancel Requested' });
      await send('DELETE', `${ORDERS}/${id}`);
      settle();
      expect(await order(id)).toMatchObject({ status: 'Cancelled' });
    }));
});

function codeOf({ body }: { readonly body: unknown }): unknown {
  const inner = at(body, 'error', 'errors', 0, 'code');
  return inner ?? at(body, 'error', 'code');
}
