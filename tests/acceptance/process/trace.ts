/**
 * What a process said to its kernel, by `strace -f -y`: what it wrote to its journal, when that was
 * synced, and what it wrote to the network.
 */
import { type Intent, intentsIn, MUTATION, type Sent } from './intents.ts';

/** By the number of the line in the trace. */
export interface TracedIntent extends Intent {
  /** Its sync had returned there; `Infinity` when none did. */
  readonly durableAt: number;
}

export interface TracedSend extends Sent {
  /** Its first byte was handed over there. */
  readonly at: number;
}

export interface Traced {
  readonly intents: readonly TracedIntent[];
  readonly sends: readonly TracedSend[];
}

export const TRACED_CALLS = 'write,writev,pwrite64,sendto,sendmsg,fdatasync,fsync';
const STARTED = /^(\d+)\s+(\w+)\(\d+<([^>]*)>/;
const RESUMED = /^(\d+)\s+<\.\.\. (fdatasync|fsync) resumed>/;
const TEXT = /"((?:[^"\\]|\\.)*)"/g;
const ESCAPE = /\\(x[0-9a-f]{2}|[0-7]{1,3}|.)/g;
const LETTERS: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  v: '\v',
  f: '\f',
};
const REQUEST = /(POST|PUT|PATCH|DELETE) (\/\S+) HTTP\/1\.1\r\n/;
const IDENTITY = /"external-identifier":"([^"]+)"/;

export function readTrace(text: string): Traced {
  const trace = new Trace();
  for (const [at, line] of text.split('\n').entries()) trace.read(line, at);
  return trace;
}

class Trace implements Traced {
  readonly intents: (Intent & { durableAt: number })[] = [];
  readonly sends: (Sent & { cid: string | null; at: number; to: string })[] = [];
  /** By thread, how many intents had been written when its sync began. */
  readonly #syncing = new Map<string, number>();

  read(line: string, at: number): void {
    const [, resumed] = RESUMED.exec(line) ?? [];
    if (resumed !== undefined) this.#synced(this.#syncing.get(resumed) ?? 0, at);
    const [, thread = '', call = '', target = ''] = STARTED.exec(line) ?? [];
    const isJournal = target.includes('/journal/');
    const isSync = call === 'fdatasync' || call === 'fsync';
    if (isSync) this.#sync(thread, isJournal ? this.intents.length : 0, { line, at });
    else if (isJournal) this.#wrote(Buffer.from(saidIn(line), 'latin1'));
    else if (/^(?:socket|TCP):/.test(target)) this.#said(target, saidIn(line), at);
  }

  #sync(thread: string, upTo: number, { line, at }: { line: string; at: number }): void {
    if (line.includes('<unfinished')) this.#syncing.set(thread, upTo);
    else this.#synced(upTo, at);
  }

  #synced(upTo: number, at: number): void {
    for (const one of this.intents.slice(0, upTo)) one.durableAt = Math.min(one.durableAt, at);
  }

  #wrote(bytes: Uint8Array): void {
    for (const intent of intentsIn(bytes)) this.intents.push({ ...intent, durableAt: Infinity });
  }

  #said(to: string, said: string, at: number): void {
    const [, method, path = ''] = REQUEST.exec(said) ?? [];
    const cid = IDENTITY.exec(said)?.[1] ?? null;
    if (method !== undefined) {
      if (MUTATION.test(path)) this.sends.push({ method, path, cid, at, to });
      return;
    }
    // The body of the request whose head went before.
    const head = this.sends.findLast((one) => one.to === to && one.cid === null);
    if (head !== undefined && cid !== null) head.cid = cid;
  }
}

/** Every text of the line, one after the other, as the bytes they stand for. */
function saidIn(line: string): string {
  return [...line.matchAll(TEXT)].map(([, quoted = '']) => unescape(quoted)).join('');
}

function unescape(quoted: string): string {
  return quoted.replaceAll(ESCAPE, (_, code: string) => {
    if (/^[0-7]/.test(code)) return String.fromCodePoint(Number.parseInt(code, 8));
    if (/^x[0-9a-f]/.test(code)) return String.fromCodePoint(Number.parseInt(code.slice(1), 16));
    return LETTERS[code] ?? code;
  });
}
