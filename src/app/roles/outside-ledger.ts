/**
 * Acts at a process without a desk: what is passed on, the desk keeps on record with its keys. What
 * changes the file of people here is noted beside the desk, on disk before it is done.
 */
import type { Begun, RequestLedger } from '#operate/ports.ts';
import { noteOutside } from '../outside-acts.ts';

export function createOutsideLedger(directory: string): RequestLedger {
  return {
    begin: async (): Promise<Begun> => ({ kind: 'begun', end: () => undefined }),
    open: () => () => undefined,
    hold: async ({ caller, line, address }) => {
      noteOutside(directory, `${line} from ${address}`, '', caller);
    },
    note: () => undefined,
    settle: () => undefined,
  };
}
