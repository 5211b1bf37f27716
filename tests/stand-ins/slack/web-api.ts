/** The Web API, as far as a desk uses it, and `response_url`. */
import {
  type Json,
  type JsonObject,
  listOf,
  parseJson,
  recordOf,
  textOf,
} from '../support/json.ts';
import type { HttpReply, HttpRequest } from '../support/loopback.ts';
import type { Message, World } from './world.ts';

/** What happens to the next call of a method. */
export type Fault =
  /** Done, and the connection ends without an answer. */
  | { readonly kind: 'answer_lost' }
  /** Done, and answered as a failure. */
  | { readonly kind: 'done_then_500' }
  /** Not done. */
  | { readonly kind: 'status'; readonly status: number }
  | { readonly kind: 'limited'; readonly seconds: number }
  | { readonly kind: 'error'; readonly error: string; readonly needed?: string }
  | { readonly kind: 'html' }
  | { readonly kind: 'hang' };

export interface WebApiParts {
  readonly world: World;
  readonly appToken: string;
  readonly botToken: string;
  readonly socketUrl: () => string;
}

type Form = Readonly<Record<string, string>>;
type Method = (form: Form) => JsonObject;

const HISTORY_DEFAULT = 100;
const HISTORY_MAX = 999;
const TEXT_MAX = 40_000;
const SECTION_MAX = 3_000;

export class WebApi {
  /** `null`: both tokens are good; else the error every call is answered with. */
  tokenError: string | null = null;
  scopes: readonly string[] = [
    ...['chat:write', 'channels:history', 'groups:history', 'channels:read', 'groups:read'],
    ...['commands', 'users:read', 'im:write', 'im:history', 'usergroups:read'],
  ];
  /** Every call: method and form, in order. */
  readonly calls: { readonly method: string; readonly form: Form }[] = [];
  readonly #parts: WebApiParts;
  readonly #faults = new Map<string, Fault[]>();
  readonly #conversations = new Map<string, string>();

  constructor(parts: WebApiParts) {
    this.#parts = parts;
  }

  /** The next call of this method goes wrong; several add up. */
  failNext(method: string, fault: Fault): void {
    const faults = this.#faults.get(method) ?? [];
    this.#faults.set(method, [...faults, fault]);
  }

  async answer(request: HttpRequest): Promise<HttpReply> {
    if (request.path.startsWith('/respond/')) return this.#respond(request);
    const method = request.path.replace(/^\/api\//, '');
    const form = Object.fromEntries(new URLSearchParams(request.body));
    this.calls.push({ method, form });
    const [fault, ...rest] = this.#faults.get(method) ?? [];
    this.#faults.set(method, rest);
    const early = fault === undefined ? null : refusalOf(fault);
    if (early !== null) return early;
    const body = this.#authorised(request, method) ?? this.#run(method, form);
    if (fault?.kind === 'answer_lost') return { kind: 'drop' };
    if (fault?.kind === 'done_then_500') return text(500, 'something went wrong');
    return json(body, { 'x-oauth-scopes': this.scopes.join(',') });
  }

  #authorised({ headers }: HttpRequest, method: string): JsonObject | null {
    if (this.tokenError !== null) return failure(this.tokenError);
    const { appToken, botToken } = this.#parts;
    const wanted = method === 'apps.connections.open' ? appToken : botToken;
    return headers.authorization === `Bearer ${wanted}` ? null : failure('invalid_auth');
  }

