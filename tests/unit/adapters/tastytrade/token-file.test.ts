/** Where rotated refresh tokens are kept, and who may read them. */
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openTokenFile, type RefreshTokenStore } from '#adapters/tastytrade/auth/token-file.ts';
import { bindTastytrade, type TastytradeBinding } from '#adapters/tastytrade/binding.ts';
import { Secret } from '#kernel/secret.ts';
import { REFRESH_TOKEN, rehearsal } from './fake-venue.ts';

const NAME = 'tastytrade-rehearsal.token.json';

function inFolder(test: (folder: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), 'strikewire-token-'));
  try {
    test(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function opened(folder: string, binding: TastytradeBinding = rehearsal()): RefreshTokenStore {
  const store = openTokenFile(folder, binding);
  if (!store.ok) throw new Error(`expected a store, was ${store.error.kind}`);
  return store.value;
}

const rotated = { good: new Secret('rotated-token-1'), candidate: new Secret('rotated-token-2') };

describe('the token file', () => {
  it('is not there while the configured token stands', () =>
    inFolder((folder) => {
      const { tokens } = opened(folder);
      expect([tokens.good.reveal(), tokens.candidate]).toEqual([REFRESH_TOKEN, null]);
      expect(readdirSync(folder)).toEqual([]);
    }));

  it('gives back what was saved, and is its owner’s alone', () =>
    inFolder((folder) => {
      expect(opened(folder).save(rotated)).toBeNull();
      const { tokens } = opened(folder);
      expect([tokens.good.reveal(), tokens.candidate?.reveal()]).toEqual([
        'rotated-token-1',
        'rotated-token-2',
      ]);
      expect(statSync(join(folder, NAME)).mode & 0o777).toBe(0o600);
      expect(readdirSync(folder)).toEqual([NAME]);
    }));

  it('that cannot be written leaves nothing behind and says why', () =>
    inFolder((folder) => {
      const store = opened(folder);
      mkdirSync(join(folder, NAME));
      expect(store.save(rotated)).toBe('EISDIR');
      expect(readdirSync(folder)).toEqual([NAME]);
    }));

  it.each([0o640, 0o604, 0o660, 0o644])('is refused when others can read it: %o', (mode) =>
    inFolder((folder) => {
      opened(folder).save(rotated);
      chmodSync(join(folder, NAME), mode);
      expect(openTokenFile(folder, rehearsal())).toMatchObject({
        ok: false,
        error: { kind: 'exposed' },
      });
    }),
  );

  it('is refused behind a link', () =>
    inFolder((folder) => {
      opened(join(folder, 'elsewhere')).save(rotated);
      symlinkSync(join(folder, 'elsewhere', NAME), join(folder, NAME));
      expect(openTokenFile(folder, rehearsal())).toMatchObject({
        ok: false,
        error: { kind: 'unreadable' },
      });
    }));

  it.each([
    ['cut short', '{"version":1,"environment":"rehears'],
    ['of another kind', '{"version":2}'],
    ['empty', ''],
  ])('is refused when it is %s', (_, content) =>
    inFolder((folder) => {
      writeFileSync(join(folder, NAME), content, { mode: 0o600 });
      expect(openTokenFile(folder, rehearsal())).toMatchObject({
        ok: false,
        error: { kind: 'damaged' },
      });
    }),
  );

  it.each([
    ['another token is configured', { refreshToken: new Secret('another-configured-token') }],
    ['another host is configured', { apiUrl: 'http://127.0.0.1:10' }],
  ])('says nothing once %s', (_, over) =>
    inFolder((folder) => {
      opened(folder).save(rotated);
      const bound = bindTastytrade({
        environment: 'rehearsal',
        apiUrl: 'http://127.0.0.1:9',
        streamerUrl: 'ws://127.0.0.1:9/streamer',
        clientSecret: new Secret('canary'),
        refreshToken: new Secret(REFRESH_TOKEN),
        ...over,
      });
      if (!bound.ok) throw new Error('expected a binding');
      const { tokens } = opened(folder, bound.value);
      expect(tokens.good.reveal()).toBe(bound.value.credentials.refreshToken.reveal());
    }),
  );

  it('of one environment is not that of another', () =>
    inFolder((folder) => {
      opened(folder).save(rotated);
      const sandbox = bindTastytrade({
        ...{ environment: 'sandbox', apiUrl: null, streamerUrl: null },
        clientSecret: new Secret('canary'),
        refreshToken: new Secret(REFRESH_TOKEN),
      });
      if (!sandbox.ok) throw new Error('expected a binding');
      expect(opened(folder, sandbox.value).tokens.good.reveal()).toBe(REFRESH_TOKEN);
    }));
});
