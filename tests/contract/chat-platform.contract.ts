/** What every chat platform does, whoever stands behind it. The desk relies on nothing else. */
import { describe, expect, it } from 'vitest';
import { failures, gaps } from './chat-platform-trouble.ts';
import {
  type ChatHarness,
  deliveredId,
  Heard,
  type Lacks,
  type Needs,
  postOf,
  type Room,
  type Use,
} from './chat-service.ts';

export function chatPlatformContract(
  name: string,
  open: () => Promise<ChatHarness>,
  lacks: Lacks = {},
): void {
  /** Started, with nothing of interest before the start. */
  async function use(test: (room: Room) => Promise<void>, needs?: Needs): Promise<void> {
    const why = needs === undefined ? undefined : lacks[needs.capability];
    if (why !== undefined) needs?.skip(why);
    const harness = await open();
    const heard = new Heard(harness.platform);
    try {
      await harness.platform.start(() => null);
      await test({ ...harness, heard });
    } finally {
      await harness.platform.stop();
      await harness.close();
    }
  }

  describe(`ChatPlatform: ${name}`, () => {
    describe('messages', () => {
      messages(use);
    });
    describe('gaps', () => {
      gaps(use);
    });
    describe('posts', () => {
      posts(use);
    });
    describe('posts that fail', () => {
      failures(use);
    });
    describe('people who act', () => {
      acts(use);
    });
    describe('health', () => {
      health(use);
      stopped(open);
    });
  });
}

function messages(use: Use): void {
  it('hands over who said what where and when, the text untouched', () =>
    use(async ({ platform, service, heard }) => {
      const text = 'BTO **UBER** 78p 12/05 @ 0.75 <@1> &amp; \u200B done ';
      const id = await service.say(text);
      await heard.texts(1);
      const { trader, channelId } = service;
      expect(heard.messages[0]).toMatchObject({
        platform: platform.platform,
        channelId,
        messageId: id,
        author: { id: trader.id, kind: 'person', roleIds: trader.roleIds },
        text,
        relation: 'initial',
        dryRun: false,
      });
      const [message] = heard.messages;
      expect(message?.key).toContain(channelId);
      expect(Math.abs((message?.receivedAt ?? 0) - (message?.postedAt ?? 0))).toBeLessThan(60_000);
    }));

  it('knows a reply, a message in a thread and a forward, which are not initial', () =>
    use(async ({ service, heard }) => {
      const { relations, channelId } = service;
      for (const [at, relation] of relations.entries()) {
        await service.say('BTO UBER 78p 12/05', { relation });
        await heard.texts(at + 1);
      }
      expect(heard.messages.map((message) => message.relation)).toEqual(relations);
      expect(new Set(heard.messages.map((message) => message.channelId))).toEqual(
        new Set([channelId]),
      );
    }));

  it.each(['bot', 'webhook'] as const)('knows a %s, whatever it calls itself', (as) =>
    use(async ({ service, heard }) => {
      await service.say('BTO UBER 78p 12/05 @ 0.75', { as });
      await heard.texts(1);
      expect(heard.messages[0]?.author.kind).not.toBe('person');
    }),
  );

  it('hands over an edit under the id of what it changes, and no preview', () =>
    use(async ({ service, heard }) => {
      const id = await service.say('good morning');
      await service.unfurl(id);
      await service.edit(id, 'BTO UBER 78p 12/05 @ 0.75');
      await heard.texts(2);
      expect(heard.messages.map(({ relation, messageId }) => [relation, messageId])).toEqual([
        ['initial', id],
        ['edit', id],
      ]);
      expect(heard.messages[1]).toMatchObject({
        key: heard.messages[0]?.key,
        text: 'BTO UBER 78p 12/05 @ 0.75',
      });
    }));

  it('tells what was taken back', () =>
    use(async ({ service, heard }) => {
      const id = await service.say('BTO UBER 78p 12/05 @ 0.75');
      await service.remove(id);
      await heard.until(() => heard.deletions.length > 0 && heard.messages.length > 0);
      expect(heard.deletions[0]?.key).toBe(heard.messages[0]?.key);
    }));

  it('hears nothing of channels that are not ours, nor of what it posts itself', () =>
    use(async ({ platform, service, heard }) => {
      await service.say('BTO UBER 78p', { channelId: service.foreignChannelId });
      await platform.post(postOf({ key: 'own', channelId: service.channelId }));
      await service.say('last');
      expect(await heard.texts(1)).toEqual(['last']);
    }));

  it('tells a listener nothing more once that is undone', () =>
    use(async ({ platform, service, heard }) => {
      const extra: string[] = [];
      const undo = platform.onMessage(({ text }) => {
        extra.push(text);
        return undefined;
      });
      await service.say('first');
      await heard.texts(1);
      undo();
      await service.say('second');
      await heard.texts(2);
      expect(extra).toEqual(['first']);
    }));
}

