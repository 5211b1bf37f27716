/** The local operator, who posts alerts to a desk over HTTP for as long as it lives. */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Random } from '#kernel/random.ts';
import type { DeskAddress } from './desk-process.ts';
import type { Ground } from './ground.ts';

/** What a desk has answered to a message of the local operator. */
export interface Told {
  readonly messageId: string;
  readonly verdict: string;
  readonly code: string;
  readonly tradeId: string | null;
}

const APART_MS = [10, 300] as const;
/** Repeated on purpose, beside those whose answer a kill has swallowed. */
const AGAIN = 0.15;
const EXIT = 0.35;
const DRILL = 0.01;

const Answer = z.object({
  verdict: z.string(),
  code: z.string(),
  tradeId: z.string().optional(),
  alert: z.object({ symbol: z.string() }).nullable(),
});

export class LocalOperator {
  /** Every answer that has arrived. */
  readonly told: Told[] = [];
  /** Reasons of the halts the desk has acknowledged. */
  readonly halts: string[] = [];
  readonly #random: Random;
  readonly #ground: Ground;
  readonly #adminKey: string;
  readonly #texts = new Map<string, string>();
  #unanswered: string[] = [];
  #symbols: string[] = [];

  constructor(random: Random, ground: Ground, adminKey: string) {
    this.#random = random;
    this.#ground = ground;
    this.#adminKey = adminKey;
  }

  /** Entries, exits, repetitions, now and then a halt; until the desk is gone. */
  async talkTo(desk: DeskAddress, isHeld: boolean): Promise<void> {
    const gone = Promise.withResolvers<true>();
    const isGone = (afterMs: number) => Promise.race([gone.promise, sleep(afterMs, false)]);
    const post = (messageId: string): void => {
      // Several are on their way at once: nobody waits for the answer to the one before.
      this.#post(desk, messageId).catch((error: unknown) => {
        if (!isNobodyThere(error)) gone.reject(error);
        this.#unanswered.push(messageId);
        gone.resolve(true);
      });
    };
    let mustRelease = isHeld;
    for (const messageId of this.#unanswered.splice(0)) post(messageId);
    while (!(await isGone(this.#random.integer(...APART_MS)))) {
      try {
        if (mustRelease) mustRelease = !(await this.#act(desk, 'ACTIVE', 'the drill is over'));
        else if (this.#random.chance(DRILL)) mustRelease = await this.#drill(desk);
        post(await this.#next(desk));
      } catch (error) {
        if (!isNobodyThere(error)) throw error;
        return;
      }
    }
  }

  /** Lifts whatever was engaged. */
  async release(desk: DeskAddress): Promise<boolean> {
    return this.#act(desk, 'ACTIVE', 'the drill is over').catch(() => false);
  }

  async #next(desk: DeskAddress): Promise<string> {
    const posted = [...this.#texts.keys()];
    if (posted.length > 0 && this.#random.chance(AGAIN)) return this.#random.pick(posted);
    const messageId = `m${posted.length + 1}`;
    const isExit = this.#symbols.length > 0 && this.#random.chance(EXIT);
    const text = isExit ? this.#exitText() : await this.#ground.entryText(desk);
    this.#texts.set(messageId, text);
    return messageId;
  }

  #exitText(): string {
    const what = this.#random.pick(['all out', 'out half', 'trim']);
    return `${what} ${this.#random.pick(this.#symbols)}`;
  }

  async #post(desk: DeskAddress, messageId: string): Promise<void> {
    const text = this.#texts.get(messageId) ?? '';
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

  async #drill(desk: DeskAddress): Promise<boolean> {
    const reason = `drill ${this.halts.length + 1}`;
    const isTaken = await this.#act(desk, 'HALT', reason);
    if (isTaken) this.halts.push(reason);
    return isTaken;
  }

  async #act(desk: DeskAddress, to: string, reason: string): Promise<boolean> {
    const response = await fetch(`${desk.url}/api/v1/kill-state`, {
      method: 'PUT',
      headers: headersOf({ ...desk, key: this.#adminKey }),
      body: JSON.stringify({ to, reason }),
    });
    return response.ok;
  }
}

/** What `fetch` throws when the process has gone. */
function isNobodyThere(error: unknown): boolean {
  return error instanceof TypeError;
}

export function headersOf({ key }: Pick<DeskAddress, 'key'>): Record<string, string> {
  return { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
}
