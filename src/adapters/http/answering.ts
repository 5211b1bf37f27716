/**
 * From a request that was let in to its answer: checked, done once per key, and on record.
 *
 * Rule  what was sent is looked at before anything goes on record, and nothing is done before it is
 *       on record who asked for it; under a key, before that is on disk.
 */
import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { sha256Hex } from '#kernel/digest.ts';
import type { Endpoint } from '#operate/model.ts';
import type { ActAnswer, ApiProblem, ApiReply, BoundRoute, RequestLedger } from '#operate/ports.ts';
import { PROBLEM_TYPE, type Problem, ProblemError, problem, problemOf } from './problems.ts';
import type { Exchange } from './routes.ts';
import type { Session } from './sessions.ts';

export interface Asked extends Exchange {
  readonly session: Session | null;
  readonly needsCode: boolean;
}

const KEY_HEADER = 'idempotency-key';
const KEY = /^[A-Za-z0-9._-]{1,64}$/;

/** Answers a route of the desk. */
export async function answer(
  route: BoundRoute,
  asked: Asked,
  ledger: RequestLedger,
): Promise<unknown> {
  const { endpoint } = route;
  const key = keyOf(asked, endpoint);
  const { request, caller, needsCode } = asked;
  const prepared = route.prepare({
    ...{ caller, key, needsCode, requestId: request.id, body: request.body },
    params: request.params,
    query: request.query,
  });
  if (typeof prepared !== 'function') throw refusal(prepared);
  if (endpoint.key === 'none') return send(asked, await prepared());
  if (key === null) return withoutKey(asked, prepared, ledger);
  return once(asked, { key, work: prepared }, ledger);
}

type Work = () => Promise<ApiReply>;

async function withoutKey(asked: Asked, work: Work, ledger: RequestLedger): Promise<unknown> {
  const end = ledger.open({ ...aboutOf(asked), digest: digestOf(asked) });
  return finish(asked, work, end);
}

async function once(
  asked: Asked,
  { key, work }: { readonly key: string; readonly work: Work },
  ledger: RequestLedger,
): Promise<unknown> {
  const begun = await ledger.begin({ ...aboutOf(asked), key, digest: digestOf(asked) });
  switch (begun.kind) {
    case 'reused':
      throw new ProblemError(problem('key_reused', 'take a new one for another request'));
    case 'unfinished':
      throw new ProblemError(problem('unfinished', LOOK));
    case 'repeated':
      return repeat(asked.reply, await begun.answer);
    case 'begun':
      return finish(asked, work, begun.end);
  }
}

const LOOK = 'the desk stopped before it was answered; look what came of it, then use a new key';

async function finish(
  asked: Asked,
  work: Work,
  end: (answer: ActAnswer) => void,
): Promise<unknown> {
  const reply = await work().catch((error: unknown) => {
    const given = problemOf(error);
    end({ status: given.status, code: given.code, text: JSON.stringify(given) });
    throw error;
  });
  end({ ...outcomeOf(reply), text: keptText(reply) });
  return send(asked, reply);
}

function repeat(reply: FastifyReply, { status, text }: ActAnswer): FastifyReply {
  reply.header('idempotency-replayed', 'true');
  if (text === null)
    throw new ProblemError(problem('unfinished', `it ended with ${status}; ${LOOK}`));
  const type = status >= 400 ? PROBLEM_TYPE : 'application/json; charset=utf-8';
  return reply.code(status).type(type).send(text);
}

function send({ request, reply, endpoint }: Asked, given: ApiReply): unknown {
  if (given.kind === 'problem') throw refusal(given);
  if (given.kind === 'lines') {
    reply.header('content-disposition', `attachment; filename="${given.fileName}"`);
    return reply.type(given.type ?? endpointType(endpoint)).send(Readable.from(given.lines));
  }
  const text = JSON.stringify(given.value);
  reply.type('application/json; charset=utf-8');
  if (request.method !== 'GET') return reply.send(text);
  const etag = `"${sha256Hex(text).slice(0, 32)}"`;
  reply.header('etag', etag);
  return request.headers['if-none-match'] === etag ? reply.code(304).send() : reply.send(text);
}

function endpointType(endpoint: Exchange['endpoint'] & { readonly type?: string }): string {
  return endpoint.type ?? 'application/x-ndjson';
}

function keyOf({ request }: Asked, { key }: Endpoint): string | null {
  const given = request.headers[KEY_HEADER];
  if (key === 'none') return null;
  if (given === undefined) {
    if (key === 'taken') return null;
    throw new ProblemError(
      problem('key_needed', 'send a header Idempotency-Key, new for each act'),
    );
  }
  if (typeof given === 'string' && KEY.test(given)) return given;
  const detail = 'expected an Idempotency-Key of 1 to 64 of A-Z a-z 0-9 . _ -';
  throw new ProblemError(problem('malformed', detail));
}

/** It goes on record: no digest there tells a password to who tries many. */
function digestOf({ request, endpoint }: Asked): string {
  const { params, query, body } = request;
  const asked = [endpoint.method, endpoint.path, params, query, body];
  return sha256Hex(
    JSON.stringify(asked, (name, value: unknown) => (name === 'password' ? '' : value)),
  );
}

function aboutOf({ request, endpoint, caller }: Asked) {
  return {
    caller: caller?.id ?? 'anonymous',
    line: `${request.method} ${request.url.split('?')[0] ?? endpoint.path}`.slice(0, 300),
    address: request.ip,
    requestId: request.id,
  };
}

function outcomeOf(reply: ApiReply): Pick<ActAnswer, 'status' | 'code'> {
  if (reply.kind !== 'problem') return { status: 200, code: null };
  return { status: documentOf(reply).status, code: reply.code };
}

function keptText(reply: ApiReply): string | null {
  if (reply.kind === 'lines') return null;
  if (reply.kind === 'problem') return JSON.stringify(documentOf(reply));
  return JSON.stringify(reply.kept ?? reply.value);
}

function refusal(given: ApiProblem): ProblemError {
  return new ProblemError(documentOf(given));
}

function documentOf({ code, detail, errors }: ApiProblem): Problem {
  return problem(code, detail, errors);
}
