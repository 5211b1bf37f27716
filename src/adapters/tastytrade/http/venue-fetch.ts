/** `fetch` over connections of our own: with a bound on connecting, and closed when we close. */
import { Agent, fetch } from 'undici';
import type { Fetch } from './exchange.ts';

export interface VenueFetch {
  readonly fetch: Fetch;
  close(): Promise<void>;
}

/** The largest answer is a chain of options of a few MB. */
const RESPONSE_BYTES_MAX = 64 * 1024 * 1024;

export function createVenueFetch(options: {
  readonly connectWithinMs: number;
  readonly connectionsMax: number;
}): VenueFetch {
  const agent = new Agent({
    // A host that does not answer at all is told from one that was slow to: nothing was sent.
    connect: { timeout: options.connectWithinMs },
    connections: options.connectionsMax,
    pipelining: 1,
    allowH2: false,
    maxResponseSize: RESPONSE_BYTES_MAX,
  });
  return {
    fetch: (url, request) => fetch(url, { ...request, dispatcher: agent }),
    close: () => agent.destroy(),
  };
}
