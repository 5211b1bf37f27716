import { describe, expect, it } from 'vitest';
import { date } from '#kernel/calendar.ts';
import { price } from '#kernel/price.ts';
import {
  asInstrumentSymbol,
  type FutureOptionInstrument,
  type Instrument,
} from '#market/instrument.ts';
import { quoteAge, quoteDefect } from '#market/quote.ts';
import { FEED_CONFIG, feedData, quoteData, subscriptionsOf } from './fake-dxlink.ts';
import { FUTURE, openCase, PUT, raise, SHARE, snapshotsOf } from './quotes-bench.ts';

describe('quotes of tastytrade', () => {
  it('carry both times and exact prices, under the name of the desk', async () => {
    const { quotes, open, clock, heard } = openCase();
    quotes.subscribe(PUT);
    const socket = await open();
    socket.say(quoteData('.UBER260320P78', [0.74, 0.76, 12, 30]));
    expect(heard).toEqual([
      {
        symbol: PUT.symbol,
        bid: price('0.74'),
        ask: price('0.76'),
        bidSize: 12,
        askSize: 30,
        eventAt: clock.now(),
        receivedAt: clock.now(),
      },
    ]);
    expect(quotes.latest(PUT.symbol)).toBe(heard[0]);
  });

  it('are asked for by quote and by the trading status of the contract and its underlying', async () => {
    const { quotes, open } = openCase();
    for (const instrument of [PUT, SHARE, FUTURE, PUT]) quotes.subscribe(instrument);
    expect(subscriptionsOf(await open())).toEqual([
      '+Quote .UBER260320P78',
      '+Profile .UBER260320P78',
      '+Profile UBER',
      '+Quote UBER',
      '+Quote /ESH26:XCME',
      '+Profile /ESH26:XCME',
    ]);
  });

  it('keep the status of an underlying for as long as somebody needs it', async () => {
    const { quotes, open, pass } = openCase();
    quotes.subscribe(PUT);
    quotes.subscribe(SHARE);
    const socket = await open();
    const before = subscriptionsOf(socket).length;
    quotes.unsubscribe(PUT.symbol);
    await pass(100);
    expect(subscriptionsOf(socket).slice(before)).toEqual([
      '-Quote .UBER260320P78',
      '-Profile .UBER260320P78',
    ]);
  });

  it('use the name the venue gave before the rule', async () => {
    const { quotes, open } = openCase({
      streamerSymbol: (symbol) => (symbol === PUT.symbol ? '.UBER1260320P78' : null),
    });
    quotes.subscribe(PUT);
    expect(subscriptionsOf(await open())[0]).toBe('+Quote .UBER1260320P78');
  });

  it('are not shared by two instruments of one streamer name', async () => {
    const { quotes, open, heard } = openCase({ streamerSymbol: () => 'SAME' });
    quotes.subscribe(PUT);
    quotes.subscribe(SHARE);
    (await open()).say(quoteData('SAME', [1, 2]));
    expect(heard.map(({ symbol }) => symbol)).toEqual([PUT.symbol]);
    expect(quotes.health()).toMatchObject({ instruments: 2, unnamed: 1 });
  });

  it('of an absent side are 0, and price nothing', async () => {
    const { quotes, open, heard } = openCase();
    quotes.subscribe(PUT);
    const socket = await open();
    socket.say(quoteData('.UBER260320P78', ['NaN', 0.76, 'NaN', 5]));
    socket.say(quoteData('.UBER260320P78', [0.74, 'Infinity', 5, 5]));
    socket.say(quoteData('.UBER260320P78', [-0.74, 0.76, 5, 5]));
    expect(heard.map(quoteDefect)).toEqual(['no_bid', 'no_ask', 'no_bid']);
    expect(heard[0]).toMatchObject({ bid: 0n, bidSize: 0 });
  });

  it('carry the time of the venue where it tells one, never later than the receipt', async () => {
    const { quotes, open, clock, heard } = openCase();
    quotes.subscribe(SHARE);
    const socket = await open();
    socket.say({
      ...FEED_CONFIG,
      eventFields: { Quote: ['eventSymbol', 'bidPrice', 'askPrice', 'bidTime', 'askTime'] },
    });
    const now = clock.now();
    socket.say(feedData('Quote', ['UBER', 1, 2, now - 900_000, now - 901_000]));
    socket.say(feedData('Quote', ['UBER', 1, 2, now + 5_000, 0]));
    expect(heard.map(({ eventAt }) => now - eventAt)).toEqual([900_000, 0]);
  });

  it('are marked as delayed where the venue delays them, and until it has said', async () => {
    const delayed = openCase({ tokens: { delayed: true } });
    delayed.quotes.subscribe(SHARE);
    (await delayed.open()).say(quoteData('UBER', [1, 2]));
    expect(delayed.heard[0]?.delayed).toBe(true);

    const snapshots = snapshotsOf({ bid: price('1'), ask: price('2') });
    const untold = openCase({
      snapshots: snapshots.read,
      tokens: { fault: { kind: 'unreachable', detail: '' } },
    });
    untold.quotes.subscribe(SHARE);
    await untold.pass(1_000);
    expect(untold.heard[0]?.delayed).toBe(true);
  });

  it('of what nobody subscribed are not told', async () => {
    const { quotes, open, heard } = openCase();
    quotes.subscribe(SHARE);
    const socket = await open();
    socket.say(quoteData('QQQ', [1, 2]), quoteData('.UBER260320P78', [1, 2]));
    expect(heard).toEqual([]);
  });

  it('end with their subscription, and begin anew with the next', async () => {
    const { quotes, open, heard } = openCase();
    quotes.subscribe(SHARE);
    const socket = await open();
    socket.say(quoteData('UBER', [1, 2]));
    quotes.unsubscribe(SHARE.symbol);
    quotes.unsubscribe(SHARE.symbol);
    socket.say(quoteData('UBER', [3, 4]));
    expect(quotes.latest(SHARE.symbol)).toBeNull();
    quotes.subscribe(SHARE);
    expect(quotes.latest(SHARE.symbol)).toBeNull();
    expect(heard).toHaveLength(1);
  });
});

