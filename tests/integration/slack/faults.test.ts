/** What goes wrong with Slack, and that no message and no post is lost or doubled by it. */
import { describe, expect, it } from 'vitest';
import { deliveredId, postOf } from '../../contract/chat-service.ts';
import { type Scene, textsOf, withSlack } from './desk-side.ts';

const ALERT = 'BTO UBER 78p 12/05 @ 0.75';

function say({ slack, channel, trader }: Scene, text: string): string {
  return slack.world.post({ channelId: channel, user: trader, text }).ts;
}

describe('messages of Slack', () => {
  it('are acknowledged when they are on record, and not before', () =>
    withSlack(async (scene) => {
      const { platform, heard } = scene.desk();
      const disk = Promise.withResolvers<void>();
      heard.onMessage = () => disk.promise;
      await platform.start(() => null);
      say(scene, ALERT);
      await heard.texts(1);
      expect(scene.slack.socket.acknowledged).toEqual([]);
      disk.resolve();
      await scene.slack.socket.settled();
      expect(scene.slack.socket.acknowledged).toHaveLength(1);
    }));

  it('come again after a record that failed, and are acknowledged then', () =>
    withSlack(
      async (scene) => {
        const { platform, heard } = scene.desk();
        heard.onMessage = () => Promise.reject(new Error('the disk is full'));
        await platform.start(() => null);
        say(scene, ALERT);
        await heard.texts(1);
        heard.onMessage = async () => undefined;
        await heard.texts(2);
        await scene.slack.socket.settled();
        expect(new Set(heard.messages.map(({ key }) => key)).size).toBe(1);
        expect(heard.problems).toMatchObject([{ code: 'message_not_recorded', fatal: false }]);
      },
      { retryMs: [50, 50, 50] },
    ));

  it('are taken when a retry is their only delivery', () =>
    withSlack(async (scene) => {
      const { platform, heard } = scene.desk();
      await platform.start(() => null);
      const event = { type: 'message', channel: scene.channel, channel_type: 'channel' };
      scene.slack.socket.deliver('events_api', {
        team_id: scene.slack.world.teamId,
        type: 'event_callback',
        event_id: 'Ev900',
        event: { ...event, user: scene.trader, text: ALERT, ts: scene.slack.world.newTs() },
      });
      scene.slack.socket.repeatLast();
      scene.slack.socket.duplicateLast();
      await heard.texts(3);
      expect(new Set(heard.messages.map(({ key }) => key)).size).toBe(1);
    }));

  it('go on within a moment when Slack asks for a new connection', () =>
    withSlack(async (scene) => {
      const { platform, heard } = scene.desk();
      await platform.start(() => null);
      scene.slack.socket.askToReconnect('refresh_requested');
      say(scene, 'said meanwhile');
      await heard.texts(1);
      say(scene, 'said after');
      await heard.until(() => textsOf(heard.messages).includes('said after'));
      expect(heard.problems).toEqual([]);
    }));

  it('go on after a connection that died without a word', () =>
    withSlack(async (scene) => {
      const { platform, heard } = scene.desk({ pingTimeoutMs: 300 });
      await platform.start(() => null);
      say(scene, 'before');
      await heard.texts(1);
      scene.slack.socket.freeze();
      say(scene, 'said to a dead socket');
      await heard.until(() => textsOf(heard.messages).includes('said to a dead socket'));
      expect(platform.health().state).toBe('connected');
    }));

  it('survive a full count of events, which an operator is told of', () =>
    withSlack(async (scene) => {
      const { platform, heard } = scene.desk();
      await platform.start(() => null);
      scene.slack.socket.deliver('events_api', {
        type: 'app_rate_limited',
        team_id: scene.slack.world.teamId,
        minute_rate_limited: 1_795_145_000,
      });
      await heard.until(() => heard.problems.length > 0);
      say(scene, 'still heard');
      await heard.texts(1);
      await scene.slack.socket.settled();
      expect(heard.problems).toMatchObject([{ code: 'events_rate_limited', fatal: false }]);
    }));

  it('of another workspace are left out', () =>
    withSlack(async (scene) => {
      const { platform, heard } = scene.desk();
      await platform.start(() => null);
      const { channel, trader, slack } = scene;
      const message = { type: 'message', channel, channel_type: 'channel', user: trader };
      slack.send({ ...message, text: ALERT, ts: slack.world.newTs() }, { team_id: 'T0OTHER' });
      say(scene, 'ours');
      expect(await heard.texts(1)).toEqual(['ours']);
      expect(heard.problems).toMatchObject([{ code: 'team_foreign' }]);
    }));

  it('are read from the last on record after a restart, page by page, oldest first', () =>
    withSlack(async (scene) => {
      const known = say(scene, 'on record');
      const missed = Array.from({ length: 450 }, (_, n) => `missed ${n}`);
      for (const text of missed) say(scene, text);
      const { platform, heard } = scene.desk();
      await platform.start(() => known);
      expect(await heard.texts(450)).toEqual(missed);
    }));

  it('said before the first start are of no interest', () =>
    withSlack(async (scene) => {
      say(scene, 'history');
      const { platform, heard } = scene.desk();
      await platform.start(() => null);
      say(scene, 'now');
      expect(await heard.texts(1)).toEqual(['now']);
    }));

  it('wait for those before them that are still being read', () =>
    withSlack(async (scene) => {
      const known = say(scene, 'on record');
      say(scene, 'missed');
      const { platform, heard } = scene.desk();
      scene.slack.web.failNext('conversations.history', { kind: 'limited', seconds: 1 });
      await platform.start(() => known);
      say(scene, 'live');
      expect(await heard.texts(2)).toEqual(['missed', 'live']);
    }));

  it('do not wait for a history that does not answer, which is read later', () =>
    withSlack(async (scene) => {
      const known = say(scene, 'on record');
      say(scene, 'missed');
      const { platform, heard } = scene.desk();
      scene.slack.web.failNext('conversations.history', { kind: 'status', status: 502 });
      await platform.start(() => known);
      say(scene, 'live');
      expect(await heard.texts(1)).toEqual(['live']);
      await heard.until(() => textsOf(heard.messages).includes('missed'));
    }));

  it('that were edited meanwhile come as edits, and late commands not at all', () =>
    withSlack(async (scene) => {
      const { world } = scene.slack;
      const known = say(scene, 'on record');
      const edited = say(scene, 'good morning');
      world.change(scene.channel, edited, scene.trader, { text: ALERT });
      say(scene, `<@${world.botUser}> buy 1 UBER 78p 12/05`);
      say(scene, 'last');
      const { platform, heard } = scene.desk();
      await platform.start(() => known);
      await heard.texts(2);
      expect(heard.messages.map(({ relation, text }) => [relation, text])).toEqual([
        ['edit', ALERT],
        ['initial', 'last'],
      ]);
      expect(heard.invocations).toEqual([]);
    }));

  it('that mention the bot are commands, answered to one person alone', () =>
    withSlack(async (scene) => {
      const { world } = scene.slack;
      const { platform, heard } = scene.desk();
      platform.onInvocation((invocation) => void invocation.respond(`did ${invocation.line}`));
      await platform.start(() => null);
      const answer = world.nextWhisper();
      say(scene, `<@${world.botUser}> quote UBER &amp; co`);
      expect(await answer).toBe('did quote UBER &amp; co');
      expect(world.whispers).toMatchObject([{ channelId: scene.channel, user: scene.trader }]);
      expect(heard.messages).toEqual([]);
    }));
});

