import { describe, expect, it } from 'vitest';
import { createAuthenticate, createKey, mintKey } from '#app/access.ts';
import { Secret } from '#kernel/secret.ts';
import { epochMs } from '#kernel/time.ts';
import { formatApiKey, parseApiKey } from '#operate/keys.ts';
import { covers, type KeyRecord } from '#operate/model.ts';
import type { KeyStore } from '#operate/ports.ts';

function memoryStore(): KeyStore & { readonly records: KeyRecord[] } {
  const records: KeyRecord[] = [];
  return {
    records,
    find: (id) => records.find((record) => record.id === id) ?? null,
    list: () => records,
    add: (record) => void records.push(record),
    remove: () => false,
  };
}

describe('an API key', () => {
  it('is random, reads back, and leaves nothing but its digest', () => {
    const store = memoryStore();
    const text = createKey(store, { role: 'operator', now: epochMs(0) }).key;
    expect(text).toMatch(/^ak_[a-z2-7]{12}_[A-Za-z0-9_-]{43}$/);
    expect(createKey(store, { role: 'operator', now: epochMs(0) }).key).not.toBe(text);
    const { secret = '' } = parseApiKey(text) ?? {};
    expect(JSON.stringify(store.records)).not.toContain(secret);
  });

  it('proves its role; a wrong secret, another id and nonsense prove nothing', () => {
    const store = memoryStore();
    const text = createKey(store, { role: 'viewer', now: epochMs(0) }).key;
    const authenticate = createAuthenticate({ store, adminKey: null, local: null });
    const id = parseApiKey(text)?.id ?? '';
    expect(authenticate(text)).toEqual({ id: `key:${id}`, role: 'viewer' });
    const other = formatApiKey({ ...mintKey(), id });
    for (const wrong of [other, formatApiKey(mintKey()), '', 'ak_', `${text} `, `x${text}`]) {
      expect(authenticate(wrong)).toBeNull();
    }
  });

  it('of the environment is an admin, and of this machine the local operator', () => {
    const [given, local] = [mintKey(), mintKey()];
    const authenticate = createAuthenticate({
      store: memoryStore(),
      adminKey: new Secret(formatApiKey(given)),
      local: { key: local, role: 'operator' },
    });
    expect(authenticate(formatApiKey(given))).toEqual({ id: `key:${given.id}`, role: 'admin' });
    expect(authenticate(formatApiKey(local))).toEqual({ id: 'local:operator', role: 'operator' });
  });

  it('of this machine opens also when the key file does not read', () => {
    const local = mintKey();
    const store = { ...memoryStore(), find: () => expect.fail('the key file does not read') };
    const own = { key: local, role: 'operator' } as const;
    const authenticate = createAuthenticate({ store, adminKey: null, local: own });
    expect(authenticate(formatApiKey(local))).toEqual({ id: 'local:operator', role: 'operator' });
  });
});

it('lets every role do what the ones before it may', () => {
  expect(covers('admin', 'viewer')).toBe(true);
  expect(covers('operator', 'operator')).toBe(true);
  expect(covers('viewer', 'operator')).toBe(false);
});
