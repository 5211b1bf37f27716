/** What a process without a desk knows of the desk: who it is, what it says, how its clock goes. */

import { z } from 'zod';
import type { HotState } from '#bus/ports.ts';
import type { Cancel, Clock } from '#kernel/time.ts';
import type { Seal } from '../bus/seal.ts';
import { STATUS } from '../bus/tables.ts';
import { Status, unsealed } from './exchange.ts';

const LOOK_MS = 500;
/** The desk speaks every second: one that has been silent for longer is not there. */
const SILENT_MS = 5_000;

const Sealed = z.object({ text: z.string(), mac: z.string() });

export type DeskSeen =
  | { readonly kind: 'there'; readonly status: Status; readonly ageMs: number }
  | { readonly kind: 'away'; readonly detail: string };

export class DeskWatch {
  readonly #hot: HotState;
  readonly #seal: Seal;
  readonly #clock: Clock;
  #last: { readonly status: Status; readonly writtenAt: number } | null = null;
  #detail = 'the desk has not been heard of yet';
  #cancel: Cancel | null = null;
  #isStopped = false;

  constructor(hot: HotState, seal: Seal, clock: Clock) {
    this.#hot = hot;
    this.#seal = seal;
    this.#clock = clock;
  }

  async start(): Promise<void> {
    await this.#look();
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel?.();
  }

  seen(): DeskSeen {
    const last = this.#last;
    if (last === null) return { kind: 'away', detail: this.#detail };
    if (!last.status.takes) return { kind: 'away', detail: 'the desk has been stopped' };
    const ageMs = this.#clock.mono() - last.writtenAt;
    if (ageMs <= SILENT_MS) return { kind: 'there', status: last.status, ageMs };
    const seconds = Math.round(ageMs / 1_000);
    return { kind: 'away', detail: `the desk was last heard of ${seconds} s ago; ${this.#detail}` };
  }

  /** The desk's machine clock, to within an answer of the store; `null` without a desk. */
  deskNow(): number | null {
    const seen = this.seen();
    return seen.kind === 'there' ? seen.status.at + seen.ageMs : null;
  }

  async #look(): Promise<void> {
    const values = await this.#hot.values(STATUS);
    const value = values.ok ? values.value.get('desk') : undefined;
    if (!values.ok) this.#detail = values.error.detail;
    else if (value === undefined) this.#detail = 'no desk writes to this Redis';
    else this.#take(value.text, this.#clock.mono() - value.ageMs);
    if (!this.#isStopped) this.#cancel = this.#clock.after(LOOK_MS, () => void this.#look());
  }

  #take(text: string, writtenAt: number): void {
    const status = this.#read(text);
    if (status === null) {
      this.#detail =
        'what Redis holds of the desk is not under the seal of STRIKEWIRE_ROLES_SECRET';
      return;
    }
    this.#detail = 'Redis answers';
    // An old word put back by somebody else makes nothing newer.
    if (
      this.#last !== null &&
      status.run === this.#last.status.run &&
      status.at < this.#last.status.at
    )
      return;
    this.#last = { status, writtenAt };
  }

  #read(text: string): Status | null {
    try {
      const fields = Sealed.safeParse(JSON.parse(text));
      if (!fields.success) return null;
      return unsealed(this.#seal, 'status', { fields: fields.data, schema: Status });
    } catch (error) {
      if (error instanceof SyntaxError) return null;
      throw error;
    }
  }
}