function posts(use: Use): void {
  it('shows a post with its text', () =>
    use(async ({ platform, service }) => {
      const { channelId } = service;
      const postId = deliveredId(await platform.post(postOf({ key: 'a', channelId })));
      expect(service.shown()).toMatchObject([{ postId, channelId }]);
      expect(service.shown()[0]?.text).toContain('Bought 1 UBER 78P');
    }));

  it('changes in place what it posted, and repeats nothing', () =>
    use(async ({ platform, service }) => {
      const post = postOf({ key: 'a', channelId: service.channelId });
      const postId = deliveredId(await platform.post(post));
      const again = deliveredId(await platform.post(post));
      const changed = await platform.post({ ...post, text: 'Filled 1 at 0.75', postId });
      expect([again, deliveredId(changed)]).toEqual([postId, postId]);
      expect(service.shown()).toHaveLength(1);
      expect(service.shown()[0]?.text).toContain('Filled 1 at 0.75');
    }));

  it('changes in place even what it was not told the id of', () =>
    use(async ({ platform, service }) => {
      const post = postOf({ key: 'a', channelId: service.channelId });
      await platform.post(post);
      await platform.post({ ...post, text: 'Filled 1 at 0.75' });
      expect(service.shown()).toHaveLength(1);
      expect(service.shown()[0]?.text).toContain('Filled 1 at 0.75');
    }));

  it('answers a message', () =>
    use(async ({ platform, service, heard }) => {
      const id = await service.say('BTO UBER 78p 12/05 @ 0.75');
      await heard.texts(1);
      const { channelId } = service;
      const inReplyTo = heard.messages[0]?.key ?? null;
      await platform.post(postOf({ key: 'a', channelId, inReplyTo }));
      expect(service.shown()).toMatchObject([{ repliesTo: id }]);
    }));

  it('posts even when the message it answers is gone', () =>
    use(async ({ platform, service }) => {
      const { channelId } = service;
      const inReplyTo = service.goneMessage;
      await platform.post(postOf({ key: 'a', channelId, inReplyTo }));
      expect(service.shown()).toHaveLength(1);
    }));

  it('puts a post under another one', () =>
    use(async ({ platform, service }) => {
      const { channelId } = service;
      const underPostId = deliveredId(await platform.post(postOf({ key: 'root', channelId })));
      await platform.post(postOf({ key: 'leaf', channelId, under: 'root', underPostId }));
      expect(service.shown()[1]).toMatchObject({ repliesTo: underPostId });
    }));

  it('shows buttons, and takes them away again', () =>
    use(async ({ platform, service }) => {
      const { channelId } = service;
      const buttons = [
        { id: 'repair:abc', label: 'Buy 78 put', style: 'primary' },
        { id: 'dismiss:abc', label: 'Dismiss', style: 'plain' },
      ] as const;
      const post = postOf({ key: 'a', channelId, buttons });
      const postId = deliveredId(await platform.post(post));
      expect(service.shown()[0]?.buttons).toEqual([
        { id: 'repair:abc', label: 'Buy 78 put' },
        { id: 'dismiss:abc', label: 'Dismiss' },
      ]);
      await platform.post({ ...post, buttons: [], postId });
      expect(service.shown()[0]?.buttons).toEqual([]);
    }));

  it('writes to one person alone, and the same key once', () =>
    use(async ({ platform, service }) => {
      const { id } = service.trader;
      const first = await platform.direct(id, 'summary', 'A quiet day');
      const second = await platform.direct(id, 'summary', 'A quiet day');
      expect([first.kind, second.kind]).toEqual(['delivered', 'delivered']);
      expect(service.directs()).toHaveLength(1);
      expect(service.directs()[0]).toMatchObject({ person: id });
      expect(service.shown()).toEqual([]);
    }));

  it('shortens a text that is too long', () =>
    use(async ({ platform, service }) => {
      const text = `start ${'x'.repeat(10_000)}`;
      const outcome = await platform.post(postOf({ key: 'a', channelId: service.channelId, text }));
      expect(outcome.kind).toBe('delivered');
      expect(service.shown()[0]?.text).toContain('start xxx');
    }));
}

