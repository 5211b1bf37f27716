/** The local operator, who posts alerts to a desk over HTTP for as long as it lives. */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { createRandom, type Random } from '#kernel/random.ts';
import type { Told } from './judge.ts';

export interface DeskAddress {
  readonly url: string;
  readonly key: string;
}

const Example = z.object({ text: z.string().nullable() });
const Answer = z.object({
  verdict: z.string(),
  code: z.string(),
  tradeId: z.string().optional(),
  alert: z.object({ symbol: z.string() }).nullable(),
});

export class LocalOperator {
  /** Every answer that has arrived. */
  readonly told: Told[] = [];
  readonly #random: Random;
  readonly #posted: string[] = [];
  #symbols: string[] = [];

  constructor(seed: number) {
    this.#random = createRandom(seed).fork('operator');
  }

  /** Entries, exits, and now and then a message a second time; until the desk is gone. */
  async talkTo(desk: DeskAddress): Promise<void> {
    this.#symbols = [];
    try {
      for (;;) {
        const isAgain = this.#posted.length > 0 && this.#random.chance(0.2);
        const messageId = isAgain ? this.#random.pick(this.#posted) : `m${this.#posted.length + 1}`;
        if (!isAgain) this.#posted.push(messageId);
        // Several are on their way at once: nobody waits for the answer to the one before.
        void this.#post(desk, messageId, await this.#text(desk)).catch(() => undefined);
        await sleep(this.#random.integer(20, 400));
      }
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      // What `fetch` throws when there is nobody any more.
    }
  }

  async #text(desk: DeskAddress): Promise<string> {
    const isExit = this.#symbols.length > 0 && this.#random.chance(0.35);
    if (isExit) {
      const what = this.#random.pick(['all out', 'out half', 'trim']);
      return `${what} ${this.#random.pick(this.#symbols)}`;
    }
    const answer = await fetch(`${desk.url}/api/v1/alerts/example`, { headers: headersOf(desk) });
    return Example.parse(await answer.json()).text ?? 'nothing can be quoted right now';
  }

  async #post(desk: DeskAddress, messageId: string, text: string): Promise<void> {
    const message = { text, user_id: 'operator', channel_id: 'local', message_id: messageId };
    const response = await fetch(`${desk.url}/admin/alerts/process`, {
      method: 'POST',
      headers: headersOf(desk),
      body: JSON.stringify(message),
    });
    if (!response.ok) return;
    const { verdict, code, tradeId = null, alert } = Answer.parse(await response.json());
    this.told.push({ messageId, verdict, code, tradeId });
    if (tradeId !== null && alert !== null) this.#symbols.push(alert.symbol);
  }
}

function headersOf({ key }: DeskAddress): Record<string, string> {
  return { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
}
