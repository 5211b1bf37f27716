import { describe, expect, it } from 'vitest';
import { FeedDecoder } from '#adapters/tastytrade/streams/feed-data.ts';
import { price } from '#kernel/price.ts';
import { epochMs } from '#kernel/time.ts';

const QUOTE = ['eventSymbol', 'bidPrice', 'askPrice', 'bidSize', 'askSize'];

function decoderOf(eventFields: object = { Quote: QUOTE }): FeedDecoder {
  const decoder = new FeedDecoder();
  decoder.configure({ type: 'FEED_CONFIG', aggregationPeriod: 0.1, eventFields });
  return decoder;
}

describe('FEED_DATA', () => {
  it('reads several events of one type out of one flat list', () => {
    const data = ['Quote', ['SPY', 600.1, 600.11, 3, 5, 'QQQ', 520, 520.02, 1, 'NaN']];
    expect(decoderOf().decode(data)).toEqual({
      events: [
        {
          kind: 'quote',
          symbol: 'SPY',
          bid: price('600.1'),
          ask: price('600.11'),
          bidSize: 3,
          askSize: 5,
          at: null,
        },
        {
          kind: 'quote',
          symbol: 'QQQ',
          bid: price('520'),
          ask: price('520.02'),
          bidSize: 1,
          askSize: 0,
          at: null,
        },
      ],
      unreadable: 0,
    });
  });

  it('reads several types of one frame', () => {
    const decoder = decoderOf({
      Quote: QUOTE,
      Trade: ['eventSymbol', 'price', 'time'],
      Greeks: ['eventSymbol', 'delta', 'vega'],
      Summary: ['eventSymbol', 'prevDayClosePrice', 'openInterest'],
      Profile: ['eventSymbol', 'tradingStatus'],
    });
    const { events } = decoder.decode([
      'Quote',
      ['SPY', 600.1, 600.11, 3, 5],
      'Trade',
      ['SPY', 600.1, 1_772_463_600_000],
      'Greeks',
      ['.SPY260320C600', 0.52, 'NaN'],
      'Summary',
      ['SPY', 598.2, 1234],
      'Profile',
      ['SPY', 'HALTED'],
      'Quote',
      ['QQQ', 520, 520.02, 1, 1],
    ]);
    expect(events.map(({ kind, symbol }) => `${kind} ${symbol}`)).toEqual([
      'quote SPY',
      'trade SPY',
      'greeks .SPY260320C600',
      'summary SPY',
      'profile SPY',
      'quote QQQ',
    ]);
    expect(events[1]).toMatchObject({ price: price('600.1'), at: epochMs(1_772_463_600_000) });
    expect(events[2]).toMatchObject({ delta: 0.52, vega: null, gamma: null });
    expect(events[3]).toMatchObject({ previousClose: price('598.2'), openInterest: 1234 });
    expect(events[4]).toMatchObject({ status: 'halted' });
  });

  it('keeps the fields it knows when a later configuration tells of others, or of none', () => {
    const decoder = decoderOf();
    decoder.configure({ aggregationPeriod: 1 });
    decoder.configure({ eventFields: { Trade: ['eventSymbol', 'price'] } });
    decoder.configure({ eventFields: { Quote: [], Trade: ['price'] } });
    decoder.configure({ eventFields: { Quote: [7, null], Greeks: 'all' } });
    decoder.configure('nonsense');
    const data = ['Quote', ['SPY', 1, 2, 3, 4], 'Trade', ['SPY', 1.5]];
    expect(decoder.decode(data).events).toHaveLength(2);
    expect(decoder.aggregationMs).toBe(1_000);
  });

  it('follows the order of fields it is told anew', () => {
    const decoder = decoderOf();
    decoder.configure({ eventFields: { Quote: ['askPrice', 'eventSymbol', 'bidPrice'] } });
    expect(decoder.decode(['Quote', [2, 'SPY', 1]]).events).toMatchObject([
      { symbol: 'SPY', bid: price('1'), ask: price('2') },
    ]);
  });

  it('leaves out what comes before anybody has told its fields', () => {
    expect(new FeedDecoder().decode(['Quote', ['SPY', 1, 2, 3, 4]])).toEqual({
      events: [],
      unreadable: 1,
    });
  });

  it('minds no fields and types it did not ask for', () => {
    const decoder = decoderOf({
      Quote: ['eventSymbol', 'bidExchangeCode', 'bidPrice', 'askPrice', 'note'],
      Candle: ['eventSymbol', 'open'],
    });
    const data = ['Candle', ['SPY{=5m}', 1], 'Quote', ['SPY', 'Q', 1, 2, { a: 1 }]];
    expect(decoder.decode(data)).toMatchObject({ events: [{ symbol: 'SPY' }], unreadable: 0 });
  });

  it.each(['NaN', 'Infinity', '-Infinity', null, -1, -0.01, 1e300])(
    'reads the price %j as absent',
    (value) => {
      const { events } = decoderOf().decode(['Quote', ['SPY', value, 2, 3, 4]]);
      expect(events).toMatchObject([{ bid: null, ask: price('2') }]);
    },
  );

  it.each([
    ['too short', ['SPY', 600.1, 600.11, 3]],
    ['too long', ['SPY', 600.1, 600.11, 3, 5, 6]],
    ['shifted by one', [600.1, 600.11, 3, 5, 'SPY']],
    ['with a word for a price', ['SPY', 'QQQ', 600.11, 3, 5]],
    ['with a number for a symbol', ['SPY', 1, 2, 3, 4, 5, 1, 2, 3, 4]],
    ['with a list for a price', ['SPY', [1], 2, 3, 4]],
    ['with no symbol', ['', 1, 2, 3, 4]],
    ['with null for a symbol', [null, 1, 2, 3, 4]],
    ['that is no list', 'SPY'],
  ])('leaves out a list %s, and reads on behind it', (_, list) => {
    const decoded = decoderOf().decode(['Quote', list, 'Quote', ['QQQ', 1, 2, 3, 4]]);
    expect(decoded.unreadable).toBeGreaterThan(0);
    expect(decoded.events.filter(({ symbol }) => symbol !== 'QQQ')).toEqual([]);
  });

  it.each([undefined, null, 7, 'Quote', {}, ['Quote'], [null], [[]], [{}]])(
    'counts %j as unreadable',
    (data) => {
      expect(decoderOf().decode(data)).toEqual({ events: [], unreadable: 1 });
    },
  );

  it('reads whole objects where the feed sends those', () => {
    const data = [
      { eventType: 'Quote', eventSymbol: 'SPY', bidPrice: 1.5, askPrice: 2, bidSize: 9 },
    ];
    expect(new FeedDecoder().decode(data).events).toMatchObject([
      { kind: 'quote', symbol: 'SPY', bid: price('1.5'), bidSize: 9, askSize: 0 },
    ]);
  });

  it('takes the later of the two sides for the time of a quote', () => {
    const fields = ['eventSymbol', 'bidTime', 'askTime', 'bidPrice'];
    const at = 1_772_463_600_000;
    const { events } = decoderOf({ Quote: fields }).decode([
      'Quote',
      ['A', at, at + 5, 1, 'B', 0, 0, 1, 'C', at, 'NaN', 1],
    ]);
    expect(events).toMatchObject([{ at: at + 5 }, { at: null }, { at }]);
  });
});
