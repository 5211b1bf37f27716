/**
 * Acts over HTTP, on record: who asked for what, from where, and how it ended.
 *
 * Promises
 * 1. An act under a key is on disk before it is done: the same key never does it again, also after
 *    a restart. What a restart cut off is told as unfinished, and done by nobody.
 * 2. A repeat gets the answer of the first, except for what is shown only once.
 * 3. An act without a key is on record before whatever it does, and how it ended after.
 * 4. What changes the file of people is on disk before it is done.
 * 5. Bounded: the oldest keys are forgotten, long after anybody repeats them.
 */
import { networkOf } from '#adapters/http/origin.ts';
import type { DeskEntry } from '#audit/model.ts';
import type { Appended, Durability } from '#journal/ports.ts';
import type { Clock } from '#kernel/time.ts';
import type { ActAnswer, ActRequest, Begun, KeyedRequest, RequestLedger } from '#operate/ports.ts';
import type { Desk } from '#orders/desk.ts';
import type { DeskRecord } from '#orders/model.ts';
import { Repeats } from './repeats.ts';

const KEPT_MAX = 5_000;
/** A longer answer is not kept: a record has room for other things too. */
const ANSWER_CHARACTERS_MAX = 12_000;

/** One act under a key. `answer`: `null` while nobody knows. */
export interface KnownRequest {
  readonly digest: string;
  readonly answer: ActAnswer | null;
}

/** What the record says of keys, told record by record. */
export class RequestMemory {
  readonly #known = new Map<string, KnownRequest>();

  take(entry: DeskEntry): void {
    if (entry.kind === 'request.taken' && entry.body.key !== null) {
      const name = nameOf(entry.actor, entry.body.key);
      if (!this.#known.has(name)) this.#put(name, { digest: entry.body.digest, answer: null });
    }
    if (entry.kind !== 'request.answered' || entry.body.key === null) return;
    const name = nameOf(entry.actor, entry.body.key);
    const known = this.#known.get(name);
    const { status, code, answer: text } = entry.body;
    if (known?.answer === null) this.#put(name, { ...known, answer: { status, code, text } });
  }

  get(caller: string, key: string): KnownRequest | null {
    return this.#known.get(nameOf(caller, key)) ?? null;
  }

  save(): readonly (readonly [string, KnownRequest])[] {
    return [...this.#known];
  }

  restore(saved: ReturnType<RequestMemory['save']>): void {
    for (const [name, known] of saved) this.#known.set(name, known);
  }

  #put(name: string, known: KnownRequest): void {
    this.#known.set(name, known);
    const [oldest] = this.#known.keys();
    if (this.#known.size > KEPT_MAX && oldest !== undefined) this.#known.delete(oldest);
  }
}

type Recorder = Pick<Desk, 'record' | 'now'>;

export function createRequestLedger(
  desk: Recorder,
  memory: RequestMemory,
  clock: Pick<Clock, 'after'>,
): RequestLedger {
  const repeats = new Repeats<Ended>(clock, (ended, times) => noted(desk, ended, times));
  const underWay = new Map<
    string,
    { readonly digest: string; readonly answer: Promise<ActAnswer> }
  >();

  return {
    async begin(request) {
      const { caller, key, digest } = request;
      const name = nameOf(caller, key);
      const running = underWay.get(name);
      if (running !== undefined) {
        return running.digest === digest
          ? { kind: 'repeated', answer: running.answer }
          : { kind: 'reused' };
      }
      const known = memory.get(caller, key);
      if (known !== null) return repeated(known, digest);
      const { promise, resolve } = Promise.withResolvers<ActAnswer>();
      underWay.set(name, { digest, answer: promise });
      try {
        const { records, durable } = taken(desk, request, 'sync');
        for (const record of records) memory.take(record);
        await durable;
      } catch (error) {
        underWay.delete(name);
        // Whoever waited for it learns that nothing was done.
        resolve({ status: 503, code: 'not_recorded', text: null });
        throw error;
      }
      return {
        kind: 'begun',
        end(answer) {
          try {
            answered(desk, memory, request, answer);
          } finally {
            // Whoever waits for it hears it, also where the journal takes nothing more.
            underWay.delete(name);
            resolve(answer);
          }
        },
      };
    },
    open(request) {
      taken(desk, { ...request, key: null }, 'lazy');
      return ({ status, code }) => noted(desk, { request, status, code }, 1);
    },
    hold: (request) => taken(desk, { ...request, key: null }, 'sync').durable,
    note(request, status, code) {
      const { caller, line, address } = request;
      // Of each place: a login from elsewhere is not counted under the person's own.
      const name = `${caller} ${networkOf(address)} ${line} ${status} ${code}`;
      repeats.add(name, { request, status, code });
    },
    settle: () => repeats.settle(),
  };
}

function repeated({ digest, answer }: KnownRequest, asked: string): Begun {
  if (digest !== asked) return { kind: 'reused' };
  if (answer === null) return { kind: 'unfinished' };
  return { kind: 'repeated', answer: Promise.resolve(answer) };
}

type Taken = Omit<KeyedRequest, 'key'> & { readonly key: string | null };

/** Lazily it is on disk before the first record that must be: nothing is done without it. */
function taken(desk: Recorder, request: Taken, durability: Durability): Appended<DeskRecord> {
  const { key, digest, caller: actor } = request;
  const body = { ...bodyOf(request), key, digest, at: desk.now() };
  return desk.record([{ kind: 'request.taken', body, actor }], durability);
}

interface Ended extends Omit<ActAnswer, 'text'> {
  readonly request: ActRequest;
}

function noted(desk: Recorder, { request, status, code }: Ended, times: number): void {
  const body = {
    ...{ ...bodyOf(request), key: null, status, code, answer: null, at: desk.now() },
    ...(times > 1 && { times }),
  };
  desk.record([{ kind: 'request.answered', body, actor: request.caller }], 'lazy');
}

function answered(
  desk: Recorder,
  memory: RequestMemory,
  request: KeyedRequest,
  { status, text, code }: ActAnswer,
): void {
  const { key, caller: actor } = request;
  const answer = text !== null && text.length <= ANSWER_CHARACTERS_MAX ? text : null;
  const body = { ...bodyOf(request), key, status, code, answer, at: desk.now() };
  const { records } = desk.record([{ kind: 'request.answered', body, actor }], 'lazy');
  for (const record of records) memory.take(record);
}

function bodyOf({ line, address, requestId }: ActRequest) {
  return { line, address, requestId };
}

function nameOf(caller: string, key: string): string {
  return `${caller} ${key}`;
}
