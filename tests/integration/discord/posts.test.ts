import { describe, expect, it } from 'vitest';
import { epochMs } from '#kernel/time.ts';
import { deliveredId, postOf } from '../../contract/chat-service.ts';
import { fault, PERMISSION } from '../../stand-ins/discord/model.ts';
import { type DeskSide, withDiscord } from './desk-side.ts';

const CREATE = { method: 'POST', path: /\/messages$/, times: 1 } as const;
const BEGINNING = epochMs(Date.parse('2026-01-01T00:00:00Z'));

const requests = ({ service }: DeskSide, method: string) =>
  service.standIn.rest.seen.filter((request) => request.method === method);

describe.concurrent('a post whose answer was lost', () => {
  it('is found by its nonce in the next process', () =>
    withDiscord(async ({ service, platform, again }) => {
      const post = postOf({ key: 'a', channelId: service.channelId });
      service.standIn.rest.fail({ ...CREATE, how: 'answer_lost' });
      expect(await platform.post(post)).toMatchObject({ kind: 'failed', retry: true });
      const next = again();
      await next.platform.start(() => null);
      const postId = deliveredId(await next.platform.post(post));
      expect(service.shown().map((shown) => shown.postId)).toEqual([postId]);
    }));

  it('says what it is to say now, though it was found by its nonce', () =>
    withDiscord(async ({ service, platform, again }) => {
      const post = postOf({ key: 'a', channelId: service.channelId, text: 'Entering' });
      service.standIn.rest.fail({ ...CREATE, how: 'answer_lost' });
      await platform.post(post);
      const next = again();
      await next.platform.start(() => null);
      deliveredId(await next.platform.post({ ...post, text: 'Filled' }));
      expect(service.shown()).toHaveLength(1);
      expect(service.shown()[0]?.text).toContain('Filled');
    }));

  it('is found in the history before the gateway has said who we are', () =>
    withDiscord(async ({ service, platform, again }) => {
      const post = postOf({ key: 'a', channelId: service.channelId });
      await platform.post(post);
      service.standIn.world.forgetNonces();
      service.standIn.gateway.refuses = true;
      const next = again();
      void next.platform.start(() => null);
      deliveredId(await next.platform.post({ ...post, triedAt: BEGINNING }));
      expect(service.shown()).toHaveLength(1);
    }));

  it('is found in the history once its nonce is forgotten', () =>
    withDiscord(async ({ service, platform, again }) => {
      const post = postOf({ key: 'a', channelId: service.channelId, text: 'Entering' });
      const triedAt = epochMs(Date.now());
      service.standIn.rest.fail({ ...CREATE, how: 'answer_lost' });
      await platform.post(post);
      service.standIn.world.forgetNonces();
      for (let n = 0; n < 120; n += 1) await service.say(`talk ${n}`);
      const next = again();
      await next.platform.start(() => null);
      const postId = deliveredId(await next.platform.post({ ...post, text: 'Filled', triedAt }));
      expect(service.shown()).toMatchObject([{ postId }]);
      expect(service.shown()[0]?.text).toContain('Filled');
    }));

  it('is looked for in one reading of the history with all others of an earlier run', () =>
    withDiscord(async ({ service, platform, again }) => {
      const { channelId, standIn } = service;
      const posts = Array.from({ length: 8 }, (_, n) => postOf({ key: `k${n}`, channelId }));
      for (const post of posts.slice(0, 4)) deliveredId(await platform.post(post));
      standIn.world.forgetNonces();
      const next = again();
      await next.platform.start(() => null);
      const from = standIn.rest.seen.length;
      for (const post of posts) {
        deliveredId(await next.platform.post({ ...post, triedAt: BEGINNING }));
      }
      expect(service.shown()).toHaveLength(8);
      const read = standIn.rest.seen.slice(from).filter(({ method }) => method === 'GET');
      // Catching up reads the channel as well.
      expect(read.length).toBeLessThan(posts.length / 2);
    }));

  it('is not found in the words of others', () =>
    withDiscord(async ({ service, platform, again }) => {
      const post = postOf({ key: 'a', channelId: service.channelId });
      await platform.post(post);
      const [first] = service.shown();
      await service.remove(first?.postId ?? '');
      await service.say(first?.text ?? '');
      service.standIn.world.forgetNonces();
      const next = again();
      await next.platform.start(() => null);
      deliveredId(await next.platform.post({ ...post, triedAt: BEGINNING }));
      expect(service.shown()).toHaveLength(1);
    }));

  it('is not sent again while it cannot be looked for', () =>
    withDiscord(async ({ service, platform, heard }) => {
      await service.say('known');
      await heard.texts(1);
      const post = postOf({ key: 'a', channelId: service.channelId, triedAt: BEGINNING });
      const path = new RegExp(`${service.channelId}/messages$`);
      service.standIn.rest.fail({ method: 'GET', path, times: 1, how: 'taken_then_500' });
      expect(await platform.post(post)).toMatchObject({ kind: 'failed', retry: true });
      expect(service.shown()).toEqual([]);
      deliveredId(await platform.post(post));
      expect(service.shown()).toHaveLength(1);
    }));

  it('and that a moderator took away meanwhile is not posted again', () =>
    withDiscord(async ({ service, platform }) => {
      const post = postOf({ key: 'a', channelId: service.channelId });
      service.standIn.rest.fail({ ...CREATE, how: 'answer_lost' });
      await platform.post(post);
      await service.remove(service.shown()[0]?.postId ?? '');
      expect(await platform.post(post)).toMatchObject({ kind: 'failed', retry: false });
      expect(service.shown()).toEqual([]);
    }));
});

