/** The message being written: kept while a person looks at another page. */
import { useSyncExternalStore } from 'react';

let draft = '';
const watchers = new Set<() => void>();

export function setDraft(text: string): void {
  draft = text;
  for (const watcher of watchers) watcher();
}

export function useDraft() {
  const text = useSyncExternalStore(watch, () => draft);
  return { text, setText: setDraft };
}

function watch(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}
