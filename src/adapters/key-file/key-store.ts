/**
 * API keys in one file of the data directory, readable by its owner alone: digests, never secrets.
 *
 * A change replaces the file whole, so that a reader sees the old keys or the new ones; a running
 * desk reads it again when it has changed.
 */
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { epochMs, formatInstant, parseInstant } from '#kernel/time.ts';
import { type KeyRecord, ROLES } from '#operate/model.ts';
import type { KeyStore } from '#operate/ports.ts';

const KeyFile = z.strictObject({
  keys: z.array(
    z.strictObject({
      id: z.string().regex(/^[a-z2-7]{12}$/),
      role: z.enum(ROLES),
      digest: z.string().regex(/^[0-9a-f]{64}$/),
      created_at: z.string().refine((text) => parseInstant(text) !== null),
    }),
  ),
});

/** The key file is not as the desk writes it: somebody changed it by hand. */
export class KeyFileDamaged extends Error {
  override readonly name = 'KeyFileDamaged';
}

const OWNER_ONLY = 0o600;

export function createKeyFileStore(path: string): KeyStore {
  let known = new Map<string, KeyRecord>();
  let seen = '';

  function refresh(): void {
    const now = fingerprint(path);
    if (now === seen) return;
    known = new Map(readKeys(path).map((key) => [key.id, key]));
    seen = now;
  }

  return {
    find(id) {
      refresh();
      return known.get(id) ?? null;
    },
    add(record) {
      mkdirSync(dirname(path), { recursive: true });
      const draft = `${path}.new`;
      // Fails when another process is at it, instead of losing its key.
      const file = openSync(draft, 'wx', OWNER_ONLY);
      try {
        writeFileSync(file, render([...readKeys(path), record]));
        fsyncSync(file);
        renameSync(draft, path);
      } catch (error) {
        rmSync(draft, { force: true });
        throw error;
      } finally {
        closeSync(file);
      }
    },
  };
}

function readKeys(path: string): readonly KeyRecord[] {
  if (fingerprint(path) === '') return [];
  const parsed = KeyFile.safeParse(readJson(path));
  if (!parsed.success) throw new KeyFileDamaged(`${path} is not a key file of this program`);
  return parsed.data.keys.map((key) => ({
    id: key.id,
    role: key.role,
    digest: key.digest,
    createdAt: parseInstant(key.created_at) ?? epochMs(0),
  }));
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function render(keys: readonly KeyRecord[]): string {
  const rows = keys.map(({ id, role, digest, createdAt }) => ({
    id,
    role,
    digest,
    created_at: formatInstant(createdAt),
  }));
  return `${JSON.stringify({ keys: rows }, null, 2)}\n`;
}

/** What changes when the file does; empty when there is none. */
function fingerprint(path: string): string {
  const stats = statSync(path, { throwIfNoEntry: false, bigint: true });
  return stats === undefined ? '' : `${stats.ino} ${stats.mtimeNs} ${stats.size}`;
}
