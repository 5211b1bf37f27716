/**
 * Refresh tokens the venue has rotated, one file for each environment, readable by its owner alone.
 *
 * Nothing is written while the configured token stands. A file belongs to the token it began with
 * and to its host: with another of either it says nothing. A file others can read is refused.
 */
import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { sha256Hex } from '#kernel/digest.ts';
import { err, ok, type Result } from '#kernel/result.ts';
import { Secret } from '#kernel/secret.ts';
import type { TastytradeBinding } from '../binding.ts';

/** `good` has given access tokens; `candidate` was given in its place and has not yet. */
export interface RefreshTokens {
  readonly good: Secret;
  readonly candidate: Secret | null;
}

export interface RefreshTokenStore {
  readonly tokens: RefreshTokens;
  /** Durable when it returns; why it could not be, or `null`. */
  save(tokens: RefreshTokens): string | null;
}

export interface TokenFileFault {
  readonly kind: 'exposed' | 'foreign' | 'damaged' | 'unreadable';
  readonly path: string;
  /** What is wrong and what to do. */
  readonly detail: string;
}

const OWNER_ONLY = 0o600;
const OTHERS = 0o077;
const BYTES_MAX = 65_536;

const FILE = z.strictObject({
  version: z.literal(1),
  environment: z.string(),
  api_url: z.string(),
  configured: z.string(),
  refresh_token: z.string().min(1),
  candidate: z.string().min(1).nullable(),
});

/** The tokens to begin with: those of the file, or the configured one. */
export function openTokenFile(
  directory: string,
  binding: TastytradeBinding,
): Result<RefreshTokenStore, TokenFileFault> {
  const path = join(directory, `tastytrade-${binding.environment}.token.json`);
  const read = readOwn(path);
  if (!read.ok) return read;
  const configured = binding.credentials.refreshToken;
  const origin = {
    environment: binding.environment,
    api_url: binding.apiUrl,
    configured: sha256Hex(configured.reveal()),
  };
  const kept = read.value;
  const isOurs =
    kept !== null &&
    kept.environment === origin.environment &&
    kept.api_url === origin.api_url &&
    kept.configured === origin.configured;
  const tokens: RefreshTokens = isOurs
    ? {
        good: new Secret(kept.refresh_token),
        candidate: kept.candidate === null ? null : new Secret(kept.candidate),
      }
    : { good: configured, candidate: null };
  return ok({
    tokens,
    save({ good, candidate }) {
      const content: z.input<typeof FILE> = {
        version: 1,
        ...origin,
        refresh_token: good.reveal(),
        candidate: candidate?.reveal() ?? null,
      };
      return replaceOwn(path, `${JSON.stringify(content, null, 2)}\n`);
    },
  });
}

function readOwn(path: string): Result<z.output<typeof FILE> | null, TokenFileFault> {
  const fault = (kind: TokenFileFault['kind'], detail: string) => err({ kind, path, detail });
  let file: number;
  try {
    // A link could lead to a file somebody else can change.
    file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT') return ok(null);
    return fault('unreadable', `cannot be read (${code}): remove it to begin with the configured`);
  }
  try {
    const stats = fstatSync(file);
    if ((stats.mode & OTHERS) !== 0) {
      return fault('exposed', 'can be read by others: chmod 600, and renew the grant if it was');
    }
    if (process.getuid !== undefined && stats.uid !== process.getuid()) {
      return fault('foreign', 'belongs to another user: remove it');
    }
    if (!stats.isFile() || stats.size > BYTES_MAX) return fault('damaged', 'is no token file');
    const parsed = FILE.safeParse(jsonOf(readFileSync(file, 'utf8')));
    return parsed.success
      ? ok(parsed.data)
      : fault(
          'damaged',
          'is not as this program writes it: remove it to begin with the configured',
        );
  } finally {
    closeSync(file);
  }
}

/** A crash leaves the old file or the new one, never a mixture. */
function replaceOwn(path: string, content: string): string | null {
  const draft = `${path}.${process.pid}.new`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    rmSync(draft, { force: true });
    const file = openSync(draft, 'wx', OWNER_ONLY);
    try {
      writeFileSync(file, content);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(draft, path);
    syncDirectory(dirname(path));
    return null;
  } catch (error) {
    rmSync(draft, { force: true });
    return codeOf(error);
  }
}

function syncDirectory(path: string): void {
  const directory = openSync(path, constants.O_RDONLY);
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
}
