import { NO_LATENCY, USUAL_LATENCY } from '#adapters/simulated/broker-settings.ts';
import { date } from '#kernel/calendar.ts';
import { price } from '#kernel/price.ts';
import { brokerContract } from '../../../contract/broker.contract.ts';
import type { BrokerHarness } from '../../../contract/broker-desk.ts';
import { instrumentSourceContract } from '../../../contract/instrument-source.contract.ts';
import { quoteSourceContract } from '../../../contract/quote-source.contract.ts';
import { type BenchOptions, openBench, UBER_PUT } from './bench.ts';

async function openBroker(options: BenchOptions): Promise<BrokerHarness> {
  const { broker, market, put, clock, pass, done } = await openBench(options);
  return {
    broker,
    instrument: put,
    async setQuote(quote) {
      market.pin(put.symbol, quote);
      await pass(200);
    },
    done,
    settle: () => pass(500),
    now: () => clock.now(),
    async close() {
      broker.close();
      market.close();
    },
  };
}

brokerContract('simulated', () => openBroker({ latency: USUAL_LATENCY }));
brokerContract('simulated without latency', () => openBroker({ latency: NO_LATENCY }));
brokerContract('simulated, aborted replacements cancelled', () =>
  openBroker({ abortedReplacement: 'cancelled' }),
);

quoteSourceContract('simulated market', async () => {
  const { market, put, pass } = await openBench();
  market.unpin(put.symbol);
  const share = await market.find({ kind: 'equity', symbol: 'UBER' });
  if (!share.ok) throw new Error('expected the share');
  return {
    source: market,
    instruments: [put, share.value],
    passTime: () => pass(20_000),
    close: async () => market.close(),
  };
});

quoteSourceContract('simulated market, pinned', async () => {
  const { market, put, pass } = await openBench();
  const share = await market.find({ kind: 'equity', symbol: 'UBER' });
  if (!share.ok) throw new Error('expected the share');
  market.pin(share.value.symbol, { bid: price('79.40'), ask: price('79.41') });
  return {
    source: market,
    instruments: [put, share.value],
    passTime: () => pass(5000),
    close: async () => market.close(),
  };
});

instrumentSourceContract('simulated market', async () => {
  const { market } = await openBench();
  return {
    source: market,
    listed: UBER_PUT,
    others: [
      [{ kind: 'equity', symbol: 'UBER' }, 'UBER'],
      [{ kind: 'future', root: 'ES', contract: null }, '/ESZ5'],
      [{ kind: 'future', root: 'ES', contract: 'H6' }, '/ESH6'],
      [
        {
          kind: 'option',
          underlying: 'SPX',
          right: 'C',
          strike: price('6850'),
          expiry: date('2025-12-02'),
        },
        'SPXW  251202C06850000',
      ],
    ],
    close: async () => market.close(),
  };
});
