/**
 * API keys and what each role may do.
 *
 * A key is `ak_{id}_{secret}`: the id finds the stored record, the 256-bit secret proves it. Only
 * the SHA-256 of the secret is stored; a fast hash is enough for a value nobody can guess.
 */
import { sha256Hex } from '#kernel/digest.ts';
import type { EpochMs } from '#kernel/time.ts';
import type { KeyRecord, Role } from './model.ts';

export interface ApiKey {
  readonly id: string;
  readonly secret: string;
}

const KEY = /^ak_([a-z2-7]{12})_([A-Za-z0-9_-]{43})$/;

/** The parts of a key, or `null` for a text that cannot be one. */
export function parseApiKey(text: string): ApiKey | null {
  const match = KEY.exec(text);
  const [, id, secret] = match ?? [];
  return id === undefined || secret === undefined ? null : { id, secret };
}

export function formatApiKey({ id, secret }: ApiKey): string {
  return `ak_${id}_${secret}`;
}

export function keyRecord(key: ApiKey, role: Role, createdAt: EpochMs): KeyRecord {
  return { id: key.id, role, digest: digestOf(key), createdAt };
}

/** What is compared with a stored digest. */
export function digestOf(key: ApiKey): string {
  return sha256Hex(key.secret);
}
