import { mkdtempSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createKeyFileStore, KeyFileDamaged } from '#adapters/key-file/key-store.ts';
import { createKey } from '#app/access.ts';
import { epochMs } from '#kernel/time.ts';
import { keyRecord, parseApiKey } from '#operate/keys.ts';

const NOW = epochMs(1_764_689_400_000);
const KEY = { id: 'aaaaaaaaaaaa', secret: 's'.repeat(43) };

function newPath(): string {
  return join(mkdtempSync(join(tmpdir(), 'strikewire-keys-')), 'keys.json');
}

describe('the key file', () => {
  it('keeps keys over a restart, for its owner alone, without their secrets', () => {
    const path = newPath();
    const key = createKey(createKeyFileStore(path), { role: 'operator', now: NOW }).key;
    createKey(createKeyFileStore(path), { role: 'viewer', now: NOW });
    const { id = '', secret = '' } = parseApiKey(key) ?? {};
    expect(createKeyFileStore(path).find(id)).toMatchObject({ role: 'operator', createdAt: NOW });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readFileSync(path, 'utf8')).not.toContain(secret);
  });

  it('is read again once another process has added a key', () => {
    const path = newPath();
    const running = createKeyFileStore(path);
    expect(running.find(KEY.id)).toBeNull();
    createKeyFileStore(path).add(keyRecord(KEY, 'admin', NOW));
    expect(running.find(KEY.id)?.role).toBe('admin');
  });

  it.each(['{', '[]', '{"keys":[{"id":"x"}]}', '{"keys":[],"extra":1}'])(
    'that is not one is refused whole and left as it is: %s',
    (text) => {
      const path = newPath();
      writeFileSync(path, text);
      const store = createKeyFileStore(path);
      expect(() => store.find(KEY.id)).toThrow(KeyFileDamaged);
      expect(() => store.add(keyRecord(KEY, 'admin', NOW))).toThrow(KeyFileDamaged);
      expect(readFileSync(path, 'utf8')).toBe(text);
    },
  );

  it('loses no key to another process that is adding one', () => {
    const path = newPath();
    writeFileSync(`${path}.new`, '');
    expect(() => createKeyFileStore(path).add(keyRecord(KEY, 'admin', NOW))).toThrow(/EEXIST/);
  });

  it('can be changed again when a process died while it was at it', () => {
    const path = newPath();
    const store = createKeyFileStore(path);
    store.add(keyRecord(KEY, 'admin', NOW));
    writeFileSync(`${path}.new`, '{"keys":');
    const longAgo = new Date(Date.now() - 60_000);
    utimesSync(`${path}.new`, longAgo, longAgo);
    expect(store.remove(KEY.id)).toBe(true);
    expect(createKeyFileStore(path).list()).toEqual([]);
  });

  it('cannot be made where there is no room for a directory', () => {
    const store = createKeyFileStore('/dev/null/data/keys.json');
    expect(() => store.add(keyRecord(KEY, 'admin', NOW))).toThrow(/ENOTDIR/);
  });
});
