/**
 * Completes package-lock.json with the platform packages that the registry in use does not hold.
 *
 * npm writes no entry for an optional dependency it could not find, and `npm ci` then refuses the
 * lock as out of step. A mirror that holds only Linux builds thus produces a lock nobody can use.
 * Each missing entry is written with its version and the platform its name states, so that npm
 * skips it where it does not apply and fetches it where it does. Addresses are left out, so that
 * the lock names no registry. Run after every `npm install`: `npm run lock`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { completeLock, isLock } from './lock.ts';

const path = new URL('../package-lock.json', import.meta.url);
const lock: unknown = JSON.parse(readFileSync(path, 'utf8'));
if (!isLock(lock)) throw new Error('expected package-lock.json of version 3, with packages');
writeFileSync(path, `${JSON.stringify(completeLock(lock), null, 2)}\n`);
