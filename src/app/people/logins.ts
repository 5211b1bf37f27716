/**
 * People at the page: passwords, and each person's own second factor.
 *
 * Rules
 * 1. An unknown name costs the same work as a wrong password.
 * 2. A code counts once: seen over a shoulder, it opens nothing.
 * 3. What is being enrolled counts for nothing until a code of it was given back.
 */
import { randomBytes } from 'node:crypto';
import { Secret, TOTP } from 'otpauth';
import { sha256Hex } from '#kernel/digest.ts';
import type { Clock } from '#kernel/time.ts';
import type { OperatorRecord } from '#operate/model.ts';
import type { Logins, OperatorStore } from '#operate/ports.ts';
import { hashPassword, isPassword, nobodysPassword } from './passwords.ts';

const PREFIX = 'operator:';
const RECOVERY_CODES = 8;
const SECRET_BYTES = 20;
const PERIOD_S = 30;
/** Clocks of telephones: one period either way. */
const WINDOW = 1;
const ENROLMENTS_MAX = 100;

export function actorOfOperator(name: string): string {
  return PREFIX + name;
}

/** `null` for somebody else's id. */
export function operatorName(caller: string): string | null {
  return caller.startsWith(PREFIX) ? caller.slice(PREFIX.length) : null;
}

type IsFresh = (name: string, secret: string, code: string) => boolean;

/** Whether six digits are of now, and of no period a code was taken of before. */
function createFreshness(clock: Pick<Clock, 'now'>): IsFresh {
  const lastCounter = new Map<string, number>();
  return (name, secret, code) => {
    const timestamp = clock.now();
    const delta = totpOf(name, secret).validate({ token: code, timestamp, window: WINDOW });
    if (delta === null) return false;
    const counter = Math.floor(timestamp / 1_000 / PERIOD_S) + delta;
    if (counter <= (lastCounter.get(name) ?? -1)) return false;
    lastCounter.set(name, counter);
    return true;
  };
}

export function createLogins(store: OperatorStore, clock: Pick<Clock, 'now'>): Logins {
  const nobody = nobodysPassword();
  const enrolments = new Map<string, string>();
  const isFresh = createFreshness(clock);

  function person(caller: string): OperatorRecord | null {
    const name = operatorName(caller);
    return name === null ? null : store.find(name);
  }

  return {
    async verify(name, password) {
      const found = store.find(name);
      const isRight = await isPassword(password, found?.password ?? nobody);
      return isRight && found !== null ? { id: actorOfOperator(name), role: found.role } : null;
    },
    async changePassword(caller, password) {
      const digest = await hashPassword(password);
      // Nothing is waited for between looking and keeping: another change may be under way.
      const found = person(caller);
      if (found === null) return false;
      store.put({ ...found, password: digest });
      return true;
    },
    standing(caller) {
      const found = person(caller);
      if (found === null) return null;
      const { role, password, totp } = found;
      return { role, stamp: sha256Hex(`${role} ${password} ${totp ?? ''}`) };
    },
    totp(caller) {
      const found = person(caller);
      if (found === null) return 'none';
      return found.totp === null ? 'off' : 'on';
    },
    takeCode(caller, code) {
      const found = person(caller);
      if (found === null || found.totp === null) return false;
      if (/^\d{6}$/.test(code)) return isFresh(found.name, found.totp, code);
      const digest = sha256Hex(code);
      if (!found.recovery.includes(digest)) return false;
      store.put({ ...found, recovery: found.recovery.filter((one) => one !== digest) });
      return true;
    },
    enrol(caller) {
      const found = person(caller);
      if (found === null) return null;
      const secret = new Secret({ size: SECRET_BYTES }).base32;
      keepNewest(enrolments, found.name, secret);
      return { secret, uri: totpOf(found.name, secret).toString() };
    },
    confirmEnrolment(caller, code) {
      const found = person(caller);
      const secret = found === null ? undefined : enrolments.get(found.name);
      if (found === null || secret === undefined || !isFresh(found.name, secret, code)) return null;
      enrolments.delete(found.name);
      const codes = Array.from({ length: RECOVERY_CODES }, newRecoveryCode);
      store.put({ ...found, totp: secret, recovery: codes.map(sha256Hex) });
      return codes;
    },
    dropTotp(caller) {
      const found = person(caller);
      if (found !== null) store.put({ ...found, totp: null, recovery: [] });
    },
  };
}

function keepNewest(enrolments: Map<string, string>, name: string, secret: string): void {
  enrolments.delete(name);
  enrolments.set(name, secret);
  const [oldest] = enrolments.keys();
  if (enrolments.size > ENROLMENTS_MAX && oldest !== undefined) enrolments.delete(oldest);
}

function totpOf(name: string, secret: string): TOTP {
  return new TOTP({ issuer: 'Strikewire', label: name, secret: Secret.fromBase32(secret) });
}

/** `abcde-fghij`: 50 bits, each good for one use behind a password. */
function newRecoveryCode(): string {
  const letters = 'abcdefghijklmnopqrstuvwxyz234567';
  const text = [...randomBytes(10)].map((byte) => letters[byte & 31] ?? 'a').join('');
  return `${text.slice(0, 5)}-${text.slice(5)}`;
}
