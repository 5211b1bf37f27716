/** The REST API, version 10: the routes a bot of ours uses, and faults on demand. */

import { type JsonObject, listOf, parseJson, recordOf, textOf } from '../support/json.ts';
import type { HttpReply, HttpRequest } from '../support/loopback.ts';
import type { Interactions } from './interactions.ts';
import {
  channelOf,
  createMessage,
  editMessage,
  invalid,
  ok,
  readHistory,
  startThread,
} from './messages.ts';
import { type Channel, fault, type Message, type Reply } from './model.ts';
import type { World } from './world.ts';

export interface RestFault {
  readonly method?: string;
  /** Tested on the path behind `/api/v10`. */
  readonly path: RegExp;
  readonly times: number;
  readonly how: /** Carried out, and the connection ends without an answer. */
    | 'answer_lost'
    /** Carried out, and answered as a failure of the server. */
    | 'taken_then_500'
    /** Not carried out; never answered. */
    | 'hang'
    /** Not carried out. */
    | Reply;
}

export interface RestOptions {
  readonly world: World;
  readonly interactions: Interactions;
  readonly token: string;
  readonly gatewayUrl: () => string;
}

export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
}

interface Call {
  readonly ids: readonly string[];
  readonly query: URLSearchParams;
  readonly body: unknown;
}

interface Route {
  readonly method: string;
  readonly path: RegExp;
  /** Authorised by the token in its path. */
  readonly isOpen?: boolean;
  readonly answer: (call: Call) => Reply;
}

export class Rest {
  readonly #options: RestOptions;
  readonly #routes: readonly Route[];
  readonly #faults: { rule: RestFault; left: number }[] = [];
  readonly #commands = new Map<string, readonly JsonObject[]>();
  /** Every request that was taken, in order. */
  readonly seen: Seen[] = [];
  tokenRefused = false;
  sessionsLeft = 1000;

  constructor(options: RestOptions) {
    this.#options = options;
    this.#routes = [...this.#general(), ...this.#messages(), ...this.#acts()];
  }

  fail(rule: RestFault): void {
    this.#faults.push({ rule, left: rule.times });
  }

  commands(guildId: string): readonly JsonObject[] {
    return this.#commands.get(guildId) ?? [];
  }

