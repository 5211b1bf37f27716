/** The routes of messages and threads, with the rules Discord holds their senders to. */
import { type JsonObject, listOf, recordOf, textOf } from '../support/json.ts';
import { type Channel, fault, type Message, PERMISSION, type Reply } from './model.ts';
import type { World } from './world.ts';

const TEXT_MAX = 2_000;
const NONCE_MAX = 25;
const ROW_MAX = 5;
const NAME_MAX = 100;

type Body = Readonly<Record<string, unknown>>;

export function channelOf(world: World, id: string): Channel | Reply {
  const channel = world.channels.get(id);
  if (channel === undefined) return fault(404, 10003, 'Unknown Channel');
  const sees = (world.permissions(channel) & PERMISSION.VIEW_CHANNEL) !== 0n;
  return sees ? channel : fault(403, 50001, 'Missing Access');
}

export function readHistory(world: World, channel: Channel, query: URLSearchParams): Reply {
  const limit = Number(query.get('limit') ?? 50);
  if (!Number.isInteger(limit) || limit < 1 || limit > 100) return invalid('limit');
  // Without the permission the list is empty, and no error tells so.
  if ((world.permissions(channel) & PERMISSION.READ_MESSAGE_HISTORY) === 0n) return ok([]);
  const after = query.get('after');
  const before = query.get('before');
  const found = world.history(channel.id, {
    limit,
    ...(after !== null && { after }),
    ...(before !== null && { before }),
  });
  return ok(found.map(({ wire }) => wire));
}

export function createMessage(world: World, channel: Channel, body: Body): Reply {
  const isThread = channel.type === 11;
  const needed = isThread ? PERMISSION.SEND_MESSAGES_IN_THREADS : PERMISSION.SEND_MESSAGES;
  if ((world.permissions(channel) & needed) === 0n) {
    return fault(403, 50013, 'Missing Permissions');
  }
  const nonce = textOf(body['nonce']);
  const bad = faultOf(body) ?? (nonce !== null && nonce.length > NONCE_MAX ? 'nonce' : null);
  if (bad !== null) return invalid(bad);
  if (nonce !== null && body['enforce_nonce'] === true) {
    const made = world.madeWith(nonce);
    const known = made === null ? null : world.messages.get(made);
    if (known === undefined) return fault(404, 10008, 'Unknown Message');
    if (known !== null) return ok(world.eventWire(known, nonce));
  }
  const reference = recordOf(body['message_reference']);
  const repliesTo = textOf(reference['message_id']);
  const isKnown = repliesTo !== null && world.messages.has(repliesTo);
  if (repliesTo !== null && !isKnown && reference['fail_if_not_exists'] !== false) {
    return invalid('message_reference');
  }
  const reply = {
    type: 19,
    message_reference: { type: 0, message_id: repliesTo, channel_id: channel.id },
  };
  const message = world.create(
    {
      channelId: channel.id,
      author: world.bot,
      content: textOf(body['content']) ?? '',
      extra: { components: componentsOf(body), ...(isKnown && reply) },
    },
    nonce ?? undefined,
  );
  return ok(world.eventWire(message, nonce ?? undefined));
}

export function editMessage(world: World, message: Message, body: Body): Reply {
  if (message.author.id !== world.bot.id) {
    return fault(403, 50005, 'Cannot edit a message authored by another user');
  }
  const bad = faultOf({ content: message.content, ...body });
  if (bad !== null) return invalid(bad);
  const content = textOf(body['content']);
  const parts = {
    ...(content !== null && { content }),
    ...(body['components'] !== undefined && { components: componentsOf(body) }),
  };
  return ok(world.edit(message, parts).wire);
}

export function startThread(world: World, message: Message, body: Body): Reply {
  const parent = world.channels.get(message.channelId);
  if (parent === undefined || parent.type === 11) {
    return fault(400, 50024, 'Cannot execute action on this channel type');
  }
  if ((world.permissions(parent) & PERMISSION.CREATE_PUBLIC_THREADS) === 0n) {
    return fault(403, 50013, 'Missing Permissions');
  }
  if (world.channels.has(message.id)) {
    return fault(400, 160004, 'A thread has already been created for this message');
  }
  const name = textOf(body['name']);
  if (name === null || name.length > NAME_MAX) return invalid('name');
  const thread = world.addThread(parent, name, message.id);
  return { status: 201, body: world.channelWire(thread) };
}

/** Where the body is wrong, or `null`. */
export function faultOf(body: Body): string | null {
  const content = textOf(body['content']) ?? '';
  if (content.length > TEXT_MAX) return 'content';
  const rows = listOf(body['components']).map((row) => listOf(recordOf(row)['components']));
  if (content === '' && rows.length === 0) return 'content';
  if (rows.length > ROW_MAX || rows.some(({ length }) => length < 1 || length > ROW_MAX)) {
    return 'components';
  }
  const ids = rows.flat().map((button) => textOf(recordOf(button)['custom_id']) ?? '');
  const isGood = ids.every((id) => id.length >= 1 && id.length <= 100);
  return isGood && new Set(ids).size === ids.length ? null : 'components';
}

export function componentsOf(body: Body): readonly JsonObject[] {
  return listOf(body['components']).map((row) => ({
    type: 1,
    components: listOf(recordOf(row)['components']).map((one) => {
      const { label, custom_id: id, style } = recordOf(one);
      return { type: 2, label: textOf(label), custom_id: textOf(id), style: Number(style) };
    }),
  }));
}

export function invalid(field: string): Reply {
  const errors = { [field]: { _errors: [{ code: 'INVALID', message: `${field} is invalid` }] } };
  return fault(400, 50035, 'Invalid Form Body', errors);
}

export function ok(body: Reply['body']): Reply {
  return { status: 200, body };
}