describe.concurrent('a post', () => {
  it('calls nobody', () =>
    withDiscord(async (side) => {
      const { service, platform } = side;
      const { channelId } = service;
      await platform.post(postOf({ key: 'a', channelId, text: '@everyone <@1> look' }));
      expect(requests(side, 'POST').at(-1)?.body).toMatchObject({
        allowed_mentions: { parse: [], replied_user: false },
        enforce_nonce: true,
      });
    }));

  it.each([
    ['50013', fault(403, 50_013, 'Missing Permissions'), 'permission_missing'],
    ['10003', fault(404, 10_003, 'Unknown Channel'), 'channel_unknown'],
    ['200000', fault(400, 200_000, 'Blocked by AutoMod'), 'post_refused'],
  ])('that is refused with %s is given up, and told', (_, how, code) =>
    withDiscord(async ({ service, platform, heard }) => {
      service.standIn.rest.fail({ ...CREATE, how });
      const outcome = await platform.post(postOf({ key: 'a', channelId: service.channelId }));
      expect(outcome).toMatchObject({ kind: 'failed', retry: false });
      expect(heard.problems).toMatchObject([{ code, fatal: false }]);
    }),
  );

  it('answers nothing where what it answers cannot be answered', () =>
    withDiscord(async ({ service, platform, heard }) => {
      await service.say('BTO UBER 78p 12/05 @ 0.75');
      await heard.texts(1);
      const inReplyTo = heard.messages[0]?.key ?? null;
      const how = fault(400, 50_035, 'Cannot reply to a system message');
      service.standIn.rest.fail({ ...CREATE, how });
      const { channelId } = service;
      deliveredId(await platform.post(postOf({ key: 'a', channelId, inReplyTo })));
      expect(service.shown()).toMatchObject([{ repliesTo: null }]);
    }));

  it('is tried again after a wait where Discord is in no mood', () =>
    withDiscord(async ({ service, platform, heard }) => {
      service.standIn.rest.fail({ ...CREATE, how: fault(400, 130_000, 'Overloaded') });
      const outcome = await platform.post(postOf({ key: 'a', channelId: service.channelId }));
      expect(outcome).toMatchObject({ kind: 'failed', retry: true, waitMs: 5_000 });
      expect(heard.problems).toEqual([]);
    }));

  it('waits out a short limit by itself', () =>
    withDiscord(async ({ service, platform }) => {
      service.failNext({ limitedMs: 20 });
      deliveredId(await platform.post(postOf({ key: 'a', channelId: service.channelId })));
      expect(service.shown()).toHaveLength(1);
    }));

  it('is asked for once where no wait is named', () =>
    withDiscord(async (side) => {
      const { service, platform } = side;
      service.standIn.rest.fail({ ...CREATE, how: { status: 429, body: {} } });
      const outcome = await platform.post(postOf({ key: 'a', channelId: service.channelId }));
      expect(outcome).toMatchObject({ kind: 'failed', retry: true });
      expect(requests(side, 'POST')).toHaveLength(1);
    }));

  it('without an answer in time counts as perhaps posted', () =>
    withDiscord(
      async ({ service, platform }) => {
        service.standIn.rest.fail({ ...CREATE, how: 'hang' });
        const post = postOf({ key: 'a', channelId: service.channelId });
        expect(await platform.post(post)).toMatchObject({ kind: 'failed', retry: true });
        deliveredId(await platform.post(post));
        expect(service.shown()).toHaveLength(1);
      },
      { settings: () => ({ requestWithinMs: 500 }) },
    ));

  it('needs no gateway', () =>
    withDiscord(async ({ service, platform }) => {
      await service.cut();
      deliveredId(await platform.post(postOf({ key: 'a', channelId: service.channelId })));
      expect(service.shown()).toHaveLength(1);
    }));
});

