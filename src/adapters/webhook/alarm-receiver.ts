/**
 * Posts alarms to an address of the operator's: a paging service, or a chat's incoming webhook.
 *
 * 2xx is taken; 4xx but 408 and 429 is refused, and never tried again as it is; everything else is
 * being away. No redirect is followed, and nothing of an answer is kept but its status.
 */
import type { Secret } from '#kernel/secret.ts';
import { failureText } from '#kernel/text.ts';
import type { AlarmReceiver, AlarmTaken } from '#operate/ports.ts';

export const SIGNATURE_HEADER = 'x-strikewire-signature';

const TIMEOUT_MS = 5_000;
const COME_AGAIN: readonly number[] = [408, 429];

/** `url`: a secret, because the addresses of chats carry their credential. */
export function createAlarmReceiver(url: Secret): AlarmReceiver {
  // Most desks need it not, and who does needs it when something is wrong: no time to load code.
  const client = import('undici');
  return {
    async send(body, signature): Promise<AlarmTaken> {
      try {
        const { request } = await client;
        const { statusCode, body: answer } = await request(url.reveal(), {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            ...(signature !== null && { [SIGNATURE_HEADER]: signature }),
          },
          body,
          headersTimeout: TIMEOUT_MS,
          bodyTimeout: TIMEOUT_MS,
          signal: AbortSignal.timeout(TIMEOUT_MS),
        });
        await answer.dump();
        return takenBy(statusCode);
      } catch (error) {
        return {
          kind: 'away',
          detail: failureText(error).replaceAll(url.reveal(), 'the receiver'),
        };
      }
    },
  };
}

function takenBy(status: number): AlarmTaken {
  if (status >= 200 && status < 300) return { kind: 'taken' };
  const detail = `the receiver answered ${status}`;
  const isFinal = status >= 300 && status < 500 && !COME_AGAIN.includes(status);
  return { kind: isFinal ? 'refused' : 'away', detail };
}
