/** Messages that must never trigger anything, each as somebody might really send it. */
import type { Random } from '#kernel/random.ts';
import type { DiscordService } from '../../stand-ins/discord/service.ts';
import type { JsonObject } from '../../stand-ins/support/json.ts';

const ALERTS = [
  'BTO UBER 78p 12/05 @ 0.75',
  'Alert: BTO SPY 600c 0DTE @ 1.20',
  'STC UBER 78p 12/05 @ 1.50',
  'BTO 2 AAPL 230c 12/19 @ m',
  'all out UBER',
];
const DISGUISES: readonly ((text: string) => string)[] = [
  (text) => text,
  (text) => `**${text}**`,
  (text) => `> ${text}`,
  (text) => `||${text}||`,
  (text) => `\`\`\`\n${text}\n\`\`\``,
  (text) => text.split('').join('\u200B'),
  (text) => `\u202E${text}\u202C`,
  (text) => `<@1> ${text} @everyone`,
  (text) => text.replaceAll('O', 'О'),
  (text) => text.toLowerCase(),
  (text) => `${text}\n${text}`,
  (text) => `~~${text}~~`,
];
const LOOKS = ['Tess', 'tess', 'Теss', 'Tess\u200B', 'Tess ', 'Tess (trader)', 'TESS'];

export interface Hostility {
  readonly name: string;
  /** Whether it reaches the desk at all. */
  readonly isHeard: boolean;
  readonly send: () => void;
}

/** Every way there is; whoever asks picks one at a time. */
export function hostilities(service: DiscordService, random: Random): readonly Hostility[] {
  const { standIn, member, channelId, foreignChannelId, otherId, serverId, trader } = service;
  const { world, gateway } = standIn;
  const server = world.guild(serverId);
  const stranger = () => world.addMember(server, { username: random.pick(LOOKS) }).user;
  const strangers = Array.from({ length: 20 }, stranger);
  const bots = Array.from({ length: 5 }, () => ({ ...stranger(), bot: true }));
  const channel = world.channels.get(channelId);
  if (channel === undefined) throw new Error('no channel');
  const thread = world.addThread(channel, 'talk');
  // Said before the desk began: what is known of them is their edits alone.
  const old = Array.from({ length: 50 }, () =>
    world.create({ channelId, author: member.user, content: 'good morning', agoMs: 3_600_000 }),
  );
  const text = () => random.pick(DISGUISES)(random.pick(ALERTS));
  const { user } = member;
  const post = (parts: Partial<Parameters<typeof world.create>[0]>) => () =>
    void world.create({ channelId, author: user, content: text(), ...parts });
  const of = (extra: () => JsonObject) => () => post({ extra: extra() })();
  const reference = (type: number) => ({
    type,
    message_id: old[0]?.id ?? '1',
    channel_id: channelId,
  });
  const heard = (name: string, send: () => void): Hostility => ({ name, isHeard: true, send });
  const unheard = (name: string, send: () => void): Hostility => ({ name, isHeard: false, send });
  const embed = (): JsonObject => ({ embeds: [{ title: text(), description: text() }] });
  const snapshot = (): JsonObject => ({ message: { type: 0, content: text() } });
  const forged = (parts: JsonObject): void =>
    gateway.dispatch('MESSAGE_CREATE', {
      ...{ id: world.newId(), channel_id: channelId, guild_id: serverId, type: 0, flags: 0 },
      ...{ content: text(), author: { id: trader.id, username: 'Tess' } },
      ...parts,
    });
  return [
    heard('somebody else', () => post({ author: random.pick(strangers) })()),
    heard('a bot', () => post({ author: random.pick(bots) })()),
    heard('a bot with the id of the trader', () => post({ author: { ...user, bot: true } })()),
    heard(
      'a webhook',
      of(() => ({ webhook_id: world.newId() })),
    ),
    heard(
      'a webhook with an embed',
      of(() => ({ webhook_id: world.newId(), ...embed() })),
    ),
    heard(
      'the service',
      of(() => ({ author: { ...world.userWire(user), system: true } })),
    ),
    heard(
      'a reply',
      of(() => ({ type: 19, message_reference: reference(0) })),
    ),
    heard(
      'a reply of an older kind',
      of(() => ({ message_reference: reference(0) })),
    ),
    heard(
      'a forward',
      of(() => ({ message_reference: reference(1), content: '' })),
    ),
    heard(
      'a forward with words',
      of(() => ({ message_snapshots: [snapshot()] })),
    ),
    heard(
      'a reference of the future',
      of(() => ({ message_reference: reference(9) })),
    ),
    heard(
      'a crosspost',
      of(() => ({ flags: 1 << 1 })),
    ),
    heard(
      'a flag of the future',
      of(() => ({ flags: 1 << random.integer(15, 29) })),
    ),
    heard(
      'a type of the future',
      of(() => ({ type: random.integer(22, 90) })),
    ),
    heard(
      'a pin',
      of(() => ({ type: 6 })),
    ),
    heard(
      'an application',
      of(() => ({ application_id: world.applicationId })),
    ),
    heard(
      'an act through an application',
      of(() => ({ interaction_metadata: { id: '1' } })),
    ),
    heard(
      'an edited message',
      of(() => ({ edited_timestamp: world.timestamp() })),
    ),
    heard('a thread', post({ channelId: thread.id })),
    heard('an old message', post({ agoMs: 180_000 })),
    heard('no type', () => forged({ type: undefined })),
    heard('another room of ours', post({ channelId: service.secondChannelId })),
    unheard('a room that is not ours', post({ channelId: foreignChannelId })),
    unheard('another server', post({ channelId: otherId })),
    unheard('another server that claims our room', () => forged({ guild_id: world.newId() })),
    unheard('ourselves', () => post({ author: world.bot })()),
    unheard('nobody', () => forged({ author: undefined })),
    unheard('an id that is none', () => forged({ author: { id: ` ${trader.id}` } })),
    unheard('a preview', () => void world.change(random.pick(old), embed())),
    // An edit replaces what was there, so each is of another message or of another time.
    heard('an edit', () => {
      const edited_timestamp = `${world.timestamp()}#${world.newId()}`;
      world.change(random.pick(old), { content: text(), edited_timestamp });
    }),
  ];
}
