/** Keys of people and programs: made here, proved here, in constant time. */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { join } from 'node:path';
import { createKeyFileStore } from '#adapters/key-file/key-store.ts';
import { createOperatorFileStore } from '#adapters/key-file/operator-store.ts';
import { sha256Hex } from '#kernel/digest.ts';
import type { Secret } from '#kernel/secret.ts';
import type { EpochMs } from '#kernel/time.ts';
import { type ApiKey, digestOf, formatApiKey, keyRecord, parseApiKey } from '#operate/keys.ts';
import type { Caller, KeyRecord, Role } from '#operate/model.ts';
import type { KeyStore, OperatorStore } from '#operate/ports.ts';
import type { Config } from './config.ts';
import { KEY_FILE, OPERATOR_FILE } from './data-files.ts';
import { operatorName } from './people/logins.ts';

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';

/** A new key: shown once, never stored. */
export function mintKey(): ApiKey {
  const id = [...randomBytes(12)].map((byte) => BASE32[byte & 31] ?? 'a').join('');
  return { id, secret: randomBytes(32).toString('base64url') };
}

export const LOCAL_OPERATOR = 'local:operator';

/** Who may do what with this run of the desk. */
export interface Access {
  readonly keys: KeyStore;
  readonly operators: OperatorStore;
  /** Of this run alone, for the commands on this machine. */
  readonly localKey: ApiKey;
  readonly localRole: Role;
  /** What an actor on record may do; `null`: nobody known. */
  roleOf(actor: string): Role | null;
}

export function openAccess({ data, environment, secrets }: Config): Access {
  const keys = createKeyFileStore(join(data.directory, KEY_FILE));
  const operators = createOperatorFileStore(join(data.directory, OPERATOR_FILE));
  // Where nothing real can be traded, whoever sits at this machine may do everything.
  const localRole = environment === 'simulated' ? 'admin' : 'operator';
  const givenId = secrets.adminKey?.reveal().split('_')[1];
  return {
    keys,
    operators,
    localKey: mintKey(),
    localRole,
    roleOf(actor) {
      if (actor === LOCAL_OPERATOR) return localRole;
      const name = operatorName(actor);
      if (name !== null) return operators.find(name)?.role ?? null;
      const id = actor.startsWith('key:') ? actor.slice('key:'.length) : null;
      if (id === null) return null;
      return id === givenId ? 'admin' : (keys.find(id)?.role ?? null);
    },
  };
}

export interface KeyWanted {
  readonly role: Role;
  readonly now: EpochMs;
  /** What it is for. */
  readonly note?: string;
}

/** Makes a key and stores its digest; the text is to be handed over, and is nowhere else. */
export function createKey(
  store: KeyStore,
  { role, now, note = '' }: KeyWanted,
): { readonly key: string; readonly record: KeyRecord } {
  const key = mintKey();
  const record = { ...keyRecord(key, role, now), ...(note !== '' && { note }) };
  store.add(record);
  return { key: formatApiKey(key), record };
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
    ...(known.local === null ? [] : [proofOf(known.local.key, LOCAL_OPERATOR, known.local.role)]),
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
