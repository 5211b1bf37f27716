/** What a certification needs of a venue: the ports the desk uses, and a few calls beside them. */
import type { TokenFault } from '#adapters/tastytrade/access.ts';
import type { AccountClient } from '#adapters/tastytrade/account-client.ts';
import type { TastytradeClient } from '#adapters/tastytrade/client.ts';
import type { AccountStream } from '#adapters/tastytrade/streams/account-stream.ts';
import type { TastytradeQuotes } from '#adapters/tastytrade/streams/quotes.ts';
import type { InstrumentSource } from '#feeds/ports.ts';
import type { Result } from '#kernel/result.ts';
import type { Secret } from '#kernel/secret.ts';
import type { InstrumentSymbol } from '#market/instrument.ts';
import type { Broker } from '#orders/ports.ts';

export interface CertifyVenue {
  /** Never an account with money: there is no other value. */
  readonly environment: 'sandbox' | 'rehearsal';
  /** Of the venue's REST interface. */
  readonly host: string;
  readonly account: string;
  readonly client: Pick<
    TastytradeClient,
    'tokens' | 'accounts' | 'quoteToken' | 'sessions' | 'snapshots' | 'health'
  >;
  readonly calls: Pick<AccountClient, 'tradingStatus' | 'dryRun' | 'replace'>;
  /** Reads its lists in pages of two. */
  readonly paged: Pick<AccountClient, 'orders'>;
  readonly broker: Broker;
  readonly instruments: InstrumentSource & {
    streamerSymbol(symbol: InstrumentSymbol): string | null;
  };
  readonly quotes: TastytradeQuotes;
  readonly stream: Pick<AccountStream, 'health' | 'restart'>;
  /** Asks for an access token with a refresh token that is none. */
  readonly askWithWrongToken: () => Promise<Result<Secret, TokenFault>>;
}
