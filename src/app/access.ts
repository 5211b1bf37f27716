/** Keys of people and programs: made here, proved here, in constant time. */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { sha256Hex } from '#kernel/digest.ts';
import type { Secret } from '#kernel/secret.ts';
import type { EpochMs } from '#kernel/time.ts';
import { type ApiKey, digestOf, formatApiKey, keyRecord, parseApiKey } from '#operate/keys.ts';
import type { Caller, Role } from '#operate/model.ts';
import type { KeyStore } from '#operate/ports.ts';

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';

/** A new key: shown once, never stored. */
export function mintKey(): ApiKey {
  const id = [...randomBytes(12)].map((byte) => BASE32[byte & 31] ?? 'a').join('');
  return { id, secret: randomBytes(32).toString('base64url') };
}

/** Makes a key, stores its digest and gives the text to hand over. */
export function createKey(store: KeyStore, role: Role, now: EpochMs): string {
  const key = mintKey();
  store.add(keyRecord(key, role, now));
  return formatApiKey(key);
}

export interface KnownKeys {
  readonly store: KeyStore;
  /** Given from outside the key file. */
  readonly adminKey: Secret | null;
  /** Of this run alone, for the commands on this machine. */
  readonly local: { readonly key: ApiKey; readonly role: Role } | null;
}

/** Compared with when the id is unknown, so that both answers take the same work. */
const NOBODY = sha256Hex('nobody');

export function createAuthenticate(known: KnownKeys): (text: string) => Caller | null {
  const admin = known.adminKey === null ? null : parseApiKey(known.adminKey.reveal());
  const own: readonly Proof[] = [
    ...(admin === null ? [] : [proofOf(admin, `key:${admin.id}`, 'admin')]),
    ...(known.local === null ? [] : [proofOf(known.local.key, 'local:operator', known.local.role)]),
  ];

  /** Our own first: whatever becomes of the key file, the operator at this machine can halt. */
  function find(id: string): Proof | null {
    const given = own.find((proof) => proof.id === id) ?? null;
    const stored = given === null ? known.store.find(id) : null;
    if (stored === null) return given;
    return { id, digest: stored.digest, caller: { id: `key:${id}`, role: stored.role } };
  }

  return (text) => {
    const key = parseApiKey(text);
    if (key === null) return null;
    const proof = find(key.id);
    const isRight = isSame(digestOf(key), proof?.digest ?? NOBODY);
    return isRight && proof !== null ? proof.caller : null;
  };
}

interface Proof {
  readonly id: string;
  readonly digest: string;
  readonly caller: Caller;
}

function proofOf(key: ApiKey, callerId: string, role: Role): Proof {
  return { id: key.id, digest: digestOf(key), caller: { id: callerId, role } };
}

function isSame(a: string, b: string): boolean {
  return timingSafeEqual(Buffer.from(a, 'hex'), Buffer.from(b, 'hex'));
}
