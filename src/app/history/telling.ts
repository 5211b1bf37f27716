/** The record as history takes it, told by a teller. */
import { headOf } from '#audit/row.ts';
import type { Teller } from '#audit/teller.ts';
import type { Telling } from '#history/ports.ts';
import { isDeskEntry } from '../desk-entry.ts';

export function tellingBy(teller: Teller): Telling {
  return {
    tell(record) {
      if (!isDeskEntry(record)) return null;
      const told = teller.tell(record);
      return { told, row: headOf(told) };
    },
  };
}

/** Lets everything else in this process have its turn. */
export async function breathe(): Promise<void> {
  await new Promise<void>((resolve) => {
    setImmediate(resolve);
  });
}
