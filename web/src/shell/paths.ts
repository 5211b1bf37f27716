/** Where pages stand. */

/** Whether a place is the one shown, or the list of what is shown. */
export function isAt(location: string, path: string): boolean {
  return path === '/' ? location === '/' : location === path || location.startsWith(`${path}/`);
}

export function alertPath(key: string): string {
  return `/alerts/${encodeURIComponent(key)}`;
}

export function tradePath(id: string): string {
  return `/trades/${id}`;
}
