/** What platforms do to a desk: it says so in plain words, goes on, loses and doubles nothing. */
import { describe, expect, it } from 'vitest';
import { chatReport } from '#app/chat/chat-report.ts';
import { loadConfig } from '#app/config.ts';
import { formatProblems } from '#app/config-problems.ts';
import { createSystemClock } from '#kernel/time.ts';
import type { ChatService, NextPost } from '../../contract/chat-service.ts';
import { PERMISSION } from '../../stand-ins/discord/model.ts';
import { type DiscordService, openDiscordService } from '../../stand-ins/discord/service.ts';
import { openSlackService, type SlackService } from '../../stand-ins/slack/service.ts';
import {
  type Composed,
  type Given,
  newGround,
  onDiscord,
  onSlack,
  slackRoomsOf,
  until,
  withDesk,
  withSlackDesk,
} from './composed.ts';

function answers({ channelId, shown }: ChatService): readonly string[] {
  return shown()
    .filter((post) => post.channelId === channelId)
    .map(({ text }) => text);
}

function incidents({ bodies }: Composed): readonly string[] {
  return bodies('incident.raised').map(({ code, detail }) => `${code} ${detail}`);
}

/** Of an alert that is refused at once: one post, and no change of it. */
const REFUSED = 'BTO UBER 78p 12/05 @ 0.75';

interface AnyDesk {
  readonly service: ChatService;
  readonly desk: Composed;
}

type With = (act: (stage: AnyDesk) => Promise<void>) => Promise<void>;

describe.each([
  ['discord', (act) => withDesk(act), 'permission_missing'],
  ['slack', (act) => withSlackDesk(act), 'channel_not_joined'],
] as const satisfies readonly (readonly [string, With, string])[])(
  'on %s',
  (name, withIt, barred) => {
    it.each<[string, NextPost]>([
      ['a 429', { limitedMs: 300 }],
      ['a 5xx after it was taken', 'taken_then_500'],
      ['an answer that gets lost', 'answer_lost'],
    ])('an answer on its way is there once, whatever %s does', (_, how) =>
      withIt(async ({ service, desk }) => {
        service.failNext(how);
        await service.say(REFUSED);
        await until(() => desk.bodies('notice.delivered').length === 1);
        expect(answers(service)).toHaveLength(1);
      }),
    );

    it('an answer that may not be posted is told to operators, and the next one is posted', () =>
      withIt(async ({ service, desk }) => {
        service.failNext('forbidden');
        await service.say(REFUSED);
        await until(() => incidents(desk).some((one) => one.startsWith('notice_undeliverable')));
        await service.say(REFUSED);
        await until(() => answers(service).length === 1);
        await until(() => service.shown().some(({ text }) => text.includes('Needs a person')));
        expect(incidents(desk).join('\n')).toContain(barred);
      }));

    it('a revoked token is told in words, stops nothing else, and what was due is still due', () =>
      withIt(async ({ service, desk }) => {
        await service.say('good morning');
        await until(() => desk.bodies('message.received').length === 1);
        service.revoke();
        await service.say(REFUSED);
        await until(() => incidents(desk).some((one) => one.includes('token_refused')));
        expect(desk.app.readiness().ready).toBe(true);
        expect(desk.bodies('notice.delivered')).toEqual([]);
        const text = await desk.alert();
        const { channelId, trader } = service;
        const answer = await desk.app.control.process({
          ...{ platform: name, channelId, userId: trader.id, messageId: null, text },
          ...{ postedAt: null, dryRun: false },
        });
        expect([answer.code, answer.detail]).toEqual(['entry', expect.any(String)]);
      }));
  },
);

async function check({ yaml, environment }: Given): Promise<readonly string[]> {
  const config = loadConfig({ directory: newGround(yaml), environment });
  if (!config.ok) throw new Error(formatProblems(config.error));
  const found = await chatReport(config.value, createSystemClock());
  return found.map(({ name, ok, detail }) => `${name} ${ok ? 'ok' : 'failed'} ${detail}`);
}

describe('a check of the configuration for Discord', () => {
  async function checked(
    spoil: (service: DiscordService) => void,
    more: Record<string, unknown> = {},
  ): Promise<readonly string[]> {
    const service = await openDiscordService();
    try {
      spoil(service);
      return await check(onDiscord(service, more));
    } finally {
      await service.close();
    }
  }

  it('finds nothing where all is well', async () => {
    const found = await checked(() => undefined);
    expect(found).toEqual([expect.stringMatching(/^discord ok connected/)]);
  });

  it('names a refused token', async () => {
    expect((await checked(({ revoke }) => revoke())).join('\n')).toContain('token_refused');
  });

  it('names an intent that is not granted', async () => {
    const found = await checked(({ standIn }) => {
      standIn.gateway.disallowed = 1 << 15;
    });
    expect(found.join('\n')).toContain('intent_missing');
  });

  it('names every channel with what it lacks, at once', async () => {
    const found = await checked(({ standIn, channelId, secondChannelId }) => {
      for (const id of [channelId, secondChannelId]) {
        const channel = standIn.world.channels.get(id);
        if (channel !== undefined) channel.denied = PERMISSION.SEND_MESSAGES;
      }
    });
    expect(found.filter((one) => one.includes('permission_missing'))).toHaveLength(2);
  });

  it('names a channel that there is not', async () => {
    const alerts = { channels: { 'discord:123': { purpose: 'alerts' } } };
    expect((await checked(() => undefined, { alerts })).join('\n')).toContain('channel_unknown');
  });
});

describe('a check of the configuration for Slack', () => {
  async function checked(
    spoil: (service: SlackService) => void,
    more: Record<string, unknown> = {},
  ): Promise<readonly string[]> {
    const service = await openSlackService();
    try {
      spoil(service);
      return await check(onSlack(service.standIn, slackRoomsOf(service), more));
    } finally {
      await service.close();
    }
  }

  it('finds nothing where all is well', async () => {
    const found = await checked(() => undefined);
    expect(found).toEqual([expect.stringMatching(/^slack ok connected/)]);
  });

  it('names a refused token', async () => {
    expect((await checked(({ revoke }) => revoke())).join('\n')).toContain('token_refused');
  });

  it('names a scope that is missing', async () => {
    const found = await checked(({ standIn: { web } }) => {
      web.scopes = web.scopes.filter((scope) => scope !== 'chat:write');
    });
    expect(found.join('\n')).toMatch(/permission_missing.*chat:write/);
  });

  it('names every channel the app is not in, at once', async () => {
    const found = await checked(({ standIn: { world } }) => {
      for (const channel of world.channels.values()) channel.isMember = false;
    });
    const named = found.filter((one) => one.includes('channel_not_joined: conversations.info'));
    expect(named).toHaveLength(2);
  });

  it('names a channel that there is not', async () => {
    const alerts = { channels: { 'slack:C0NOWHERE': { purpose: 'alerts' } } };
    expect((await checked(() => undefined, { alerts })).join('\n')).toContain('channel_unknown');
  });
});
