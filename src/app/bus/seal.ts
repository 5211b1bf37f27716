/**
 * What passes between the roles through a store that others can write to is sealed: a text under an
 * HMAC-SHA256 with a secret that only the roles share. Without a secret nothing can be sealed, and
 * nothing that is sealed with nothing is believed by another process.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Secret } from '#kernel/secret.ts';

/** What a text is for: one can never be taken for another. */
export type SealedAs = 'record' | 'status' | 'request' | 'answer';

/** The seal of a text; empty without a secret. */
export type Seal = (as: SealedAs, text: string) => string;

export function createSeal(secret: Secret | null): Seal {
  if (secret === null) return () => '';
  return (as, text) => createHmac('sha256', secret.reveal()).update(`${as}\n${text}`).digest('hex');
}

export function isSealed(seal: Seal, as: SealedAs, text: string, given: string): boolean {
  const right = Buffer.from(seal(as, text), 'hex');
  const shown = Buffer.from(given, 'hex');
  return right.length > 0 && right.length === shown.length && timingSafeEqual(right, shown);
}