  async answer(request: HttpRequest): Promise<HttpReply> {
    const path = decodeURIComponent(request.path.replace(/^\/api(?:\/v\d+)?/, ''));
    const { method } = request;
    const body = parseJson(request.body);
    this.seen.push({ method, path, body: recordOf(body) });
    const failing = this.#faults.find(
      ({ rule, left }) => left > 0 && rule.path.test(path) && (rule.method ?? method) === method,
    );
    if (failing !== undefined) failing.left -= 1;
    const how = failing?.rule.how;
    if (how === 'hang') return { kind: 'hang' };
    if (typeof how === 'object') return asJson(how);
    const reply = this.#reply(request, path, body);
    if (how === 'answer_lost') return { kind: 'drop' };
    return asJson(how === undefined ? reply : fault(500, 0, 'Internal Server Error'));
  }

  #reply({ method, headers, query }: HttpRequest, path: string, body: unknown): Reply {
    for (const route of this.#routes) {
      const found = route.method === method ? route.path.exec(path) : null;
      if (found === null) continue;
      const isOurs = headers.authorization === `Bot ${this.#options.token}`;
      if (route.isOpen !== true && (!isOurs || this.tokenRefused)) {
        return fault(401, 0, '401: Unauthorized');
      }
      return route.answer({ ids: found.slice(1), query, body });
    }
    return fault(404, 0, '404: Not Found');
  }

  #general(): readonly Route[] {
    const { world, gatewayUrl } = this.#options;
    const limit = (): JsonObject => ({
      ...{ total: 1000, remaining: this.sessionsLeft, reset_after: 0, max_concurrency: 1 },
    });
    return [
      on('GET', '/gateway/bot', () =>
        ok({ url: gatewayUrl(), shards: 1, session_start_limit: limit() }),
      ),
      on('GET', '/users/@me', () => ok(world.userWire(world.bot))),
      on('POST', '/users/@me/channels', ({ body }) => {
        const person = textOf(recordOf(body)['recipient_id']);
        if (person === null) return invalid('recipient_id');
        return ok(world.channelWire(world.directChannel(person)));
      }),
      on('GET', '/guilds/:id/members/:id', ({ ids: [guild = '', user = ''] }) => {
        const member = world.guilds.has(guild) ? world.member(guild, user) : null;
        if (member === null) return fault(404, 10007, 'Unknown Member');
        return ok({ ...world.memberWire(member), user: world.userWire(member.user) });
      }),
      on('GET', '/applications/:id/guilds/:id/commands', ({ ids: [, guild = ''] }) =>
        ok(this.commands(guild)),
      ),
      on('PUT', '/applications/:id/guilds/:id/commands', ({ ids: [app, guild = ''], body }) => {
        const given = listOf(body).map((command, at) => ({
          ...jsonOf(command),
          ...{ id: String(BigInt(world.newId()) + BigInt(at)), application_id: app, version: '1' },
        }));
        this.#commands.set(guild, given);
        return ok(given);
      }),
    ];
  }

  #messages(): readonly Route[] {
    const { world } = this.#options;
    const inChannel =
      (act: (channel: Channel, call: Call) => Reply) =>
      (call: Call): Reply => {
        const channel = channelOf(world, call.ids[0] ?? '');
        return 'status' in channel ? channel : act(channel, call);
      };
    const ofMessage = (act: (message: Message, call: Call) => Reply) =>
      inChannel((channel, call) => {
        const message = world.messages.get(call.ids[1] ?? '');
        const isHere = message !== undefined && message.channelId === channel.id;
        return isHere ? act(message, call) : fault(404, 10008, 'Unknown Message');
      });
    const one = '/channels/:id/messages/:id';
    return [
      on(
        'GET',
        '/channels/:id',
        inChannel((channel) => ok(world.channelWire(channel))),
      ),
      on(
        'GET',
        '/channels/:id/messages',
        inChannel((channel, { query }) => readHistory(world, channel, query)),
      ),
      on(
        'POST',
        '/channels/:id/messages',
        inChannel((channel, { body }) => createMessage(world, channel, recordOf(body))),
      ),
      on(
        'GET',
        one,
        ofMessage(({ wire }) => ok(wire)),
      ),
      on(
        'PATCH',
        one,
        ofMessage((message, { body }) => editMessage(world, message, recordOf(body))),
      ),
      on(
        'POST',
        `${one}/threads`,
        ofMessage((message, { body }) => startThread(world, message, recordOf(body))),
      ),
    ];
  }

  #acts(): readonly Route[] {
    const { interactions } = this.#options;
    return [
      {
        ...on('POST', '/interactions/:id/:token/callback', ({ ids: [id = '', token = ''], body }) =>
          interactions.callback(id, token, recordOf(body)),
        ),
        isOpen: true,
      },
      {
        ...on('PATCH', '/webhooks/:id/:token/messages/@original', ({ ids: [, token = ''], body }) =>
          interactions.editOriginal(token, recordOf(body)),
        ),
        isOpen: true,
      },
    ];
  }
}

function on(method: string, pattern: string, answer: Route['answer']): Route {
  const source = pattern.replace(/:id/g, '(\\d+)').replace(/:token/g, '([^/]+)');
  return { method, path: new RegExp(`^${source}$`), answer };
}

function asJson({ status, body, headers = {} }: Reply): HttpReply {
  const type = { 'content-type': 'application/json' };
  const text = body === undefined ? '' : JSON.stringify(body);
  return { kind: 'answer', status, headers: { ...type, ...headers }, body: text };
}

function jsonOf(value: unknown): JsonObject {
  return JSON.parse(JSON.stringify(value)) as JsonObject;
}
