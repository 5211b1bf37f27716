/** Which symbols are halted, for those whose trading status somebody watches. */

export class Halts {
  readonly #watchers = new Map<string, number>();
  readonly #halted = new Set<string>();

  /** True when nobody watched it before. */
  watch(symbol: string): boolean {
    const watchers = this.#watchers.get(symbol) ?? 0;
    this.#watchers.set(symbol, watchers + 1);
    return watchers === 0;
  }

  /** True when nobody watches it any more; it is then forgotten. */
  unwatch(symbol: string): boolean {
    const watchers = (this.#watchers.get(symbol) ?? 0) - 1;
    if (watchers > 0) {
      this.#watchers.set(symbol, watchers);
      return false;
    }
    this.#halted.delete(symbol);
    return this.#watchers.delete(symbol);
  }

  /** True when this halts what traded. An unknown status changes nothing. */
  note(symbol: string, status: 'active' | 'halted' | 'unknown'): boolean {
    if (!this.#watchers.has(symbol) || status === 'unknown') return false;
    if (status === 'active') {
      this.#halted.delete(symbol);
      return false;
    }
    const isNew = !this.#halted.has(symbol);
    this.#halted.add(symbol);
    return isNew;
  }

  isHalted(symbols: readonly string[]): boolean {
    return symbols.some((symbol) => this.#halted.has(symbol));
  }
}
