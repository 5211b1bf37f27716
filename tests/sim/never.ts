/**
 * A promise of its own that never settles. One shared by all would keep whatever has ever waited
 * for it, and with it every world that is over.
 */
export function never(): Promise<never> {
  return new Promise(() => undefined);
}
