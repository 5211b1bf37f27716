/**
 * Loads a mutant in place of the desk, in this thread and nowhere else: what is imported after this
 * is the production source with the mutant's patches in it. Nothing in the project can be asked for
 * a defect, so nothing of it ships.
 */
import { registerHooks } from 'node:module';
import type { Mutant } from './model.ts';
import { sourcesOf } from './patch.ts';

export function loadInstead(mutant: Mutant): void {
  const sources = sourcesOf(mutant);
  registerHooks({
    load(url, context, nextLoad) {
      const source = sources.get(url);
      const loaded = nextLoad(url, context);
      return source === undefined ? loaded : { ...loaded, source };
    },
  });
}
