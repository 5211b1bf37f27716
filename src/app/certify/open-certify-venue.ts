/** The venue of a certification, from the configuration; never one with money in it. */
import { err, ok, type Result } from '#kernel/result.ts';
import { Secret } from '#kernel/secret.ts';
import { openVenue, openVenueClient, type VenueRequest } from '../venue.ts';
import { bindVenue } from '../venue-settings.ts';
import type { CertifyVenue } from './certify-venue.ts';

export interface OpenCertifyVenue {
  readonly venue: CertifyVenue;
  close(): void;
}

const SMALL_PAGE = 2;
/** No venue has given this one out. */
const WRONG_TOKEN = new Secret('not-a-refresh-token-of-anybody');

/** Connects at once. The error says what to change in the configuration. */
export function openCertifyVenue(request: VenueRequest): Result<OpenCertifyVenue, string> {
  const { config } = request;
  const { environment } = config;
  if (environment !== 'sandbox' && environment !== 'rehearsal') {
    return err(`expected environment sandbox or rehearsal, was ${environment}`);
  }
  if (config.tastytrade.account === null) {
    return err('expected tastytrade.account, the account to be certified, as in 5WT00000');
  }
  const bound = bindVenue(config, config.secrets);
  if (!bound.ok) return err(bound.error.map(({ message }) => message).join('; '));
  const opened = openVenue(request);
  const paged = openVenueClient({
    ...request,
    config: { ...config, tastytrade: { ...config.tastytrade, pageSize: SMALL_PAGE } },
  });
  const wrong = openVenueClient({
    ...request,
    config: { ...config, secrets: { ...config.secrets, tastytradeRefreshToken: WRONG_TOKEN } },
  });
  const { account, client, broker, instruments, quotes, stream } = opened;
  return ok({
    venue: {
      ...{ environment, account, client, broker, instruments, quotes, stream },
      host: new URL(bound.value.apiUrl).host,
      calls: client.account(account),
      paged: paged.client.account(account),
      askWithWrongToken: () => wrong.client.tokens.current(),
    },
    close() {
      for (const part of [opened, paged, wrong]) part.close();
    },
  });
}
