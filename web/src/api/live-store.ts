/** The live state and who watches it: many changes within one frame draw the page once. */
import { useSyncExternalStore } from 'react';
import { AT_FIRST, foldLive, type LiveEvent, type LiveState } from './live-state.ts';

/** A page in a background tab is told this often. */
const HIDDEN_MS = 250;

let state = AT_FIRST;
let isDue = false;
const watchers = new Set<() => void>();

export function tellLive(event: LiveEvent): void {
  state = foldLive(state, event, Date.now());
  if (isDue) return;
  isDue = true;
  if (document.hidden) setTimeout(tellWatchers, HIDDEN_MS);
  else requestAnimationFrame(tellWatchers);
}

function tellWatchers(): void {
  isDue = false;
  for (const watcher of watchers) watcher();
}

function watch(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

/** `select` gives something that stays the same while nothing in it has changed. */
export function useLive<Selected>(select: (live: LiveState) => Selected): Selected {
  return useSyncExternalStore(watch, () => select(state));
}

export function useIsLive(): boolean {
  return useLive(({ link }) => link === 'live');
}