  #run(method: string, form: Form): JsonObject {
    const run = this.#methods[method];
    return run === undefined ? failure('unknown_method') : run(form);
  }

  readonly #methods: Readonly<Record<string, Method>> = {
    'apps.connections.open': () => ({ ok: true, url: this.#parts.socketUrl() }),
    'auth.test': () => {
      const { teamId, botUser, botId } = this.#parts.world;
      return { ok: true, team_id: teamId, user_id: botUser, bot_id: botId };
    },
    'chat.postMessage': (form) => this.#post(form),
    'chat.update': (form) => this.#update(form),
    'chat.postEphemeral': ({ channel = '', user = '', text: said = '' }) => {
      this.#parts.world.whisper(channel, user, said);
      return { ok: true, message_ts: this.#parts.world.newTs() };
    },
    'conversations.history': (form) => this.#history(form, null),
    'conversations.replies': (form) => this.#history(form, form['ts'] ?? ''),
    'conversations.info': ({ channel = '' }) => {
      const found = this.#parts.world.channels.get(channel);
      if (found === undefined) return failure('channel_not_found');
      const { isMember, isArchived } = found;
      return { ok: true, channel: { id: channel, is_member: isMember, is_archived: isArchived } };
    },
    'conversations.open': ({ users = '' }) => {
      if (!this.#parts.world.people.has(users)) return failure('user_not_found');
      const known = this.#conversations.get(users);
      const id = known ?? this.#parts.world.addChannel('direct', 'im', users).id;
      this.#conversations.set(users, id);
      return { ok: true, channel: { id } };
    },
    'users.info': ({ user = '' }) => {
      const found = this.#parts.world.people.get(user);
      if (found === undefined) return failure('user_not_found');
      return { ok: true, user: { id: user, name: found.name, profile: {} } };
    },
    'usergroups.users.list': ({ usergroup = '' }) => {
      const users = this.#parts.world.groups.get(usergroup);
      return users === undefined ? failure('no_such_subteam') : { ok: true, users };
    },
  };

  #post(form: Form): JsonObject {
    const { world } = this.#parts;
    const { channel: channelId = '', thread_ts: threadTs } = form;
    const refusal = this.#closed(channelId) ?? unfit(form);
    if (refusal !== null) return failure(refusal);
    if (threadTs !== undefined && world.message(channelId, threadTs) === null) {
      return failure('thread_not_found');
    }
    const message = world.post({
      channelId,
      user: world.botUser,
      botId: world.botId,
      text: form['text'] ?? '',
      threadTs: threadTs ?? null,
      extra: { app_id: world.appId, ...partsOf(form) },
    });
    return { ok: true, channel: channelId, ts: message.ts, message: world.wire(message) };
  }

  #update(form: Form): JsonObject {
    const { world } = this.#parts;
    const { channel: channelId = '', ts = '' } = form;
    const refusal = this.#closed(channelId) ?? unfit(form);
    if (refusal !== null) return failure(refusal);
    const before = world.message(channelId, ts);
    if (before === null) return failure('message_not_found');
    if (before.botId !== world.botId) return failure('cant_update_message');
    const extra = { ...before.extra, ...partsOf(form) };
    world.change(channelId, ts, world.botUser, { text: form['text'] ?? '', extra });
    return { ok: true, channel: channelId, ts };
  }

  #closed(channelId: string): string | null {
    const channel = this.#parts.world.channels.get(channelId);
    if (channel === undefined) return 'channel_not_found';
    if (channel.isArchived) return 'is_archived';
    return channel.isMember ? null : 'not_in_channel';
  }

  #history(form: Form, thread: string | null): JsonObject {
    const { world } = this.#parts;
    const { channel = '', oldest = '0', cursor = '' } = form;
    const refusal = this.#closed(channel);
    if (refusal !== null && refusal !== 'is_archived') return failure(refusal);
    if (thread !== null && world.message(channel, thread) === null) {
      return failure('thread_not_found');
    }
    const all = world.of(channel).filter((message) => isIn(message, thread, oldest));
    // A channel is read from its newest message, a thread from its oldest.
    const inOrder = thread === null ? all.toReversed() : all;
    const limit = Math.min(Number(form['limit'] ?? HISTORY_DEFAULT), HISTORY_MAX);
    const from = cursor === '' ? 0 : Number(cursor.slice('cursor:'.length));
    const page = inOrder.slice(from, from + limit);
    const hasMore = from + limit < inOrder.length;
    return {
      ok: true,
      messages: page.map((message) => shown(world.wire(message), form['include_all_metadata'])),
      has_more: hasMore,
      response_metadata: { next_cursor: hasMore ? `cursor:${from + limit}` : '' },
    };
  }

  #respond(request: HttpRequest): HttpReply {
    const [, , channelId = '', user = ''] = request.path.split('/');
    const said = textOf(recordOf(parseJson(request.body))['text']) ?? '';
    this.#parts.world.whisper(channelId, user, said);
    return text(200, 'ok');
  }
}

function isIn({ ts, threadTs }: Message, thread: string | null, oldest: string): boolean {
  if (thread !== null) return ts === thread || (threadTs === thread && ts > oldest);
  return ts.padStart(20, '0') > oldest.padStart(20, '0') && (threadTs === null || threadTs === ts);
}

/** Metadata is given only to who asks for it. */
function shown(message: JsonObject, isAsked: string | undefined): JsonObject {
  if (isAsked === 'true') return message;
  const { metadata: _left, ...rest } = message;
  return rest;
}

function partsOf(form: Form): JsonObject {
  const blocks = parseJson(form['blocks'] ?? '[]');
  const metadata = parseJson(form['metadata'] ?? 'null');
  const parts = { blocks: jsonOf(blocks) ?? [] };
  return metadata === null ? parts : { ...parts, metadata: jsonOf(metadata) };
}

/** What came out of a JSON text is JSON. */
function jsonOf(value: unknown): Json {
  if (Array.isArray(value)) return value.map(jsonOf);
  if (typeof value === 'string' || typeof value === 'number') return value;
  if (typeof value === 'boolean' || value === null || value === undefined) return value ?? null;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, jsonOf(inner)]));
}

/** What Slack refuses of the words of a post. */
function unfit(form: Form): string | null {
  const { text: said = '', blocks = '[]' } = form;
  if (said.length > TEXT_MAX) return 'msg_too_long';
  const sections = listOf(parseJson(blocks)).map((block) =>
    textOf(recordOf(recordOf(block)['text'])['text']),
  );
  if (sections.some((section) => (section ?? '').length > SECTION_MAX)) return 'invalid_blocks';
  return said === '' && sections.length === 0 ? 'no_text' : null;
}

function refusalOf(fault: Fault): HttpReply | null {
  switch (fault.kind) {
    case 'status':
      return text(fault.status, 'unavailable');
    case 'limited':
      return json(failure('ratelimited'), { 'retry-after': String(fault.seconds) }, 429);
    case 'error':
      return json({ ...failure(fault.error), needed: fault.needed });
    case 'html':
      return text(200, '<html>Bad gateway</html>');
    case 'hang':
      return { kind: 'hang' };
    case 'answer_lost':
    case 'done_then_500':
      return null;
  }
}

function failure(error: string): JsonObject {
  return { ok: false, error };
}

function json(
  body: JsonObject,
  headers: Readonly<Record<string, string>> = {},
  status = 200,
): HttpReply {
  const type = { 'content-type': 'application/json' };
  return { kind: 'answer', status, headers: { ...type, ...headers }, body: JSON.stringify(body) };
}

function text(status: number, body: string): HttpReply {
  return { kind: 'answer', status, headers: { 'content-type': 'text/plain' }, body };
}
