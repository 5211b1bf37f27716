/** The REST client for everything but logging in: one for the life of the platform. */
import { REST, RESTEvents } from 'discord.js';

/** A shorter wait is waited out; a longer one is the caller's to plan with. */
const WAIT_MS_MAX = 1_500;

/**
 * The library repeats a request without a pause, posts included: it is told to repeat none. After
 * one refusal of the token it sends nothing more, whoever was told of it: so `onRefused` is.
 */
export function createRest(api: string, timeout: number, onRefused: () => void): REST {
  const rest = new REST({
    ...{ api, timeout, retries: 0, invalidRequestWarningInterval: 100 },
    rejectOnRateLimit({ method, timeToReset, retryAfter, sublimitTimeout }) {
      const waitMs = Math.max(timeToReset, retryAfter, sublimitTimeout);
      // Without being told how long, the library would ask again at once, and again.
      return retryAfter <= 0 || (waitMs > WAIT_MS_MAX && method.toUpperCase() !== 'GET');
    },
  });
  rest.on(RESTEvents.Response, ({ data }, { status }) => {
    // Of interactions: their own tokens end after a quarter of an hour.
    if (status === 401 && data.auth !== false) onRefused();
  });
  return rest;
}