describe.concurrent('a token that is refused in the middle', () => {
  it('stops all asking, and lets everything through after a new start', () =>
    withDiscord(async (side) => {
      const { service, platform, heard } = side;
      const post = postOf({ key: 'a', channelId: service.channelId });
      service.revoke();
      await platform.post(post);
      const asked = service.standIn.rest.seen.length;
      expect(await platform.post(post)).toMatchObject({ kind: 'failed', retry: true });
      expect(service.standIn.rest.seen).toHaveLength(asked);
      expect(heard.problems).toMatchObject([{ code: 'token_refused', fatal: true }]);
      service.standIn.setToken('good');
      await platform.stop();
      await platform.start(() => null);
      deliveredId(await platform.post(post));
      expect(service.shown()).toHaveLength(1);
    }));
});

describe.concurrent('a token that is refused beside any post', () => {
  it('is told all the same', () =>
    withDiscord(
      async ({ service, platform, heard }) => {
        const path = /^\/channels\/\d+$/;
        service.standIn.rest.fail({ path, times: 1, how: fault(401, 0, '401: Unauthorized') });
        await platform.start(() => null);
        const fatal = () => heard.problems.filter((problem) => problem.fatal);
        await heard.until(() => fatal().length > 0);
        expect(fatal()).toMatchObject([{ code: 'token_refused' }]);
      },
      { start: false, channelIds: (service) => [service.channelId, '999999999999999999'] },
    ));
});

describe.concurrent('a post under another', () => {
  it('stands in its thread, and so do all further ones', () =>
    withDiscord(async ({ service, platform, again }) => {
      const { channelId } = service;
      const underPostId = deliveredId(await platform.post(postOf({ key: 'root', channelId })));
      const under = { channelId, under: 'root', underPostId };
      const first = deliveredId(await platform.post(postOf({ key: 'one', ...under })));
      const next = again();
      await next.platform.start(() => null);
      await next.platform.post(postOf({ key: 'two', ...under }));
      const changed = { key: 'one', ...under, postId: first, text: 'Resolved' };
      expect(deliveredId(await next.platform.post(postOf(changed)))).toBe(first);
      expect(first).toMatch(new RegExp(`^${underPostId}/`));
      expect(service.shown().map(({ repliesTo }) => repliesTo)).toEqual([
        null,
        underPostId,
        underPostId,
      ]);
      expect(service.shown()[1]?.text).toContain('Resolved');
    }));

  it('in a thread stands in the same thread, and is changed there by the next process', () =>
    withDiscord(async ({ service, platform, again }) => {
      const { channelId } = service;
      const root = deliveredId(await platform.post(postOf({ key: 'root', channelId })));
      const one = postOf({ key: 'one', channelId, under: 'root', underPostId: root });
      const underPostId = deliveredId(await platform.post(one));
      const next = again();
      await next.platform.start(() => null);
      const two = postOf({ key: 'two', channelId, under: 'one', underPostId });
      const postId = deliveredId(await next.platform.post(two));
      const last = again();
      await last.platform.start(() => null);
      deliveredId(await last.platform.post({ ...two, postId, text: 'Resolved' }));
      expect(service.shown()[2]).toMatchObject({ postId, repliesTo: root });
      expect(service.shown()[2]?.text).toContain('Resolved');
    }));

  it.each(['CREATE_PUBLIC_THREADS', 'SEND_MESSAGES_IN_THREADS'] as const)(
    'answers it where %s is missing',
    (name) =>
      withDiscord(async ({ service, platform }) => {
        const { channelId } = service;
        const channel = service.standIn.world.channels.get(channelId);
        if (channel !== undefined) channel.denied = PERMISSION[name];
        const underPostId = deliveredId(await platform.post(postOf({ key: 'root', channelId })));
        const leaf = postOf({ key: 'leaf', channelId, under: 'root', underPostId });
        deliveredId(await platform.post(leaf));
        expect(service.shown()[1]).toMatchObject({ repliesTo: underPostId });
      }),
  );
});

describe.concurrent('a message to one person', () => {
  it('is written once, also by the next process', () =>
    withDiscord(async ({ service, platform, again }) => {
      service.standIn.rest.fail({ ...CREATE, how: 'answer_lost' });
      const first = await platform.direct(service.trader.id, 'summary', 'A quiet day');
      service.standIn.world.forgetNonces();
      const next = again();
      await next.platform.start(() => null);
      const second = await next.platform.direct(service.trader.id, 'summary', 'A quiet day');
      expect([first.kind, second.kind]).toEqual(['failed', 'delivered']);
      expect(service.directs()).toHaveLength(1);
    }));

  it('who takes none is told of as undeliverable', () =>
    withDiscord(async ({ service, platform, heard }) => {
      const how = fault(403, 50_007, 'Cannot send messages to this user');
      service.standIn.rest.fail({ ...CREATE, how });
      const outcome = await platform.direct(service.trader.id, 'summary', 'A quiet day');
      expect(outcome).toMatchObject({ kind: 'failed', retry: false });
      expect(heard.problems).toMatchObject([{ code: 'direct_refused', fatal: false }]);
    }));
});
