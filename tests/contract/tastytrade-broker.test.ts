/** tastytrade's broker at the stand-in, in everything the stand-in can do in two ways. */
import type { InstrumentQuery } from '#feeds/ports.ts';
import { createSystemClock } from '#kernel/time.ts';
import type { Instrument } from '#market/instrument.ts';
import { newYorkDate } from '#market/session.ts';
import { optionsOf, seriesOf } from '../stand-ins/tastytrade/future-chains.ts';
import type { StandInOptions } from '../stand-ins/tastytrade/options.ts';
import { brokerContract } from './broker.contract.ts';
import type { BrokerHarness } from './broker-desk.ts';
import { openRig, type TastytradeRig } from './tastytrade-rig.ts';

const clock = createSystemClock();

async function harness(
  options: StandInOptions,
  pick: (rig: TastytradeRig) => Promise<Instrument>,
  scale = 1n,
): Promise<BrokerHarness> {
  const rig = await openRig({ accounts: [{ cash: '100000' }], ...options });
  const instrument = await pick(rig);
  return {
    broker: rig.broker,
    instrument,
    scale,
    replacementQuantity: options.replacementQuantity ?? 'remaining',
    async setQuote(quote) {
      rig.standIn.setQuote(instrument.symbol, quote);
      await rig.settle();
    },
    done: (call) => call,
    settle: rig.settle,
    now: () => clock.now(),
    close: rig.close,
  };
}

/** Of the last week listed. */
async function aFutureOption(rig: TastytradeRig): Promise<Instrument> {
  const week = seriesOf('ES', newYorkDate(clock.now())).at(-1);
  for (const { instrument } of week === undefined ? [] : optionsOf(week)) {
    const found = await rig.instruments.bySymbol(instrument.symbol);
    if (!found.ok) throw new Error(`expected it listed, was ${JSON.stringify(found.error)}`);
    return found.value;
  }
  throw new Error('expected a future option');
}

/** A contract of that underlying from the middle of its listing. */
async function anOption(rig: TastytradeRig, underlying = 'UBER'): Promise<Instrument> {
  const listing = await rig.instruments.listing(underlying);
  if (!listing.ok) throw new Error('expected a listing');
  const far = listing.value.expiries.at(-1);
  const strike = far?.strikes[Math.floor(far.strikes.length / 2)];
  if (far === undefined || strike === undefined) throw new Error('expected an option');
  return rig.find({ kind: 'option', underlying, right: 'P', strike, expiry: far.expiry });
}

const by = (query: InstrumentQuery) => (rig: TastytradeRig) => rig.find(query);

for (const replacementQuantity of ['remaining', 'original'] as const) {
  for (const abortedReplacementStatus of ['Rejected', 'Cancelled'] as const) {
    const options = { replacementQuantity, abortedReplacementStatus };
    brokerContract(
      `tastytrade, options (replacements have ${replacementQuantity}, aborted ${abortedReplacementStatus})`,
      () => harness(options, anOption),
    );
  }
}

// A margin account pays for shares with half of their price.
brokerContract('tastytrade, shares', () =>
  harness({ accounts: [{ kind: 'Cash' }] }, by({ kind: 'equity', symbol: 'UBER' })),
);
brokerContract('tastytrade, futures', () =>
  harness(
    { accounts: [{ cash: '1000000' }] },
    by({ kind: 'future', root: 'ES', contract: null }),
    25n,
  ),
);
brokerContract('tastytrade, future options', () => harness({}, aFutureOption, 5n));