describe('a halt', () => {
  it('of the underlying marks the quotes of its options at once, and the later ones', async () => {
    const { quotes, open, heard, pass } = openCase();
    quotes.subscribe(PUT);
    const socket = await open();
    socket.say(quoteData('.UBER260320P78', [0.74, 0.76]));
    await pass(100);
    socket.say(feedData('Profile', ['UBER', 'HALTED']));
    socket.say(feedData('Profile', ['UBER', 'HALTED']));
    socket.say(quoteData('.UBER260320P78', [0.7, 0.8]));
    expect(heard.map(({ halted }) => halted)).toEqual([undefined, true, true]);
    expect(heard[1]?.receivedAt).toBe(heard[0]?.receivedAt);
    expect(quoteDefect(quotes.latest(PUT.symbol) ?? raise())).toBe('halted');
  });

  it('is over for quotes that come after trading has resumed, not for those before', async () => {
    const { quotes, open, heard } = openCase();
    quotes.subscribe(SHARE);
    const socket = await open();
    socket.say(feedData('Profile', ['UBER', 'HALTED']), quoteData('UBER', [1, 2]));
    socket.say(feedData('Profile', ['UBER', 'ACTIVE']));
    expect(quotes.latest(SHARE.symbol)?.halted).toBe(true);
    socket.say(feedData('Profile', ['UBER', 'UNDEFINED']), quoteData('UBER', [1, 2]));
    expect(heard.map(({ halted }) => halted)).toEqual([true, undefined]);
  });

  it('of another symbol marks nothing', async () => {
    const { quotes, open, heard } = openCase();
    quotes.subscribe(SHARE);
    (await open()).say(feedData('Profile', ['QQQ', 'HALTED']), quoteData('UBER', [1, 2]));
    expect(heard[0]?.halted).toBeUndefined();
  });
});

