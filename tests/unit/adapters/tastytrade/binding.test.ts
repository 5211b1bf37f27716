/** Which hosts may meet which credentials. */
import { describe, expect, it } from 'vitest';
import {
  type BindingRequest,
  bindTastytrade,
  type TastytradeBinding,
} from '#adapters/tastytrade/binding.ts';
import { Secret } from '#kernel/secret.ts';

function bind(over: Partial<BindingRequest>) {
  return bindTastytrade({
    environment: 'sandbox',
    apiUrl: null,
    streamerUrl: null,
    clientSecret: new Secret('canary-client-secret'),
    refreshToken: new Secret('canary-refresh-token'),
    ...over,
  });
}

function kinds(over: Partial<BindingRequest>): readonly string[] {
  const bound = bind(over);
  return bound.ok ? [] : bound.error.map(({ kind, setting }) => `${kind} ${setting}`);
}

describe('production', () => {
  it('is the venue itself', () => {
    expect(bind({ environment: 'production' })).toMatchObject({
      ok: true,
      value: {
        apiUrl: 'https://api.tastyworks.com',
        streamerUrl: 'wss://streamer.tastyworks.com',
        credentials: { environment: 'production' },
      },
    });
  });

  it('is refused any other address, even its own written out', () => {
    const environment = 'production';
    expect(
      kinds({ environment, apiUrl: 'http://127.0.0.1:1', streamerUrl: 'ws://127.0.0.1:1' }),
    ).toEqual(['custom_host_in_production apiUrl', 'custom_host_in_production streamerUrl']);
    expect(kinds({ environment, apiUrl: 'https://api.tastyworks.com' })).toHaveLength(1);
  });

  it('has no place for another address in its type', () => {
    const bound = bind({ environment: 'production' });
    if (!bound.ok || bound.value.environment !== 'production') throw new Error('expected one');
    // @ts-expect-error production credentials beside another host
    const wrong: TastytradeBinding = { ...bound.value, apiUrl: 'http://127.0.0.1:1' };
    expect(wrong.environment).toBe('production');
    const { credentials } = bound.value;
    // @ts-expect-error production credentials in a rehearsal
    const mixed: TastytradeBinding = { ...bound.value, environment: 'rehearsal', credentials };
    expect(mixed.environment).toBe('rehearsal');
  });
});

describe('sandbox', () => {
  it('is the venue’s own when nothing else is said', () => {
    expect(bind({})).toMatchObject({
      ok: true,
      value: { apiUrl: 'https://api.cert.tastyworks.com', environment: 'sandbox' },
    });
  });

  it('can be another place, named whole', () => {
    const urls = { apiUrl: 'http://127.0.0.1:8080/', streamerUrl: 'ws://localhost:8080/streamer' };
    expect(bind(urls)).toMatchObject({
      ok: true,
      value: { apiUrl: 'http://127.0.0.1:8080', streamerUrl: 'ws://localhost:8080/streamer' },
    });
    expect(kinds({ apiUrl: urls.apiUrl })).toEqual(['no_host streamerUrl']);
  });
});

describe('rehearsal', () => {
  const environment = 'rehearsal';

  it('names its host', () => {
    expect(kinds({ environment })).toEqual(['no_host apiUrl', 'no_host streamerUrl']);
  });

  it.each([
    'https://api.tastyworks.com',
    'https://API.tastyworks.com.',
    'https://tastyworks.com',
    'https://x.y.tastytrade.com',
    'https://backtester.vast.tastyworks.com',
  ])('never reaches production: %s', (apiUrl) => {
    const faults = kinds({ environment, apiUrl, streamerUrl: 'wss://streamer.tastyworks.com' });
    expect(faults).toEqual(['production_host apiUrl', 'production_host streamerUrl']);
  });

  it.each([
    'http://venue.example',
    'http://127.0.0.1.example',
    'http://10.0.0.1',
    'ftp://127.0.0.1',
    'not a url',
    'https://user:secret@venue.example',
    'https://venue.example/?token=1',
  ])('speaks in clear to this machine alone, and takes no odd address: %s', (apiUrl) => {
    expect(kinds({ environment, apiUrl, streamerUrl: 'wss://venue.example' })).toEqual([
      'bad_url apiUrl',
    ]);
  });
});

it('tells no secret with what is wrong', () => {
  const bound = bind({ environment: 'rehearsal', apiUrl: 'https://canary:canary@venue.example' });
  expect(JSON.stringify(bound)).not.toContain('canary');
});
