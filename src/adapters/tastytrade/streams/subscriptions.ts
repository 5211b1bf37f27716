/**
 * What is wanted of the feed, and what of it this connection has been told.
 *
 * The difference is what remains to be sent, however often minds are changed meanwhile: a burst of
 * subscriptions and their ends costs what is left of it.
 */
import { type FrameSize, nextFrame, type Subscription } from './subscription-frames.ts';

export type SubscriptionChange =
  | { readonly kind: 'add' | 'remove'; readonly entries: readonly Subscription[] }
  | { readonly kind: 'nothing' };

export class Subscriptions {
  readonly #wanted = new Map<string, Subscription>();
  readonly #told = new Map<string, Subscription>();
  /** Wanted and told, with a difference between them or to be told again. */
  readonly #open = new Map<string, Subscription>();
  readonly #again = new Set<string>();

  get size(): number {
    return this.#wanted.size;
  }

  add(entry: Subscription): void {
    const key = keyOf(entry);
    this.#wanted.set(key, entry);
    this.#open.set(key, entry);
  }

  remove(entry: Subscription): void {
    const key = keyOf(entry);
    this.#wanted.delete(key);
    this.#again.delete(key);
    this.#open.set(key, entry);
  }

  /** Ends and starts a subscription: the feed then sends what it has now. */
  renew(entry: Subscription): void {
    const key = keyOf(entry);
    if (!this.#wanted.has(key) || !this.#told.has(key)) return;
    this.#again.add(key);
    this.#open.set(key, entry);
  }

  /** A new connection knows nothing. */
  forgetTold(): void {
    this.#told.clear();
    this.#again.clear();
    this.#open.clear();
    for (const [key, entry] of this.#wanted) this.#open.set(key, entry);
  }

  /** The next frame's worth, which counts as told from now on. Ends come before starts. */
  next(size: FrameSize): SubscriptionChange {
    const removed = nextFrame(
      this.#openWhere((key) => this.#isToEnd(key)),
      size,
    );
    for (const entry of removed) {
      this.#told.delete(keyOf(entry));
      this.#again.delete(keyOf(entry));
    }
    if (removed.length > 0) return { kind: 'remove', entries: removed };
    const added = nextFrame(
      this.#openWhere((key) => this.#isToStart(key)),
      size,
    );
    for (const entry of added) {
      this.#told.set(keyOf(entry), entry);
      this.#open.delete(keyOf(entry));
    }
    if (added.length > 0) return { kind: 'add', entries: added };
    this.#open.clear();
    return { kind: 'nothing' };
  }

  #isToEnd(key: string): boolean {
    return this.#told.has(key) && (!this.#wanted.has(key) || this.#again.has(key));
  }

  #isToStart(key: string): boolean {
    return this.#wanted.has(key) && !this.#told.has(key);
  }

  *#openWhere(test: (key: string) => boolean): Iterable<Subscription> {
    for (const [key, entry] of this.#open) if (test(key)) yield entry;
  }
}

function keyOf({ type, symbol }: Subscription): string {
  return `${type} ${symbol}`;
}
