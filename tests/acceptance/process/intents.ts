/** Intents as they lie in a journal's bytes, and the requests they have to go before. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { frameAt } from '#journal/frame.ts';
import { parseJson, recordOf, textOf } from '../../stand-ins/support/json.ts';

export interface Intent {
  readonly op: string;
  readonly cid: string;
  /** Of the order to be cancelled. */
  readonly orderId: string | null;
}

/** A request that changes something at the venue. */
export interface Sent {
  readonly method: string;
  readonly path: string;
  readonly cid: string | null;
}

export const MUTATION = /^\/accounts\/[^/]+\/orders(?:\/(\d+))?$/;

/** Every intent in whole frames, in order. */
export function intentsIn(bytes: Uint8Array): readonly Intent[] {
  const intents: Intent[] = [];
  for (let at = 0; ; ) {
    const frame = frameAt(bytes, at);
    if (frame.kind !== 'frame') return intents;
    at = frame.next;
    const record = recordOf(parseJson(Buffer.from(frame.payload).toString('utf8')));
    if (record['kind'] !== 'order.intended') continue;
    const intent = recordOf(recordOf(record['body'])['intent']);
    intents.push({
      op: textOf(intent['op']) ?? '',
      cid: textOf(intent['cid']) ?? '',
      orderId: textOf(intent['orderId']),
    });
  }
}

/** Those in the files of a data directory, as they are now. */
export function intentsOnDisk(directory: string): readonly Intent[] {
  const journal = join(directory, 'journal');
  return readdirSync(journal)
    .toSorted()
    .flatMap((name) => intentsIn(readFileSync(join(journal, name))));
}

export function isMeant({ method, path, cid }: Sent, intents: readonly Intent[]): boolean {
  const orderId = MUTATION.exec(path)?.[1] ?? null;
  return intents.some((intent) => {
    if (method === 'DELETE') return intent.op === 'cancel' && intent.orderId === orderId;
    const op = method === 'POST' ? 'submit' : 'replace';
    return intent.op === op && intent.cid === cid;
  });
}
