/**
 * A SQL server as the store of history needs one: sessions that ask, and that copy rows in. Two
 * kinds exist, PostgreSQL over a connection and PGlite in a thread; their SQL is the same.
 */
import { isKeyed } from '#events/codec.ts';

export interface Answer {
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  readonly affected: number;
  /** What the server says it did: `ROLLBACK` for a commit of nothing. Empty when it says none. */
  readonly command: string;
}

export interface Session {
  /** One statement; instants, amounts and JSON come back only when cast to text. */
  query(text: string, parameters?: readonly unknown[]): Promise<Answer>;
  /**
   * Adds lines of COPY's text format, in UTF-8; `into` is `table (column, …)`. The next piece is
   * asked for while those before it are on their way.
   */
  copy(into: string, pieces: Iterable<Uint8Array<ArrayBuffer>>): Promise<void>;
  /** Gives it back; `broken` when nobody knows what state it is in. */
  release(state: 'sound' | 'broken'): void;
}

export interface SqlServer {
  readonly kind: 'embedded' | 'postgres';
  /** As a person knows it, without any secret. */
  readonly name: string;
  /** Bounded. Throws what `faultOf` knows. `long`: for whole tables, by hand or at night. */
  connect(work?: 'short' | 'long'): Promise<Session>;
  /** What is needed now and then where no server does it by itself. */
  tidy(session: Session): Promise<void>;
  /** Throws everything away, where the server is ours alone. */
  discard(): Promise<void>;
  end(): Promise<void>;
}

/** A person must act before this store can be used. */
export class StoreRefusal extends Error {
  override readonly name = 'StoreRefusal';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** The database has been asked for these columns: an answer is rows of them. */
export function areRows<R>(rows: readonly unknown[]): rows is R[] {
  return rows.every(isKeyed);
}
