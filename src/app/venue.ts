/** The surroundings of a desk whose broker is a venue: tastytrade, or what stands in for it. */
import { openTokenFile } from '#adapters/tastytrade/auth/token-file.ts';
import { createTastytradeBroker } from '#adapters/tastytrade/broker.ts';
import { createTastytradeClient, type TastytradeClient } from '#adapters/tastytrade/client.ts';
import type { Fetch } from '#adapters/tastytrade/http/exchange.ts';
import type { CallRecord } from '#adapters/tastytrade/http/rest.ts';
import { createVenueFetch } from '#adapters/tastytrade/http/venue-fetch.ts';
import {
  createTastytradeInstruments,
  type TastytradeInstruments,
} from '#adapters/tastytrade/instruments.ts';
import {
  type AccountStream,
  openAccountStream,
} from '#adapters/tastytrade/streams/account-stream.ts';
import {
  createTastytradeQuotes,
  type TastytradeQuotes,
} from '#adapters/tastytrade/streams/quotes.ts';
import { createSocketFactory, type SocketFactory } from '#adapters/tastytrade/streams/socket.ts';
import { invariant } from '#kernel/invariant.ts';
import type { Random } from '#kernel/random.ts';
import type { Clock } from '#kernel/time.ts';
import { createAccountStanding, withStanding } from './account-standing.ts';
import type { Config } from './config.ts';
import type { Surroundings } from './surroundings.ts';
import { bindVenue } from './venue-settings.ts';
import { VenueUnavailable } from './venue-unavailable.ts';
import { VenueWatch } from './venue-watch.ts';

/** The ways to a venue. */
export interface Wires {
  readonly fetch: Fetch;
  readonly openSocket: SocketFactory;
}

export interface VenueRequest {
  readonly config: Pick<Config, 'environment' | 'tastytrade' | 'secrets'>;
  readonly version: string;
  readonly clock: Clock;
  readonly random: Random;
  /** Where the tokens of the environment are kept. */
  readonly directory: string;
  /** Told of each call made, for metrics. */
  readonly onCall?: (call: CallRecord) => void;
  /** In place of the network. */
  readonly wires?: Wires;
}

/** The venue's parts, for those who need more of it than a desk does. */
export interface Venue extends Surroundings {
  readonly client: TastytradeClient;
  readonly account: string;
  readonly stream: AccountStream;
  readonly quotes: TastytradeQuotes;
  readonly instruments: TastytradeInstruments;
}

/** Connects at once; what is asked before a connection stands waits or fails, as the ports say. */
export function openVenue(request: VenueRequest): Venue {
  const { config, version, clock, random } = request;
  const rest = openVenueClient(request);
  const { client, account, userAgent } = rest;
  const openSocket = request.wires?.openSocket ?? createSocketFactory(userAgent);
  const bound = bindVenue(config, config.secrets);
  invariant(bound.ok, 'a configuration with a problem does not come this far');
  const stream = openAccountStream({
    ...{ clock, openSocket, account, tokens: client.tokens },
    random: random.fork('account stream'),
    url: bound.value.streamerUrl,
    source: `strikewire-${version}`,
  });
  const broker = withStanding(
    createTastytradeBroker({ account: client.account(account), feed: stream, clock }),
    createAccountStanding(client, account, clock),
  );
  const { chainsMax } = config.tastytrade;
  const instruments = createTastytradeInstruments({ client, clock, chainsMax });
  const quotes = createTastytradeQuotes({
    ...{ clock, openSocket, tokens: client },
    random: random.fork('quotes'),
    streamerSymbol: (symbol) => instruments.streamerSymbol(symbol),
    snapshots: (wanted) => client.snapshots(wanted),
  });
  let watch: VenueWatch | null = null;
  return {
    ...{ client, account, stream, broker, instruments, quotes },
    symbols: [],
    quoteNow: ({ symbol }) => quotes.latest(symbol),
    start(desk) {
      watch = new VenueWatch(desk, clock, () => client.health());
      watch.watch();
    },
    close() {
      watch?.stop();
      stream.close();
      quotes.close();
      rest.close();
    },
  };
}

export interface VenueClient {
  readonly client: TastytradeClient;
  readonly account: string;
  readonly userAgent: string;
  close(): void;
}

/** The venue's REST side alone, for commands that need no streams. */
export function openVenueClient(request: VenueRequest): VenueClient {
  const { config, version, clock, random, directory, onCall, wires } = request;
  const bound = bindVenue(config, config.secrets);
  const { account } = config.tastytrade;
  invariant(bound.ok && account !== null, 'a configuration with a problem does not come this far');
  const store = openTokenFile(directory, bound.value);
  if (!store.ok) throw new VenueUnavailable(store.error.detail);
  const { connectWithinMs, callsMax } = config.tastytrade;
  const network =
    wires === undefined ? createVenueFetch({ connectWithinMs, connectionsMax: callsMax }) : null;
  const fetch = wires?.fetch ?? network?.fetch;
  invariant(fetch !== undefined, 'a venue is reached by wires or by the network');
  const client = createTastytradeClient({
    ...{ binding: bound.value, store: store.value, settings: config.tastytrade, version, clock },
    fetch,
    random: random.fork('client'),
    ...(onCall !== undefined && { onCall }),
  });
  return {
    ...{ client, account },
    userAgent: config.tastytrade.userAgent ?? `strikewire/${version}`,
    close() {
      client.close();
      void network?.close();
    },
  };
}
