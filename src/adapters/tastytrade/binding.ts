/**
 * Which hosts get which credentials: bound together here, once, and nowhere else.
 *
 * Rules
 * 1. Production is the venue's own hosts. A custom address can never meet production credentials:
 *    the type has no place for one, and `bindTastytrade` refuses one that is asked for.
 * 2. Sandbox and rehearsal never reach a production host, whatever is configured.
 * 3. Rehearsal always names its own host.
 * 4. Nothing travels in clear but to this machine.
 */
import { err, ok, type Result } from '#kernel/result.ts';
import type { Secret } from '#kernel/secret.ts';

export type TastytradeEnvironment = 'sandbox' | 'rehearsal' | 'production';

/** Credentials that say where they belong; made by `bindTastytrade` alone. */
export interface Credentials<E extends TastytradeEnvironment> {
  readonly environment: E;
  readonly clientSecret: Secret;
  readonly refreshToken: Secret;
}

const HOSTS = {
  production: { api: 'https://api.tastyworks.com', streamer: 'wss://streamer.tastyworks.com' },
  sandbox: {
    api: 'https://api.cert.tastyworks.com',
    streamer: 'wss://streamer.cert.tastyworks.com',
  },
} as const;

/** Production's hosts are written into its type: no other address fits beside its credentials. */
interface ProductionBinding {
  readonly environment: 'production';
  readonly credentials: Credentials<'production'>;
  readonly apiUrl: (typeof HOSTS.production)['api'];
  readonly streamerUrl: (typeof HOSTS.production)['streamer'];
}

interface OtherBinding<E extends 'sandbox' | 'rehearsal'> {
  readonly environment: E;
  readonly credentials: Credentials<E>;
  /** Without a slash at the end. */
  readonly apiUrl: string;
  readonly streamerUrl: string;
}

/** Where to, and as whom. */
export type TastytradeBinding =
  | ProductionBinding
  | OtherBinding<'sandbox'>
  | OtherBinding<'rehearsal'>;

export interface BindingRequest {
  readonly environment: TastytradeEnvironment;
  readonly apiUrl: string | null;
  readonly streamerUrl: string | null;
  readonly clientSecret: Secret;
  readonly refreshToken: Secret;
}

export interface BindingFault {
  readonly kind: 'custom_host_in_production' | 'production_host' | 'no_host' | 'bad_url';
  /** The setting it is about. */
  readonly setting: 'apiUrl' | 'streamerUrl';
  readonly detail: string;
}

/** Of the venue; everything below them that is no sandbox is production. */
const VENUE_DOMAINS = ['tastyworks.com', 'tastytrade.com', 'tasty.works'];
const SANDBOX_HOST = /(?:^|\.)cert\.tastyworks\.com$/;

/** All that is wrong at once, or hosts and credentials bound together. */
export function bindTastytrade(
  request: BindingRequest,
): Result<TastytradeBinding, readonly BindingFault[]> {
  const { environment, clientSecret, refreshToken } = request;
  const secrets = { clientSecret, refreshToken };
  if (environment === 'production') {
    const faults = customHosts(request);
    if (faults.length > 0) return err(faults);
    const { api, streamer } = HOSTS.production;
    const credentials = { environment, ...secrets } as const;
    return ok({ environment, credentials, apiUrl: api, streamerUrl: streamer });
  }
  const urls = urlsOf(request);
  if (!urls.ok) return urls;
  return environment === 'sandbox'
    ? ok({ environment, credentials: { environment, ...secrets }, ...urls.value })
    : ok({ environment, credentials: { environment, ...secrets }, ...urls.value });
}

/** True for an address on this machine: the one place plain text may go. */
export function isLoopback(url: URL): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(url.hostname);
}

function customHosts(request: BindingRequest): readonly BindingFault[] {
  const detail = 'expected no custom host with production: its credentials go to the venue alone';
  return (['apiUrl', 'streamerUrl'] as const)
    .filter((setting) => request[setting] !== null)
    .map((setting) => ({ kind: 'custom_host_in_production', setting, detail }));
}

interface Urls {
  readonly apiUrl: string;
  readonly streamerUrl: string;
}

function urlsOf(request: BindingRequest): Result<Urls, readonly BindingFault[]> {
  const { environment, apiUrl, streamerUrl } = request;
  if (apiUrl === null && streamerUrl === null && environment === 'sandbox') {
    const { api, streamer } = HOSTS.sandbox;
    return ok({ apiUrl: api, streamerUrl: streamer });
  }
  const api = customUrl('apiUrl', apiUrl, 'https:');
  const streamer = customUrl('streamerUrl', streamerUrl, 'wss:');
  if (api.ok && streamer.ok) {
    return ok({ apiUrl: api.value, streamerUrl: streamer.value });
  }
  return err([...(api.ok ? [] : [api.error]), ...(streamer.ok ? [] : [streamer.error])]);
}

function customUrl(
  setting: BindingFault['setting'],
  text: string | null,
  scheme: 'https:' | 'wss:',
): Result<string, BindingFault> {
  const fault = (kind: BindingFault['kind'], detail: string) => err({ kind, setting, detail });
  if (text === null) return fault('no_host', 'expected both hosts of the venue to be stood in for');
  const url = URL.parse(text);
  if (url === null) return fault('bad_url', `expected a URL with ${scheme}//`);
  const plain = scheme === 'https:' ? 'http:' : 'ws:';
  const isAllowed = url.protocol === scheme || (url.protocol === plain && isLoopback(url));
  if (!isAllowed) return fault('bad_url', `expected ${scheme}// (${plain}// on this machine)`);
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    return fault('bad_url', 'expected no user, query or fragment in it');
  }
  if (isProduction(url)) {
    return fault('production_host', 'expected no production host: choose production for that');
  }
  return ok(url.href.replace(/\/+$/, ''));
}

function isProduction({ hostname }: URL): boolean {
  const host = hostname.replace(/\.$/, '');
  const isVenue = VENUE_DOMAINS.some((domain) => host === domain || host.endsWith(`.${domain}`));
  return isVenue && !SANDBOX_HOST.test(host);
}