describe('a quiet quote', () => {
  it('is asked for again, and is of the moment at which the venue says it again', async () => {
    const { quotes, open, pass, clock, heard } = openCase();
    quotes.subscribe(SHARE);
    const socket = await open();
    socket.say(quoteData('UBER', [1, 2]));
    await pass(2_100);
    expect(subscriptionsOf(socket).slice(-2)).toEqual(['-Quote UBER', '+Quote UBER']);
    socket.say(quoteData('UBER', [1, 2]));
    await pass(900);
    const latest = heard.at(-1) ?? raise();
    expect(quoteAge(latest, clock.now())).toEqual({ receivedMs: 900, eventMs: 900 });
  });

  it('stays usable for minutes when the venue says it again without a change', async () => {
    const { quotes, open, pass, clock } = openCase();
    quotes.subscribe(SHARE);
    const socket = await open();
    for (let second = 0; second < 120; second += 1) {
      socket.say(quoteData('UBER', [1, 2]));
      await pass(1_000);
    }
    const { eventMs } = quoteAge(quotes.latest(SHARE.symbol) ?? raise(), clock.now());
    expect(eventMs).toBe(1_000);
  });

  it('grows old by receipt when the feed sends nothing of it any more', async () => {
    const { quotes, open, pass, clock } = openCase();
    quotes.subscribe(SHARE);
    (await open()).say(quoteData('UBER', [1, 2]));
    await pass(10_000);
    expect(quoteAge(quotes.latest(SHARE.symbol) ?? raise(), clock.now()).receivedMs).toBe(10_000);
    expect(quotes.health()).toMatchObject({ oldestQuoteMs: 10_000, silent: 0 });
  });

  it('is asked for more seldom when it does not come', async () => {
    const { quotes, open, pass } = openCase();
    quotes.subscribe(SHARE);
    const socket = await open();
    for (let second = 0; second < 600; second += 1) {
      socket.say({ type: 'KEEPALIVE', channel: 0 });
      await pass(1_000);
    }
    const asked = subscriptionsOf(socket).filter((entry) => entry === '-Quote UBER').length;
    expect(asked).toBeGreaterThan(30);
    expect(asked).toBeLessThan(60);
  });

  it('costs no storm of subscriptions, however many there are', async () => {
    const { quotes, open, pass } = openCase({ streamerSymbol: (symbol) => symbol });
    for (let at = 0; at < 500; at += 1) {
      quotes.subscribe({ ...SHARE, symbol: asInstrumentSymbol(`S${at}`) });
    }
    const socket = await open();
    await pass(1_000);
    const before = subscriptionsOf(socket).length;
    await pass(10_000);
    expect(subscriptionsOf(socket).length - before).toBeLessThan(2 * 50 * 2 * 11);
  });
});

describe('names on the stream', () => {
  const series = '.E3AN3 230717C5600';

  it('of a future option come from its series, and its future counts for a halt', async () => {
    const option: FutureOptionInstrument = {
      ...(FUTURE as FutureOptionInstrument),
      kind: 'future_option',
      symbol: asInstrumentSymbol('./ESU3 E3AN3 230717C5600'),
      future: asInstrumentSymbol('/ESU3'),
      expiry: date('2023-07-17'),
    };
    const { quotes, open } = openCase();
    quotes.subscribe(option);
    expect(subscriptionsOf(await open())).toEqual([
      '+Quote ./E3AN23C5600:XCME',
      '+Profile ./E3AN23C5600:XCME',
      '+Profile /ESU23:XCME',
    ]);
  });

  it.each([
    ['option', 'UBER 260320P78'],
    ['future', '/QQQQQQZ6'],
    ['future_option', series],
  ])('of an %s that cannot be read are none, and it is not quoted', async (kind, symbol) => {
    const instrument = { ...FUTURE, kind, symbol: asInstrumentSymbol(symbol) } as Instrument;
    const { quotes, open } = openCase();
    quotes.subscribe(instrument);
    expect(subscriptionsOf(await open())).toEqual([]);
    expect(quotes.health().unnamed).toBe(1);
    expect(() => quotes.unsubscribe(instrument.symbol)).not.toThrow();
  });
});

describe('closing', () => {
  it('ends the stream and every timer', async () => {
    const { quotes, open, pass, clock, heard } = openCase();
    quotes.subscribe(SHARE);
    const socket = await open();
    quotes.close();
    socket.say(quoteData('UBER', [1, 2]));
    await pass(60_000);
    expect(heard).toEqual([]);
    expect(clock.nextDue()).toBeNull();
  });
});
