/**
 * The official npm client, made for the real broker, works against the stand-in.
 *
 * It is given no logger: at every level it logs client secret, refresh token and bearer.
 */
import TastytradeClient, { MarketDataSubscriptionType } from '@tastytrade/api';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { listOf, recordOf } from '../../stand-ins/support/json.ts';
import {
  openTastytradeStandIn,
  type TastytradeStandIn,
} from '../../stand-ins/tastytrade/stand-in.ts';
import { at } from './bench.ts';

const ACCOUNT = '5WT00001';
let standIn: TastytradeStandIn;
let client: TastytradeClient;
let put: { readonly symbol: string; readonly streamer: string };

beforeAll(async () => {
  standIn = await openTastytradeStandIn({ dxlink: { aggregationPeriod: 0.01 } });
  const { apiUrl, streamerUrl, credentials } = standIn;
  client = new TastytradeClient({
    baseUrl: apiUrl,
    accountStreamerUrl: streamerUrl,
    clientSecret: credentials.clientSecret,
    refreshToken: credentials.refreshToken,
    oauthScopes: ['read', 'trade'],
  });
  put = await listedPut();
  standIn.setQuote(put.symbol, { bid: '0.70', ask: '0.80' });
});

afterAll(async () => {
  client.accountStreamer.stop();
  await standIn.close();
});

it('logs in with its refresh token and reads accounts, balances and trading status', async () => {
  const accounts: unknown = await client.accountsAndCustomersService.getCustomerAccounts();
  expect(at(accounts, 0, 'account', 'account-number')).toBe(ACCOUNT);
  const balances: unknown =
    await client.balancesAndPositionsService.getAccountBalanceValues(ACCOUNT);
  expect(at(balances, 0, 'derivative-buying-power')).toBe('100000.0');
  const status: unknown = await client.accountStatusService.getAccountStatus(ACCOUNT);
  expect(at(status, 'is-closed')).toBe(false);
  expect(client.accessToken.isValid).toBe(true);
});

it('finds instruments, a future with its slash among them', async () => {
  const equity: unknown = await client.instrumentsService.getSingleEquity('SPY');
  expect(at(equity, 'symbol')).toBe('SPY');
  const futures: unknown = await client.instrumentsService.getFutures({ productCode: ['ES'] });
  const symbol = String(at(futures, 0, 'symbol'));
  const future: unknown = await client.instrumentsService.getSingleFuture(symbol);
  expect(at(future, 'notional-multiplier')).toBe('50.0');
});

it('tries an order, places it, finds it live and cancels it', async () => {
  const tried: unknown = await client.orderService.postOrderDryRun(ACCOUNT, buy('0.72'));
  expect(at(tried, 'fee-calculation', 'total-fees')).toBe('2.26');
  const placed: unknown = await client.orderService.createOrder(ACCOUNT, buy('0.72'));
  const id = Number(at(placed, 'order', 'id'));
  await until(() => standIn.ledger.orders().at(-1)?.status === 'Live');
  const live: unknown = await client.orderService.getLiveOrders(ACCOUNT);
  expect(listOf(live).map((order) => at(order, 'id'))).toEqual([id]);
  await client.orderService.cancelOrder(ACCOUNT, id);
  await until(() => standIn.ledger.orders().at(-1)?.status === 'Cancelled');
  const found: unknown = await client.orderService.getOrder(ACCOUNT, id);
  expect(at(found, 'status')).toBe('Cancelled');
});

it('hears on its account stream of an order that fills', async () => {
  const filled = Promise.withResolvers<unknown>();
  client.accountStreamer.addMessageObserver((message) => {
    if (at(message, 'data', 'status') === 'Filled') filled.resolve(message);
  });
  await client.accountStreamer.start();
  expect(await client.accountStreamer.subscribeToAccounts([ACCOUNT])).toBe('connect');
  await client.orderService.createOrder(ACCOUNT, buy('0.80'));
  expect(at(await filled.promise, 'data', 'legs', 0, 'fills', 0, 'fill-price')).toBe('0.8');
  const positions: unknown = await client.balancesAndPositionsService.getPositionsList(ACCOUNT);
  expect(at(positions, 0, 'quantity')).toBe(2);
});

it('replaces an order, and is refused what the account cannot pay', async () => {
  const placed: unknown = await client.orderService.createOrder(ACCOUNT, buy('0.72'));
  await until(() => standIn.ledger.orders().at(-1)?.status === 'Live');
  const id = Number(at(placed, 'order', 'id'));
  const terms = { timeInForce: 'Day', orderType: 'Limit', price: '0.74', priceEffect: 'Debit' };
  const edited: unknown = await client.orderService.editOrder(ACCOUNT, id, terms);
  expect(at(edited, 'id')).not.toBe(id);
  const refused = client.orderService.createOrder(ACCOUNT, buy('0.72', 100_000));
  await expect(refused).rejects.toThrow('422');
});

it('hears quotes on its DXLink feed', async () => {
  // It reports every close of its socket there.
  vi.spyOn(console, 'error').mockReturnValue();
  const heard = Promise.withResolvers<unknown>();
  const seen: unknown[] = [];
  client.quoteStreamer.addEventListener((events) => {
    for (const event of events) {
      seen.push(event);
      if (at(event, 'bidPrice') === 0.71) heard.resolve(event);
    }
  });
  await client.quoteStreamer.connect();
  const types = [MarketDataSubscriptionType.Quote, MarketDataSubscriptionType.Greeks];
  client.quoteStreamer.subscribe([put.streamer], types);
  await until(() => seen.length > 0);
  standIn.setQuote(put.symbol, { bid: '0.71' });
  expect(await heard.promise).toMatchObject({ eventType: 'Quote', eventSymbol: put.streamer });
  client.quoteStreamer.disconnect();
  // It leaves its socket open, and stops reconnecting only when its token was refused before.
  standIn.dxlink.expireTokens();
  standIn.dxlink.close(1000);
  await until(() => standIn.dxlink.connections() === 0);
});

function buy(price: string, quantity = 2) {
  return {
    timeInForce: 'Day',
    orderType: 'Limit',
    price,
    priceEffect: 'Debit',
    legs: [
      // Keys inside lists are not kebab-cased by this client.
      { 'instrument-type': 'Equity Option', symbol: put.symbol, quantity, action: 'Buy to Open' },
    ],
  };
}

async function listedPut() {
  const chain: unknown = await client.instrumentsService.getNestedOptionChain('UBER');
  const strikes = listOf(at(chain, 0, 'expirations', 2, 'strikes')).map(recordOf);
  const strike = strikes.find((each) => each['strike-price'] === '78.0');
  return { symbol: String(strike?.['put']), streamer: String(strike?.['put-streamer-symbol']) };
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) {
    await new Promise<void>((resolve) => {
      setImmediate(resolve);
    });
  }
}