describe('a connection to Slack', () => {
  it.each([
    ['invalid_auth', 'token_refused'],
    ['account_inactive', 'token_refused'],
  ])('that is refused with %s is not tried again', (error, code) =>
    withSlack(async ({ slack, desk }) => {
      const { platform, heard } = desk();
      slack.web.tokenError = error;
      await platform.start(() => null);
      expect(platform.health().state).toBe('failed');
      expect(heard.problems).toMatchObject([{ code, fatal: true }]);
      expect(slack.web.calls).toHaveLength(1);
    }),
  );

  it('whose app token lacks its scope says which one', () =>
    withSlack(async ({ slack, desk }) => {
      const { platform, heard } = desk();
      const needed = 'connections:write';
      slack.web.failNext('apps.connections.open', {
        kind: 'error',
        error: 'missing_scope',
        needed,
      });
      await platform.start(() => null);
      expect(heard.problems).toMatchObject([{ code: 'permission_missing', fatal: true }]);
      expect(heard.problems[0]?.detail).toContain(needed);
    }));

  it('of the wrong workspace is refused', () =>
    withSlack(async ({ desk }) => {
      const { platform, heard } = desk({ team: 'T0OTHER' });
      await platform.start(() => null);
      expect(heard.problems).toMatchObject([{ code: 'team_mismatch', fatal: true }]);
    }));

  it('is made in the end although Slack is away for a while', () =>
    withSlack(async (scene) => {
      const { platform, heard } = scene.desk({ helloTimeoutMs: 500 });
      const { web, socket } = scene.slack;
      web.failNext('auth.test', { kind: 'status', status: 503 });
      web.failNext('auth.test', { kind: 'html' });
      for (let n = 0; n < 3; n += 1) {
        web.failNext('apps.connections.open', { kind: 'status', status: 500 });
      }
      socket.isSilent = true;
      await platform.start(() => null);
      expect(platform.health().state).toBe('connecting');
      while (socket.connections === 0) await new Promise((resolve) => setImmediate(resolve));
      socket.isSilent = false;
      while (platform.health().state !== 'connected') {
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      expect(heard.problems).toEqual([]);
    }));

  it('ends for good when Socket Mode is turned off', () =>
    withSlack(async ({ slack, desk }) => {
      const { platform, heard } = desk();
      await platform.start(() => null);
      slack.socket.askToReconnect('link_disabled');
      await heard.until(() => heard.problems.length > 0);
      expect(heard.problems).toMatchObject([{ code: 'socket_mode_off', fatal: true }]);
      expect(platform.health().state).toBe('failed');
    }));

  it('ends for good when the app is removed', () =>
    withSlack(async ({ slack, desk }) => {
      const { platform, heard } = desk();
      await platform.start(() => null);
      slack.send({ type: 'app_uninstalled' });
      await heard.until(() => heard.problems.length > 0);
      expect(heard.problems).toMatchObject([{ code: 'token_refused', fatal: true }]);
    }));

  it('tells what a channel or a scope lacks, and goes on', () =>
    withSlack(async (scene) => {
      const { slack, channel } = scene;
      const room = slack.world.channels.get(channel);
      if (room !== undefined) room.isMember = false;
      slack.web.scopes = slack.web.scopes.filter((scope) => scope !== 'im:write');
      const { platform, heard } = scene.desk();
      await platform.start(() => null);
      await heard.until(() => heard.problems.length >= 3);
      const codes = heard.problems.map(({ code }) => code);
      expect(new Set(codes)).toEqual(new Set(['permission_missing', 'channel_not_joined']));
      expect(heard.problems.map(({ detail }) => detail).join()).toContain('im:write');
      expect(platform.health().state).toBe('connected');
    }));

  it('leaves nothing open behind it', () =>
    withSlack(async ({ slack, desk }) => {
      const { platform } = desk();
      await platform.start(() => null);
      expect(slack.socket.connections).toBe(1);
      await platform.stop();
      while (slack.socket.connections > 0) await new Promise((resolve) => setImmediate(resolve));
      expect(platform.health().state).toBe('stopped');
    }));
});

describe('posts to Slack', () => {
  it('of which the outcome is unknown are found again after a restart', () =>
    withSlack(async ({ slack, channel, desk }) => {
      const first = desk();
      await first.platform.start(() => null);
      const post = postOf({ key: 'ack:1', channelId: channel });
      slack.web.failNext('chat.postMessage', { kind: 'answer_lost' });
      const triedAt = first.platform.health().lastSeenAt;
      expect((await first.platform.post(post)).kind).toBe('failed');
      await first.platform.stop();
      const second = desk();
      await second.platform.start(() => null);
      const postId = deliveredId(await second.platform.post({ ...post, triedAt }));
      expect(slack.world.ours().map(({ ts }) => ts)).toEqual([postId]);
    }));

  it('in a thread are found there', () =>
    withSlack(async (scene) => {
      const { slack, channel } = scene;
      const { platform, heard } = scene.desk();
      await platform.start(() => null);
      say(scene, ALERT);
      await heard.texts(1);
      const inReplyTo = heard.messages[0]?.key ?? null;
      const post = postOf({ key: 'ack:2', channelId: channel, inReplyTo });
      slack.web.failNext('chat.postMessage', { kind: 'done_then_500' });
      expect((await platform.post(post)).kind).toBe('failed');
      expect((await platform.post(post)).kind).toBe('delivered');
      expect(slack.world.ours()).toHaveLength(1);
    }));

  it.each(['status', 'html'] as const)('that did not arrive (%s) are sent again, once', (kind) =>
    withSlack(async ({ slack, channel, desk }) => {
      const { platform } = desk();
      await platform.start(() => null);
      const fault = kind === 'status' ? { kind, status: 503 } : { kind };
      slack.web.failNext('chat.postMessage', fault);
      const post = postOf({ key: 'ack:3', channelId: channel });
      expect(await platform.post(post)).toMatchObject({ kind: 'failed', retry: true });
      expect((await platform.post(post)).kind).toBe('delivered');
      expect(slack.world.ours()).toHaveLength(1);
    }),
  );

  it('are not sent blindly while the history cannot be read', () =>
    withSlack(async ({ slack, channel, desk }) => {
      const { platform } = desk();
      await platform.start(() => null);
      slack.web.failNext('chat.postMessage', { kind: 'done_then_500' });
      const post = postOf({ key: 'ack:4', channelId: channel });
      await platform.post(post);
      slack.web.failNext('conversations.history', { kind: 'status', status: 500 });
      expect(await platform.post(post)).toMatchObject({ kind: 'failed', retry: true });
      expect((await platform.post(post)).kind).toBe('delivered');
      expect(slack.world.ours()).toHaveLength(1);
    }));

  it('time out where Slack does not answer', () =>
    withSlack(async ({ slack, channel, desk }) => {
      const { platform } = desk({ requestTimeoutMs: 500 });
      await platform.start(() => null);
      slack.web.failNext('chat.postMessage', { kind: 'hang' });
      const post = postOf({ key: 'ack:5', channelId: channel });
      expect(await platform.post(post)).toMatchObject({ kind: 'failed', retry: true });
      expect((await platform.post(post)).kind).toBe('delivered');
      expect(slack.world.ours()).toHaveLength(1);
    }));

  it('that a moderator deleted are not posted again', () =>
    withSlack(async ({ slack, channel, desk }) => {
      const { platform } = desk();
      await platform.start(() => null);
      const post = postOf({ key: 'ack:6', channelId: channel });
      const postId = deliveredId(await platform.post(post));
      slack.world.remove(channel, postId);
      expect(await platform.post({ ...post, text: 'Filled', postId })).toMatchObject({
        kind: 'failed',
        retry: false,
      });
      expect(slack.world.ours()).toEqual([]);
    }));

  it('to one person are not repeated by the next start', () =>
    withSlack(async ({ slack, trader, desk }) => {
      for (const { platform } of [desk(), desk()]) {
        await platform.start(() => null);
        expect((await platform.direct(trader, 'summary:1', 'A quiet day')).kind).toBe('delivered');
      }
      expect(slack.world.ours()).toHaveLength(1);
    }));

  it('to one person go out although their history may not be read', () =>
    withSlack(async ({ slack, trader, desk }) => {
      const { platform, heard } = desk();
      await platform.start(() => null);
      const fault = { kind: 'error', error: 'missing_scope', needed: 'im:history' } as const;
      const isRead = () =>
        slack.web.calls.filter(({ method }) => method === 'conversations.history').length > 1;
      while (!isRead()) await new Promise((resolve) => setImmediate(resolve));
      slack.web.failNext('conversations.history', fault);
      expect((await platform.direct(trader, 'summary:2', 'A quiet day')).kind).toBe('delivered');
      expect(heard.problems).toMatchObject([{ code: 'permission_missing', fatal: false }]);
    }));
});
