/** A value that must never be shown: every ordinary way of printing it gives `[redacted]`. */
import { sha256Hex } from './digest.ts';

const REDACTED = '[redacted]';

export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The value itself, for the one call that needs it. */
  reveal(): string {
    return this.#value;
  }

  /** Six characters that tell two secrets apart without giving either away. */
  fingerprint(): string {
    return sha256Hex(this.#value).slice(0, 6);
  }

  toString(): string {
    return REDACTED;
  }

  toJSON(): string {
    return REDACTED;
  }

  /** Node's `util.inspect`, and with it `console.log` and error dumps. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return REDACTED;
  }
}
