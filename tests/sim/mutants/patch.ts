/** A mutant's sources: those of the project with its patches in them. */
import { readFileSync } from 'node:fs';
import type { Mutant, Patch } from './model.ts';

const ROOT = new URL('../../../', import.meta.url);

/** The source with the patch in it; throws when its text is not there exactly once. */
export function patched(source: string, { file, find, replace }: Patch): string {
  const places = source.split(find).length - 1;
  if (places !== 1) throw new Error(`${file} has ${places} places for the patch of "${find}"`);
  // A function, because `$` means something in a text.
  return source.replace(find, () => replace);
}

/** Every file the mutant changes, as it reads then, by its URL. */
export function sourcesOf({ patches }: Mutant): ReadonlyMap<string, string> {
  const sources = new Map<string, string>();
  for (const patch of patches) {
    const { href } = new URL(patch.file, ROOT);
    const source = sources.get(href) ?? readFileSync(new URL(href), 'utf8');
    sources.set(href, patched(source, patch));
  }
  return sources;
}
