/** A desk at the stand-in for tastytrade, whose broker and market live in this process. */

import { slashDate } from '#adapters/scripted-chat/stage.ts';
import { daysBetween } from '#kernel/calendar.ts';
import { formatPrice, priceFromUnits } from '#kernel/price.ts';
import { createRandom, type Random } from '#kernel/random.ts';
import { createSystemClock } from '#kernel/time.ts';
import type { OptionInstrument } from '#market/instrument.ts';
import { newYorkDate } from '#market/session.ts';
import { chainOf, contractOf } from '../stand-ins/tastytrade/chains.ts';
import type { StandInOptions } from '../stand-ins/tastytrade/options.ts';
import { openTastytradeStandIn, type TastytradeStandIn } from '../stand-ins/tastytrade/stand-in.ts';
import { UNIVERSE } from '../stand-ins/tastytrade/universe.ts';
import type { Settings } from './desk-process.ts';
import type { Ground } from './ground.ts';
import { makeHostile } from './hostile-venue.ts';
import { createTurnClock, venueBooks } from './venue-books.ts';

/** Quoted in cents below $3. */
const TALKED_ABOUT = ['UBER', 'PLTR', 'SOFI', 'BAC', 'AMD', 'F'];
const STRIKES_EACH = 3;
const DAYS_MIN = 7;
const CENT = 10_000_000n;
const MOVE_EVERY_MS = 120;
const [MID_MIN, MID_MAX] = [60, 180];

/** What leads a desk to a stand-in, without any hurry. */
export function atStandIn(standIn: TastytradeStandIn): Settings {
  const { apiUrl, streamerUrl, credentials, accounts } = standIn;
  return {
    STRIKEWIRE_ENVIRONMENT: 'sandbox',
    STRIKEWIRE_TASTYTRADE_API_URL: apiUrl,
    STRIKEWIRE_TASTYTRADE_STREAMER_URL: streamerUrl,
    STRIKEWIRE_TASTYTRADE_CLIENT_SECRET: credentials.clientSecret,
    STRIKEWIRE_TASTYTRADE_REFRESH_TOKEN: credentials.refreshToken,
    STRIKEWIRE_TASTYTRADE_ACCOUNT: accounts[0] ?? '',
    STRIKEWIRE_RISK_LIMITS_HOURS: 'any',
  };
}

export async function openHostileGround(seed: number): Promise<Ground> {
  const random = createRandom(seed).fork('venue');
  const standIn = await openTastytradeStandIn(oddities(random));
  const bazaar = openBazaar(standIn, random.fork('market'));
  makeHostile(standIn, random.fork('hostility'));
  return {
    settings: {
      ...atStandIn(standIn),
      STRIKEWIRE_TASTYTRADE_CONNECT_WITHIN_MS: '500',
      STRIKEWIRE_TASTYTRADE_SEND_WITHIN_MS: '1000',
      STRIKEWIRE_TASTYTRADE_ORDER_WITHIN_MS: '700',
      STRIKEWIRE_TASTYTRADE_QUERY_WITHIN_MS: '1000',
    },
    script: 'none',
    entryText: async () => bazaar.alert(),
    books: () => venueBooks(standIn.ledger),
    calm: () => standIn.faults.clear(),
    async close() {
      bazaar.close();
      await standIn.close();
    },
  };
}

/** What no documentation settles, one way or the other. */
function oddities(random: Random): StandInOptions {
  return {
    clock: createTurnClock(),
    seed: random.integer(1, 1_000_000),
    accounts: [{ cash: '1000000' }],
    replaceLinks: random.pick(['shown', 'absent']),
    abortedReplacementStatus: random.pick(['Rejected', 'Cancelled']),
    replacementQuantity: random.pick(['remaining', 'original']),
    latency: {
      routeMs: 0,
      inFlightMs: random.integer(1, 30),
      liveMs: 1,
      fillMs: random.integer(0, 40),
      cancelMs: random.integer(1, 60),
      replaceMs: random.integer(1, 80),
    },
  };
}

/** Contracts with quotes that wander by cents, and alerts about them. */
export function openBazaar(standIn: TastytradeStandIn, random: Random) {
  const contracts = TALKED_ABOUT.flatMap(contractsOf);
  const mids = new Map(contracts.map(({ symbol }) => [symbol, random.integer(90, 150)]));
  function move(): void {
    for (const underlying of TALKED_ABOUT) {
      const cents = Math.round((UNIVERSE.get(underlying)?.price ?? 50) * 100);
      standIn.setQuote(underlying, { bid: dollars(cents - 1), ask: dollars(cents + 1) });
    }
    for (const { symbol } of contracts) {
      const wandered = (mids.get(symbol) ?? MID_MIN) + random.integer(-2, 2);
      const mid = Math.min(MID_MAX, Math.max(MID_MIN, wandered));
      mids.set(symbol, mid);
      standIn.setQuote(symbol, { bid: dollars(mid - 2), ask: dollars(mid + 2) });
    }
  }
  move();
  const timer = setInterval(move, MOVE_EVERY_MS);
  return {
    contracts,
    alert: (contract = random.pick(contracts)) =>
      alertFor(contract, dollars(mids.get(contract.symbol) ?? MID_MIN)),
    close: () => clearInterval(timer),
  };
}

function alertFor({ underlying, strike, right, expiry }: OptionInstrument, at: string): string {
  const shown = formatPrice(strike).replace(/\.?0+$/, '');
  return `BTO ${underlying} ${shown}${right.toLowerCase()} ${slashDate(expiry)} @ ${at}`;
}

/** Near the money, of one expiration. */
function contractsOf(underlying: string): readonly OptionInstrument[] {
  const today = newYorkDate(createSystemClock().now());
  const [chain] = chainOf(underlying, today) ?? [];
  const listed = chain?.expirations.find(({ date }) => daysBetween(today, date) >= DAYS_MIN);
  if (chain === undefined || listed === undefined) throw new Error(`${underlying} has no options`);
  const spot = BigInt(Math.round((UNIVERSE.get(underlying)?.price ?? 0) * 100)) * CENT;
  const away = (strike: bigint): number => Math.abs(Number(strike - spot));
  const near = chain.strikes.toSorted((a, b) => away(a) - away(b)).slice(0, STRIKES_EACH);
  return near.flatMap((strike) =>
    (['C', 'P'] as const).map((right) => contractOf(chain, listed.date, { strike, right })),
  );
}

function dollars(cents: number): string {
  return formatPrice(priceFromUnits(BigInt(cents) * CENT));
}
