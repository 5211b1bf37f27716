/** What is said between the embedded database, in its own thread, and the rest of the program. */

export type ToDatabase =
  | { readonly kind: 'query'; readonly id: number; readonly text: string; readonly with: unknown[] }
  | {
      readonly kind: 'copy';
      readonly id: number;
      readonly into: string;
      readonly lines: Uint8Array<ArrayBuffer>;
    }
  | { readonly kind: 'close'; readonly id: number };

export type FromDatabase =
  | { readonly kind: 'opened' }
  | { readonly kind: 'unopened'; readonly detail: string }
  | {
      readonly kind: 'answered';
      readonly id: number;
      readonly rows: readonly Readonly<Record<string, unknown>>[];
      readonly affected: number;
    }
  | {
      readonly kind: 'failed';
      readonly id: number;
      /** SQLSTATE; empty for what is no error of SQL. */
      readonly code: string;
      readonly detail: string;
    };
