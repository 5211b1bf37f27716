/** What the server answers itself: health, metrics, the snapshot and its stream of changes. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Caller, Endpoint } from '#operate/model.ts';
import type { HttpDesk, HttpOptions } from './desk.ts';
import type { EventStreams } from './event-stream.ts';
import type { Gatekeeper } from './gatekeeper.ts';
import { ProblemError, problem } from './problems.ts';

export interface Exchange {
  readonly endpoint: Pick<Endpoint, 'method' | 'path'>;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly caller: Caller | null;
  /** As declared. */
  readonly query: unknown;
  readonly body: unknown;
}

export type DeclaredRoute = Pick<Endpoint, 'method' | 'path' | 'access'>;

/** Gives the answer, or takes the reply over. */
export type OwnRoute = (exchange: Exchange) => unknown;

export interface RouteParts {
  readonly desk: HttpDesk;
  readonly options: HttpOptions;
  readonly gatekeeper: Gatekeeper;
  readonly streams: EventStreams;
}

const StreamQuery = z.object({ after: z.string().exactOptional() });

/** By method and path, as declared. */
export function createOwnRoutes(parts: RouteParts): Readonly<Record<string, OwnRoute>> {
  const { desk } = parts;
  return {
    'GET /healthz': () => ({ live: true }),
    'GET /readyz': () => {
      const { ready, reasons } = desk.readiness();
      if (!ready) throw new ProblemError(problem('not_ready', reasons.join('; ')));
      return { ready };
    },
    'GET /metrics': async ({ reply }) => {
      const { contentType, text } = await desk.metrics();
      return reply.type(contentType).send(text);
    },
    'GET /api/v1/snapshot': () => desk.feed.snapshot(),
    'GET /api/v1/events': (exchange) => openStream(parts, exchange),
  };
}

function openStream(
  { options, streams, gatekeeper }: RouteParts,
  { request, reply, caller, query }: Exchange,
): void {
  if (streams.open >= options.streamsMax) {
    const detail = `${options.streamsMax} are open already; close one`;
    throw new ProblemError(problem('too_many_streams', detail));
  }
  const name = caller?.id ?? '';
  const own = streams.openOf(name);
  if (own >= options.streamsPerCaller) {
    const detail = `${name} has ${own} open already; close one, or a page`;
    throw new ProblemError(problem('too_many_own_streams', detail));
  }
  const { after } = StreamQuery.parse(query);
  const header = request.headers['last-event-id'];
  const isAllowed = () => caller !== null && gatekeeper.isStillAllowed(request, caller);
  reply.hijack();
  reply.raw.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
    'x-content-type-options': 'nosniff',
    'x-request-id': request.id,
  });
  const lastEventId = typeof header === 'string' ? header : (after ?? null);
  streams.add(reply.raw, { caller: name, lastEventId, isAllowed });
}
