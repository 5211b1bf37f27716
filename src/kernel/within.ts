/** Waiting for others, with an end to it. */
import type { Clock } from './time.ts';

/** What the work comes to or throws, or `late()` when nothing has come within `ms`. */
export async function within<T>(
  { clock, ms }: { readonly clock: Clock; readonly ms: number },
  work: () => Promise<T>,
  late: () => T,
): Promise<T> {
  const { promise: first, resolve, reject } = Promise.withResolvers<T>();
  // What came first is heard first, also when both were held up and come in one turn.
  const stopWaiting = clock.after(ms, () => {
    Promise.resolve().then(late).then(resolve, reject);
  });
  try {
    work().then(resolve, reject);
    return await first;
  } finally {
    stopWaiting();
  }
}
