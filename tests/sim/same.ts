/** Deep equality of plain data, cheap when most of it is shared. */
export function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, at) => isSame(item, b[at]));
  }
  const left = Object.keys(a);
  return left.length === Object.keys(b).length && left.every((key) => isSameField(a, b, key));
}

function isSameField(a: object, b: object, key: string): boolean {
  return Object.hasOwn(b, key) && isSame(Reflect.get(a, key), Reflect.get(b, key));
}
