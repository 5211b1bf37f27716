/**
 * What another role has forwarded, carried out by the desk as if its caller stood before it:
 * through the desk's own server, with every check, every record and every limit there is.
 *
 * The role that forwards has let the caller in; what the caller may do is the desk's own business.
 */
import { randomBytes } from 'node:crypto';
import type { HttpServer } from '#adapters/http/server.ts';
import { encodeCanonical } from '#events/codec.ts';
import type { Journal } from '#journal/ports.ts';
import type { Caller, Role } from '#operate/model.ts';
import { LOCAL_OPERATOR } from '../access.ts';
import type { Act, HttpActAsked } from './exchange.ts';
import type { Done } from './request-desk.ts';

/** One at a time, for one request that is being carried out. */
export class Passes {
  readonly #callers = new Map<string, Caller>();

  /** The caller of a pass; `null` for anything else. */
  callerOf(text: string): Caller | null {
    return this.#callers.get(text) ?? null;
  }

  async with<T>(caller: Caller, work: (pass: string) => Promise<T>): Promise<T> {
    const pass = `pass_${randomBytes(24).toString('base64url')}`;
    this.#callers.set(pass, caller);
    try {
      return await work(pass);
    } finally {
      this.#callers.delete(pass);
    }
  }
}

export interface PerformParts {
  readonly server: Pick<HttpServer, 'app'>;
  readonly passes: Passes;
  readonly roleOf: (caller: string) => Role | null;
  /** Nothing here is real: whoever sits at any of its machines may do everything. */
  readonly isSimulated: () => boolean;
  readonly journal: Pick<Journal, 'read' | 'health'>;
}

const ANSWER_BYTES_MAX = 1_048_576;
const PAGE_BYTES_MAX = 524_288;

export function createPerform(parts: PerformParts): (act: Act) => Promise<Done> {
  return async (act) => {
    if (act.op === 'records') return recordsFrom(parts.journal, act.from);
    const caller = callerOf(parts, act);
    if (caller === null) {
      const detail = `the desk does not know ${act.caller}: its keys and people must be the desk's`;
      return { status: 403, text: JSON.stringify({ code: 'forbidden', detail }) };
    }
    return parts.passes.with(caller, async (pass) => throughServer(parts, act, pass));
  };
}

/**
 * Who has not given his second factor is no admin for as long. The local operator of the machine
 * that forwards has shown nothing, and is not this machine's.
 */
function callerOf(
  { roleOf, isSimulated }: PerformParts,
  { caller, needsCode }: HttpActAsked,
): Caller | null {
  if (caller === LOCAL_OPERATOR && !isSimulated()) return null;
  const role = roleOf(caller);
  if (role === null) return null;
  return { id: caller, role: needsCode && role === 'admin' ? 'operator' : role };
}

async function throughServer(
  { server }: PerformParts,
  { method, path, body, key }: HttpActAsked,
  pass: string,
): Promise<Done> {
  const reply = await server.app.inject({
    method,
    url: path,
    // An address of no machine: the record shows by which way it came.
    remoteAddress: 'roles',
    headers: {
      host: 'localhost',
      authorization: `Bearer ${pass}`,
      ...(key !== null && { 'idempotency-key': key }),
      ...(body !== null && { 'content-type': 'application/json' }),
    },
    ...(body !== null && { payload: JSON.stringify(body) }),
  });
  const text = reply.body;
  if (Buffer.byteLength(text) <= ANSWER_BYTES_MAX) return { status: reply.statusCode, text };
  const detail = "the answer is too long to be passed on: ask on the desk's own machine";
  return { status: 501, text: JSON.stringify({ code: 'not_available', detail }) };
}

/** Records on disk from one on, as many as fit: JSON of their canonical texts. */
function recordsFrom(journal: PerformParts['journal'], from: number): Done {
  const last = journal.health().durableSeq;
  const texts: string[] = [];
  let bytes = 0;
  for (const record of journal.read(from)) {
    if (record.seq > last || bytes > PAGE_BYTES_MAX) break;
    const text = encodeCanonical(record);
    bytes += text.length;
    texts.push(text);
  }
  return { status: 200, text: JSON.stringify(texts) };
}
