/**
 * Sorts out what a stream sent twice or late: order objects are cumulative, so only a newer one
 * tells anything.
 *
 * Kept per order: the time of its newest object and that object's digest, for two different ones
 * can carry one millisecond. An object whose time cannot be read, or lies in the future, passes and
 * is not remembered: it must not shut out those that follow.
 */
import { sha256Hex } from '#kernel/digest.ts';

const KEPT_MAX = 5_000;
/** The venue's clock may run ahead of ours by so much. */
const AHEAD_MS_MAX = 60_000;

interface Seen {
  readonly updatedAt: number;
  readonly digest: string;
}

export class NewestObjects {
  readonly #seen = new Map<string, Seen>();

  /** Whether this object says more than those before it, as far as can be told. */
  isNews(id: string, updatedAt: number | null, raw: unknown, now: number): boolean {
    if (updatedAt === null || updatedAt > now + AHEAD_MS_MAX) return true;
    const digest = sha256Hex(JSON.stringify(raw));
    const seen = this.#seen.get(id);
    if (seen !== undefined && !isNewer({ updatedAt, digest }, seen)) return false;
    this.#remember(id, { updatedAt, digest });
    return true;
  }

  #remember(id: string, seen: Seen): void {
    // Set anew, so that the orders longest without news come first and are forgotten first.
    this.#seen.delete(id);
    this.#seen.set(id, seen);
    for (const oldest of this.#seen.keys()) {
      if (this.#seen.size <= KEPT_MAX) return;
      this.#seen.delete(oldest);
    }
  }
}

function isNewer(one: Seen, other: Seen): boolean {
  if (one.updatedAt !== other.updatedAt) return one.updatedAt > other.updatedAt;
  return one.digest !== other.digest;
}
