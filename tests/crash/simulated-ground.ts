/** The demonstration desk: its broker dies with it, and remembers what its own books say. */
import { z } from 'zod';
import { readLedger } from '../integration/process/kept-books.ts';
import type { DeskAddress } from './desk-process.ts';
import type { Ground } from './ground.ts';
import { headersOf } from './local-operator.ts';

const Example = z.object({ text: z.string().nullable() });

export function openSimulatedGround(): Ground {
  return {
    settings: { STRIKEWIRE_CHAT_FIRST_AFTER_MS: '50', STRIKEWIRE_CHAT_EVERY_MS: '200' },
    script: 'demo',
    async entryText(desk: DeskAddress) {
      const answer = await fetch(`${desk.url}/api/v1/alerts/example`, { headers: headersOf(desk) });
      return Example.parse(await answer.json()).text ?? 'nothing can be quoted right now';
    },
    books: readLedger,
    calm: () => undefined,
    close: async () => undefined,
  };
}
