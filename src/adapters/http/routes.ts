/** Every route there is: method, path, who may, what is taken, what it does. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { asMessageKey, asTradeId } from '#kernel/ids.ts';
import type { Caller } from '#operate/model.ts';
import type { ActOutcome } from '#operate/ports.ts';
import { KILL_STATES } from '#risk/model.ts';
import * as bodies from './bodies.ts';
import type { HttpDesk, HttpOptions } from './desk.ts';
import type { EventStreams } from './event-stream.ts';
import type { Access, Gatekeeper } from './gatekeeper.ts';
import { ProblemError, problem } from './problems.ts';

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly access: Access;
  readonly summary: string;
  readonly body: z.ZodType | null;
  readonly query: z.ZodType;
  handle(exchange: Exchange): unknown;
}

export interface Exchange {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly caller: Caller | null;
}

export interface RouteParts {
  readonly desk: HttpDesk;
  readonly options: HttpOptions;
  readonly gatekeeper: Gatekeeper;
  readonly streams: EventStreams;
}

export function createRoutes(parts: RouteParts): readonly Route[] {
  return [
    ...healthRoutes(parts),
    ...alertRoutes(parts),
    ...viewRoutes(parts),
    ...actRoutes(parts),
    ...sessionRoutes(parts),
  ];
}

type Plain = Pick<Route, 'access' | 'summary' | 'handle'> & Partial<Pick<Route, 'query'>>;
type WithBody<Schema> = Omit<Plain, 'handle'> & {
  readonly body: Schema;
  handle(exchange: Exchange, body: z.output<Schema>): unknown;
};

function get(path: string, route: Plain): Route {
  return { method: 'GET', path, body: null, query: bodies.NoQuery, ...route };
}

function act<Schema extends z.ZodType>(
  method: 'POST' | 'PUT',
  path: string,
  route: WithBody<Schema>,
): Route {
  return {
    query: bodies.NoQuery,
    ...route,
    method,
    path,
    handle: (exchange) => route.handle(exchange, bodies.read(route.body, exchange.request.body)),
  };
}

function healthRoutes({ desk, options }: RouteParts): Route[] {
  return [
    get('/healthz', {
      access: 'public',
      summary: 'Whether the process answers.',
      handle: () => ({ live: true }),
    }),
    get('/readyz', {
      access: 'public',
      summary: 'Whether the desk has reconciled and can trade; 503 with the reason until then.',
      handle() {
        const { ready, reasons } = desk.readiness();
        if (!ready) throw new ProblemError(problem('not_ready', reasons.join('; ')));
        return { ready };
      },
    }),
    get('/metrics', {
      access: options.metricsRole ?? 'public',
      summary: 'Prometheus metrics.',
      async handle({ reply }) {
        const { contentType, text } = await desk.metrics();
        return reply.type(contentType).send(text);
      },
    }),
  ];
}

function alertRoutes({ desk }: RouteParts): Route[] {
  return [
    act('POST', '/admin/alerts/process', {
      access: 'operator',
      summary: 'Takes one message through the whole path; a repeated message_id is a redelivery.',
      body: bodies.AlertBody,
      async handle(_, body) {
        const answer = await desk.control.process({
          platform: body.platform,
          channelId: body.channel_id,
          userId: body.user_id,
          messageId: body.message_id ?? null,
          text: body.text,
          postedAt: body.posted_at ?? null,
          dryRun: body.dry_run,
        });
        return desk.answerJson(answer);
      },
    }),
    act('POST', '/api/v1/alerts/release', {
      access: 'operator',
      summary: 'Lets a held message through the gates that held it; all others judge it anew.',
      body: bodies.ReleaseBody,
      async handle({ caller }, { message }) {
        const answer = await desk.release(asMessageKey(message), nameOf(caller));
        if (answer !== null) return desk.answerJson(answer);
        const detail = 'no message is held under this key, or it has waited too long';
        throw new ProblemError(problem('refused', detail));
      },
    }),
    get('/api/v1/alerts/example', {
      access: 'viewer',
      summary: 'A message that is a valid order now.',
      handle: async () => ({ text: await desk.example() }),
    }),
  ];
}

function viewRoutes({ desk, options, streams, gatekeeper }: RouteParts): Route[] {
  return [
    get('/admin/audit/recent', {
      access: 'viewer',
      summary: 'The newest audit rows, newest first.',
      query: bodies.RecentQuery,
      handle({ request }) {
        const { limit } = bodies.read(bodies.RecentQuery, request.query);
        return { rows: desk.recentAudit(limit) };
      },
    }),
    get('/api/v1/snapshot', {
      access: 'viewer',
      summary: 'The whole desk as it is now.',
      handle: () => desk.feed.snapshot(),
    }),
    get('/api/v1/events', {
      access: 'viewer',
      summary: 'Server-sent events: a snapshot, then every change; resumes from Last-Event-ID.',
      query: bodies.StreamQuery,
      handle({ request, reply }) {
        if (streams.open >= options.streamsMax) {
          const detail = `${options.streamsMax} are open already; close one`;
          throw new ProblemError(problem('too_many_streams', detail));
        }
        const { after } = bodies.read(bodies.StreamQuery, request.query);
        const header = request.headers['last-event-id'];
        reply.hijack();
        reply.raw.writeHead(200, {
          'content-type': 'text/event-stream; charset=utf-8',
          'cache-control': 'no-store',
          'x-accel-buffering': 'no',
          'x-content-type-options': 'nosniff',
        });
        const byKey = request.headers.authorization !== undefined;
        const isAllowed = () => byKey || gatekeeper.session(request) !== null;
        streams.add(reply.raw, typeof header === 'string' ? header : (after ?? null), isAllowed);
      },
    }),
  ];
}

function actRoutes({ desk }: RouteParts): Route[] {
  const { control } = desk;
  return [
    act('PUT', '/api/v1/kill-state', {
      access: 'operator',
      summary: 'Sets the kill state. Lowering it takes an admin and a reason.',
      body: bodies.KillStateBody,
      async handle({ caller }, { to, reason }) {
        const lowers = KILL_STATES.indexOf(to) < KILL_STATES.indexOf(control.killState());
        if (lowers && caller?.role !== 'admin') {
          const detail = `lowering ${control.killState()} to ${to} needs the role admin`;
          throw new ProblemError(problem('forbidden', detail), caller);
        }
        return done(await control.setKillState(to, nameOf(caller), reason), {
          killState: control.killState(),
        });
      },
    }),
    act('POST', '/api/v1/trades/:id/cancel', {
      access: 'operator',
      summary: "Cancels what is unfilled of a trade's entry.",
      body: bodies.ActBody,
      async handle({ request, caller }, { reason }) {
        return done(await control.cancelEntry(tradeOf(request), nameOf(caller), reason));
      },
    }),
    act('POST', '/api/v1/trades/:id/close', {
      access: 'operator',
      summary: 'Closes what a trade holds, by limit inside the collar.',
      body: bodies.ActBody,
      async handle({ request, caller }, { reason }) {
        return done(await control.closeTrade(tradeOf(request), nameOf(caller), reason));
      },
    }),
  ];
}

function sessionRoutes({ gatekeeper }: RouteParts): Route[] {
  return [
    act('POST', '/api/v1/session', {
      access: 'public',
      summary: 'Logs a page in with a key; the answer sets a cookie.',
      body: bodies.LoginBody,
      async handle({ request, reply }, { key }) {
        const { caller, csrf } = await gatekeeper.logIn(request, reply, key);
        return { caller: caller.id, role: caller.role, csrf };
      },
    }),
    get('/api/v1/session', {
      access: 'viewer',
      summary: 'Who is asking, and what an act of the page must carry.',
      handle({ request, caller }) {
        const csrf = gatekeeper.session(request)?.csrf ?? null;
        return { caller: nameOf(caller), role: caller?.role, csrf };
      },
    }),
    {
      method: 'DELETE',
      path: '/api/v1/session',
      access: 'viewer',
      summary: 'Logs the page out.',
      body: null,
      query: bodies.NoQuery,
      handle({ request, reply }) {
        gatekeeper.logOut(request, reply);
        return { loggedOut: true };
      },
    },
  ];
}

function done(outcome: ActOutcome, more: object = {}): unknown {
  if (outcome.kind === 'done') return { done: true, detail: outcome.detail, ...more };
  throw new ProblemError(problem('refused', `${outcome.detail} (${outcome.code})`));
}

function nameOf(caller: Caller | null): string {
  return caller?.id ?? 'anonymous';
}

function tradeOf(request: FastifyRequest) {
  return asTradeId(bodies.read(bodies.TradePath, request.params).id);
}
