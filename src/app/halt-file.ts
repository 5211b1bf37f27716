/**
 * The plainest kill switch: a file named `HALT` in the data directory halts the desk within a
 * second, whoever put it there and however. Removing it lowers nothing: that takes an admin.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Cancel, Clock } from '#kernel/time.ts';
import type { Desk } from '#orders/desk.ts';

const LOOK_EVERY_MS = 500;

export class HaltFile {
  readonly #desk: Desk;
  readonly #clock: Clock;
  readonly #path: string;
  #timer: Cancel = () => undefined;

  constructor(desk: Desk, clock: Clock, directory: string) {
    this.#desk = desk;
    this.#clock = clock;
    this.#path = join(directory, 'HALT');
  }

  isThere(): boolean {
    return existsSync(this.#path);
  }

  watch(): void {
    if (this.isThere()) this.#desk.raise('HALT', `the file ${this.#path} is there`);
    this.#timer = this.#clock.after(LOOK_EVERY_MS, () => this.watch());
  }

  stop(): void {
    this.#timer();
  }
}
