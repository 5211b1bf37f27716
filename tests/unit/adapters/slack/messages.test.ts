import { describe, expect, it } from 'vitest';
import { type Heard, hear, instantOf } from '#adapters/slack/messages.ts';
import { epochMs } from '#kernel/time.ts';

const NOW = epochMs(1_795_145_002_000);
const TS = '1795145001.000200';
const TEXT = 'BTO UBER 78p 12/05 @ 0.75';
const EAR = {
  self: { teamId: 'T1', enterpriseId: null, userId: 'U0BOT', botId: 'B0BOT' },
  people: { nameOf: (id: string) => `name of ${id}`, rolesOf: () => ['S1'] },
  channels: ['C1'],
};

function said(parts: object = {}): object {
  const place = { channel: 'C1', channel_type: 'channel' };
  return { type: 'message', user: 'U1', text: TEXT, ts: TS, team: 'T1', ...place, ...parts };
}

function heard(event: unknown): Heard {
  return hear(event, EAR, NOW);
}

/** What a message is taken for: relation and kind of its author, or what else it is. */
function takenFor(event: unknown): string {
  const result = heard(event);
  if (result.kind !== 'message') return result.kind;
  return `${result.message.relation} of a ${result.message.author.kind}`;
}

const CHANGED = { subtype: 'message_changed', hidden: true, text: undefined, user: undefined };

describe('a message of Slack', () => {
  it.each([
    ['a plain message', said({ client_msg_id: 'x' }), 'initial of a person'],
    ['one in a private channel', said({ channel_type: 'group' }), 'initial of a person'],
    ['one that has replies by now', said({ thread_ts: TS }), 'initial of a person'],
    ['one whose link was shown', said({ attachments: [{ text: 'page' }] }), 'initial of a person'],
    ['a reply', said({ thread_ts: '1795145000.000100' }), 'thread of a person'],
    ['a reply shown to all', said({ subtype: 'thread_broadcast' }), 'thread of a person'],
    ['a shared message', said({ attachments: [{ is_share: true }] }), 'forward of a person'],
    ['an upload with words', said({ subtype: 'file_share' }), 'forward of a person'],
    ['a message of /me', said({ subtype: 'me_message' }), 'forward of a person'],
    ['one that was edited before it came', said({ edited: { ts: TS } }), 'edit of a person'],
    ['a bot', said({ bot_id: 'B9' }), 'initial of a bot'],
    ['an app that speaks as a person', said({ app_id: 'A9' }), 'initial of a bot'],
    ['an old bot', said({ subtype: 'bot_message', bot_id: 'B9' }), 'forward of a bot'],
    [
      'a webhook under the name of a person',
      said({ subtype: 'bot_message', bot_id: 'B9', user: undefined, username: 'name of U1' }),
      'forward of a webhook',
    ],
    ['Slackbot', said({ user: 'USLACKBOT' }), 'initial of a system'],
    ['somebody joining', said({ subtype: 'channel_join' }), 'forward of a system'],
    ['a subtype nobody knows', said({ subtype: 'reminder_of_2027' }), 'forward of a system'],
    ['a hidden one', said({ hidden: true }), 'initial of a system'],
    ['nobody', said({ user: undefined }), 'initial of a system'],
    ['our own post', said({ user: 'U0BOT', bot_id: 'B0BOT' }), 'nothing'],
    ['a conversation of two', said({ channel_type: 'im' }), 'nothing'],
    ['a room nobody knows', said({ channel_type: 'huddle' }), 'nothing'],
    ['a channel that is not ours', said({ channel: 'C2' }), 'nothing'],
    ['a count of replies', said({ subtype: 'message_replied' }), 'nothing'],
    ['a count of replies without its subtype', said({ message: said() }), 'nothing'],
    ['the stone of a deleted message', said({ subtype: 'tombstone' }), 'nothing'],
    ['a message without a time', said({ ts: undefined }), 'unreadable'],
    ['a time of another form', said({ ts: '1795145001' }), 'unreadable'],
    ['words that are none', said({ text: 7 }), 'unreadable'],
    ['nothing at all', null, 'unreadable'],
    ['a mention of our bot', said({ text: '<@U0BOT> status' }), 'command'],
    ['a bot that mentions ours', said({ text: '<@U0BOT> hi', bot_id: 'B9' }), 'initial of a bot'],
    [
      'a mention in a thread',
      said({ text: '<@U0BOT> status', thread_ts: '1795145000.000100' }),
      'thread of a person',
    ],
    ['a mention of somebody else', said({ text: '<@U0BOTX> hi' }), 'initial of a person'],
  ])('%s', (_what, event, expected) => {
    expect(takenFor(event)).toBe(expected);
  });

  it('is an edit under the id of what it changes', () => {
    const message = said({ text: 'changed', edited: { user: 'U1', ts: '1795145001.500000' } });
    const event = said({ ...CHANGED, ts: '1795145001.600000', message, previous_message: said() });
    expect(heard(event)).toMatchObject({
      kind: 'message',
      message: { relation: 'edit', messageId: TS, text: 'changed', author: { id: 'U1' } },
    });
  });

  it('is no edit when a link was unfurled', () => {
    const message = said({ attachments: [{ from_url: 'https://example.org' }] });
    expect(takenFor(said({ ...CHANGED, message, previous_message: said() }))).toBe('nothing');
  });

  it('is a deletion of what it names', () => {
    const event = said({
      subtype: 'message_deleted',
      deleted_ts: TS,
      event_ts: '1795145009.000000',
    });
    const at = epochMs(1_795_145_009_000);
    expect(heard(event)).toEqual({ kind: 'deletion', deletion: { key: `slack:C1:${TS}`, at } });
  });

  it('is a deletion when a message with replies leaves its stone', () => {
    const message = said({ subtype: 'tombstone', user: 'USLACKBOT' });
    expect(takenFor(said({ ...CHANGED, message, previous_message: said() }))).toBe('deletion');
  });

  it('keeps two messages of one millisecond apart', () => {
    const [one, other] = [heard(said()), heard(said({ ts: '1795145001.000201' }))];
    const keys = [one, other].map((result) =>
      result.kind === 'message' ? result.message.key : '',
    );
    expect(keys).toEqual(['slack:C1:1795145001.000200', 'slack:C1:1795145001.000201']);
  });

  it.each([
    ['T1', 'U1', ['S1']],
    ['T2', 'T2:U1', []],
  ])('names a person of the workspace %s as %s', (team, id, roleIds) => {
    expect(heard(said({ team }))).toMatchObject({ message: { author: { id, roleIds } } });
  });

  it('gives a command the words as they were typed', () => {
    const text = ' <@U0BOT|desk>  buy 2 <http://BRK.B|BRK.B> 78p &gt; <@U7|x>';
    expect(heard(said({ text }))).toMatchObject({ line: 'buy 2 BRK.B 78p > <@U7>' });
  });

  it.each([
    ['1795145001.000200', 1_795_145_001_000],
    ['1795145001.999999', 1_795_145_001_999],
    ['1795145001', null],
    ['x.000000', null],
  ])('is of the instant %s names', (ts, expected) => {
    expect(instantOf(ts)).toBe(expected);
  });
});