function acts(use: Use): void {
  it('tells who pressed what, and answers them alone', () =>
    use(async ({ platform, service, heard }) => {
      const { channelId, trader } = service;
      platform.onPress((press) => void press.respond(`taken ${press.button}`));
      const buttons = [{ id: 'release:abc', label: 'Release', style: 'danger' }] as const;
      const post = postOf({ key: 'a', channelId, buttons });
      const postId = deliveredId(await platform.post(post));
      expect(await service.press(postId, 'release:abc')).toContain('taken release:abc');
      const { roleIds } = trader;
      expect(heard.presses).toMatchObject([
        { platform: platform.platform, channelId, button: 'release:abc', by: { id: trader.id } },
      ]);
      expect(heard.presses[0]?.by.roleIds).toEqual(roleIds);
      expect(service.shown()).toHaveLength(1);
    }));

  it('writes a command of the menu out as one line, and answers it', () =>
    use(async ({ platform, service, heard }) => {
      platform.onInvocation((invocation) => void invocation.respond('bought'));
      const option = {
        name: 'order',
        description: 'What to buy',
        kind: 'text',
        required: true,
        choices: [],
        completes: false,
      } as const;
      await platform.offer(
        [{ name: 'buy', description: 'Buys an option', options: [option] }],
        () => [],
      );
      const answer = await service.command('buy', { order: '2 UBER 78p 12/05 @ .75' });
      expect(answer).toContain('bought');
      const { channelId, trader } = service;
      expect(heard.invocations).toMatchObject([
        { line: 'buy 2 UBER 78p 12/05 @ .75', channelId, by: { id: trader.id } },
      ]);
    }));
}

function health(use: Use): void {
  it('says that it is connected, and since when it has heard anything', () =>
    use(async ({ platform, service, heard }) => {
      await service.say('hello');
      await heard.texts(1);
      expect(platform.health().state).toBe('connected');
      expect(platform.health().lastSeenAt).not.toBeNull();
    }));

  it('tells of a token that is refused, and gives up nothing that was to be posted', ({ skip }) =>
    use(
      async ({ platform, service, heard }) => {
        service.revoke();
        const outcome = await platform.post(postOf({ key: 'a', channelId: service.channelId }));
        await heard.until(() => heard.problems.length > 0);
        expect(heard.problems).toMatchObject([{ code: 'token_refused', fatal: true }]);
        expect(outcome).toMatchObject({ kind: 'failed', retry: true });
        expect(platform.health().state).toBe('failed');
      },
      { skip, capability: 'token' },
    ));
}

function stopped(open: () => Promise<ChatHarness>): void {
  it('says that it is stopped', async () => {
    const { platform, close } = await open();
    expect(platform.health().state).toBe('stopped');
    await platform.start(() => null);
    await platform.stop();
    expect(platform.health().state).toBe('stopped');
    await close();
  });
}
