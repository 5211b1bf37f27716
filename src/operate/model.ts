/** Who may operate the desk: roles, callers and the record of a key. */
import type { EpochMs } from '#kernel/time.ts';

/** Each includes what stands before it. */
export const ROLES = ['viewer', 'operator', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** Whether a role includes another. */
export function covers(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(needed);
}

/** Somebody known: what acts and refusals are recorded under. */
export interface Caller {
  /** `key:abcdefghijkl`, `local:operator`. */
  readonly id: string;
  readonly role: Role;
}

/** A key as it is kept: its secret is nowhere. */
export interface KeyRecord {
  readonly id: string;
  readonly role: Role;
  /** SHA-256 of the secret, hexadecimal. */
  readonly digest: string;
  readonly createdAt: EpochMs;
}
