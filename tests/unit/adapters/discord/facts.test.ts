import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isEmptied, messageOf, type Place } from '#adapters/discord/facts.ts';
import { idAt, timeOf } from '#adapters/discord/snowflake.ts';
import { MessageSchema, type WireMessage } from '#adapters/discord/wire.ts';
import { epochMs } from '#kernel/time.ts';

const NOW = epochMs(1_795_000_000_000);
const CHANNEL: Place = { channelId: '100000000000000001', kind: 'channel' };
const THREAD: Place = { channelId: '100000000000000001', kind: 'thread' };

const PLAIN = {
  id: idAt(NOW),
  channel_id: CHANNEL.channelId,
  type: 0,
  content: 'BTO UBER 78p 12/05 @ 0.75',
  author: { id: '200000000000000001', username: 'tess' },
};

function wire(change: object): WireMessage {
  return MessageSchema.parse({ ...PLAIN, ...change });
}

function factsOf(change: object, place = CHANNEL): string {
  const { author, relation } = messageOf(wire(change), place, NOW);
  return `${author.kind} ${relation}`;
}

describe('a message of Discord', () => {
  it('is that of a person, said first, at the time its id tells', () => {
    const member = { roles: ['300000000000000001'], nick: 'Tess' };
    expect(messageOf(wire({ member }), CHANNEL, epochMs(NOW + 40))).toEqual({
      key: `discord:${CHANNEL.channelId}:${PLAIN.id}`,
      platform: 'discord',
      channelId: CHANNEL.channelId,
      messageId: PLAIN.id,
      author: {
        id: PLAIN.author.id,
        kind: 'person',
        displayName: 'Tess',
        roleIds: ['300000000000000001'],
      },
      text: PLAIN.content,
      postedAt: NOW,
      receivedAt: NOW + 40,
      relation: 'initial',
      dryRun: false,
    });
  });

  it.each<[string, object, string]>([
    ['a reply', { type: 19, message_reference: { type: 0, message_id: '1' } }, 'person reply'],
    ['a reply of an older kind', { message_reference: { message_id: '1' } }, 'person reply'],
    ['a forward', { message_reference: { type: 1 } }, 'person forward'],
    ['a forward by its snapshot', { message_snapshots: [{}] }, 'person forward'],
    ['a forward by its flag', { flags: 1 << 14 }, 'person forward'],
    ['a crosspost', { flags: 1 << 1 }, 'person crosspost'],
    ['a crosspost that was taken back', { flags: 1 << 3 }, 'person crosspost'],
    ['a crosspost by webhook', { flags: 1 << 1, webhook_id: '1' }, 'webhook crosspost'],
    ['an edited one', { edited_timestamp: '2026-11-20T10:00:00+00:00' }, 'person edit'],
    ['an ephemeral one', { flags: 1 << 6 }, 'person forward'],
    ['a voice message', { flags: 1 << 13 }, 'person forward'],
    ['one with a flag of the future', { flags: 2 ** 30 }, 'person forward'],
    ['one of a type of the future', { type: 99 }, 'system reply'],
    ['one without a type', { type: undefined }, 'system reply'],
    ['a pin', { type: 6 }, 'system reply'],
    ['the start of a thread', { type: 21 }, 'system reply'],
    ['a command', { type: 20 }, 'person reply'],
    ['a webhook', { webhook_id: '400000000000000001' }, 'webhook initial'],
    ['a bot', { author: { ...PLAIN.author, bot: true } }, 'bot initial'],
    ['the service itself', { author: { ...PLAIN.author, system: true } }, 'system initial'],
    ['an application', { application_id: '400000000000000001' }, 'bot forward'],
    ['an act through an application', { interaction_metadata: {} }, 'bot forward'],
    ['one with a preview', { embeds: [{}] }, 'person initial'],
    ['a silent one', { flags: 1 << 12 }, 'person initial'],
    ['one under which a thread was started', { flags: 1 << 5 }, 'person initial'],
  ])('that is %s', (_, change, expected) => {
    expect(factsOf(change)).toBe(expected);
  });

  it('belongs to the thread it is said in', () => {
    expect(factsOf({}, THREAD)).toBe('person thread');
  });

  it('is initial and of a person only without anything unknown about it', () => {
    const known = new Set([0, 1 << 0, 1 << 2, 1 << 5, 1 << 12]);
    const change = fc.record({
      type: fc.integer({ min: 0, max: 60 }),
      flags: fc.nat({ max: 20 }).map((bit) => 1 << bit),
      message_reference: fc.constantFrom(null, {}, { type: 0 }, { type: 1 }, { type: 7 }),
    });
    fc.assert(
      fc.property(change, (given) => {
        const isPlain =
          given.type === 0 && known.has(given.flags) && given.message_reference === null;
        expect(factsOf(given) === 'person initial').toBe(isPlain);
      }),
    );
  });
});

describe('whatever comes over the wire', () => {
  it('is read or left out, and what is not plain is not initial', () => {
    const names = ['type', 'flags', 'message_reference', 'webhook_id', 'content', 'author'];
    const more = [...names, 'member', 'edited_timestamp', 'message_snapshots', 'embeds', 'id'];
    const change = fc.dictionary(fc.constantFrom(...more), fc.jsonValue(), { maxKeys: 3 });
    fc.assert(
      fc.property(change, (given) => {
        const read = MessageSchema.safeParse({ ...PLAIN, ...given });
        if (!read.success) return;
        const { author, relation } = messageOf(read.data, CHANNEL, NOW);
        if (author.kind !== 'person' || relation !== 'initial') return;
        const { type, webhook_id: hook, message_reference: reference } = read.data;
        expect([type, hook ?? null, reference ?? null]).toEqual([0, null, null]);
      }),
    );
  });
});

describe('a message without anything in it', () => {
  it('tells of a missing intent', () => {
    expect(isEmptied(wire({ content: '' }))).toBe(true);
  });

  it.each<[string, object]>([
    ['words', {}],
    ['a picture', { content: '', attachments: [{}] }],
    ['a sticker', { content: '', sticker_items: [{}] }],
    ['a poll', { content: '', poll: {} }],
    ['a forward', { content: '', message_snapshots: [{}] }],
    ['a webhook', { content: '', webhook_id: '1' }],
    ['a new member', { content: '', type: 7 }],
  ])('but not where there is %s', (_, change) => {
    expect(isEmptied(wire(change))).toBe(false);
  });
});

describe('an id', () => {
  it('carries its time', () => {
    expect(timeOf('175928847299117063')).toBe(1_462_015_105_796);
  });

  it('of an instant is the lowest of it', () => {
    const instant = fc.integer({ min: 1_420_070_400_000, max: 4_000_000_000_000 });
    fc.assert(
      fc.property(instant, (ms) => {
        const id = idAt(epochMs(ms));
        expect(timeOf(id)).toBe(ms);
        expect(timeOf(String(BigInt(id) - 1n))).toBe(ms - 1);
      }),
    );
  });
});
