/**
 * The folders of `src/`, in the order the data travels, and who may import what
 * (docs/architecture.md).
 *
 * The order is the order of dependence: a step knows the nouns and ports of the steps before it and
 * nothing of those behind it. Adapters know the ports; only `app/` and `main.ts` know adapters.
 */
import { posix } from 'node:path';

const FOUNDATION = ['kernel', 'market', 'events'] as const;
const STEPS = [
  'journal',
  'feeds',
  'analytics',
  'signals',
  'alerts',
  'risk',
  'orders',
  'audit',
  'history',
  'bus',
  'commentary',
  'publish',
  'operate',
] as const;

/** What other folders may use of a step. */
const SHARED_FILES: readonly string[] = ['model.ts', 'ports.ts'];
/** Pure sums that two steps, or a step and its store, must come to alike: one copy serves both. */
const SHARED_SUMS: readonly string[] = ['src/audit/row.ts', 'src/history/finding.ts'];

/** Files of the pure part that import from Node, with what they import (docs/adr/0002). */
const NODE_PERMITTED: Readonly<Record<string, readonly string[]>> = {
  'src/kernel/digest.ts': ['node:crypto', 'node:zlib'],
};

type Place =
  | { readonly kind: 'composition' }
  | { readonly kind: 'adapter'; readonly vendor: string }
  | { readonly kind: 'foundation'; readonly rank: number }
  | { readonly kind: 'step'; readonly rank: number };

/** Where a file of `src/` stands, or `null` when the layout has no such folder. */
export function placeOf(path: string): Place | null {
  const [root, folder = '', inside = ''] = path.split('/');
  if (root !== 'src') return null;
  if (path === 'src/main.ts' || folder === 'app') return { kind: 'composition' };
  if (folder === 'adapters') return { kind: 'adapter', vendor: inside };
  const foundation = FOUNDATION.findIndex((name) => name === folder);
  if (foundation >= 0) return { kind: 'foundation', rank: foundation };
  const step = STEPS.findIndex((name) => name === folder);
  return step >= 0 ? { kind: 'step', rank: step } : null;
}

/** Why `from` may not import `specifier`, or `null` when it may. */
export function importFault(from: string, specifier: string): string | null {
  const place = placeOf(from);
  if (place === null) return 'is in no folder of the layout';
  if (specifier.startsWith('#') || specifier.startsWith('.')) {
    return ownImportFault(from, place, specifier);
  }
  if (place.kind === 'composition' || place.kind === 'adapter') return null;
  if (specifier === 'zod' && place.kind === 'step') return null;
  if (NODE_PERMITTED[from]?.includes(specifier)) return null;
  return `imports ${specifier}: below adapters, steps import zod alone and the rest no package`;
}

function ownImportFault(from: string, place: Place, specifier: string): string | null {
  const here = posix.dirname(from);
  const isRelative = specifier.startsWith('.');
  const target = isRelative ? posix.join(here, specifier) : `src/${specifier.slice(1)}`;
  if (isRelative && folderOf(target) !== folderOf(from)) {
    return `imports ${specifier}: across folders, write #folder/file.ts`;
  }
  if (!isRelative && posix.dirname(target) === here) {
    return `imports ${specifier}: inside a folder, write ./${posix.basename(target)}`;
  }
  if (place.kind === 'composition') return null;
  const wanted = placeOf(target);
  return wanted !== null && mayUse(place, wanted, target) ? null : `imports ${specifier}`;
}

function mayUse(from: Place, wanted: Place, target: string): boolean {
  switch (wanted.kind) {
    case 'composition':
      return from.kind === 'composition';
    case 'adapter':
      return from.kind === 'adapter' && from.vendor === wanted.vendor;
    case 'foundation':
      return from.kind !== 'foundation' || wanted.rank <= from.rank;
    case 'step':
      if (from.kind === 'step' && from.rank === wanted.rank) return true;
      if (from.kind === 'foundation' || !isShared(target)) return false;
      return from.kind !== 'step' || wanted.rank < from.rank;
  }
}

/** `src/orders` for everything inside it. */
function folderOf(path: string): string {
  return path.split('/').slice(0, 2).join('/');
}

function isShared(target: string): boolean {
  if (SHARED_SUMS.includes(target)) return true;
  const parts = target.split('/');
  return parts.length === 3 && SHARED_FILES.includes(parts[2] ?? '');
}
