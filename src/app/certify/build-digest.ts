/** Which program, and which settings, were certified: a digest of each. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sha256Hex } from '#kernel/digest.ts';
import type { Config } from '../config.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const DIGEST_CHARACTERS = 16;

let ofThisProcess: string | null = null;

/** Of every file of the program, and of the versions it stands on, as this process found them. */
export function buildDigest(): string {
  ofThisProcess ??= digestOfFiles();
  return ofThisProcess;
}

function digestOfFiles(): string {
  const source = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' });
  const files = source.filter((path) => path.endsWith('.ts')).map((path) => join('src', path));
  const parts = [...files, 'package-lock.json'].toSorted().map((path) => {
    const text = readFileSync(join(ROOT, path), 'utf8');
    return `${path} ${sha256Hex(text)}`;
  });
  return sha256Hex(parts.join('\n')).slice(0, DIGEST_CHARACTERS);
}

/**
 * Of the settings that decide how orders are sized, priced, worked and sent. Left out: where the
 * venue is and as whom, for a sandbox is certified to arm another account; and who may speak, which
 * is judged at every message.
 */
export function settingsDigest({ risk, orders, tastytrade, dryRun }: Config): string {
  const { acceptVersion, sendWithinMs, orderWithinMs } = tastytrade;
  const decisive = { risk, orders, dryRun, acceptVersion, sendWithinMs, orderWithinMs };
  return sha256Hex(JSON.stringify(decisive, plain)).slice(0, DIGEST_CHARACTERS);
}

/** One text for equal settings: amounts as digits, keys in one order. */
function plain(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const entries: [string, unknown][] = Object.entries(value);
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
