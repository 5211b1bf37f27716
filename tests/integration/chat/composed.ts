/** The whole desk on its simulated broker, its rooms at the stand-in of a chat service. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { stringify } from 'yaml';
import { loadConfig } from '#app/config.ts';
import { formatProblems } from '#app/config-problems.ts';
import { type DeskApp, openDeskApp } from '#app/desk-app.ts';
import { isDeskEntry } from '#app/desk-entry.ts';
import { exampleAlert } from '#app/example-alert.ts';
import { readAlert } from '#app/reader.ts';
import type { Recorded } from '#events/record.ts';
import type { DeskRecord } from '#orders/model.ts';
import { type DiscordService, openDiscordService } from '../../stand-ins/discord/service.ts';
import { openSlackService, type SlackService } from '../../stand-ins/slack/service.ts';
import type { SlackStandIn } from '../../stand-ins/slack/stand-in.ts';

type Tree = Readonly<Record<string, unknown>>;
export type Environment = Readonly<Record<string, string>>;

/** As wide as limits go, and trades that are over soon. */
export const WIDE = {
  limits: {
    ...{ tradesPerDayMax: 100, tradesPerAuthorHourMax: 100, openTradesMax: 20 },
    ...{ openPerUnderlyingMax: 20, openPerInstrumentMax: 20, premiumOpenMax: '30%' },
    ...{ mutationsPerMinuteMax: 50, mutationsPerSecondMax: 20, premiumTradeMax: '2000' },
    spreadShareMax: '50%',
  },
  entry: { waitMs: 300, windowMs: 1_500 },
} as const;

/** Nobody's words are a repetition: each is a trade of its own. */
const SINGLE = { duplicateWindowMs: 0, repeat: 'allow' } as const;
const ALERT = { permissions: ['alert'] } as const;

export interface Given {
  readonly yaml: Tree;
  readonly environment: Environment;
}

export function onDiscord(service: DiscordService, more: Tree = {}): Given {
  const { channelId, secondChannelId, trader, standIn } = service;
  const purpose = { purpose: 'alerts', parser: { assets: ['option', 'equity'] } };
  return {
    yaml: {
      chat: { script: 'none' },
      alerts: {
        ...SINGLE,
        people: { [`discord:${trader.id}`]: ALERT },
        roles: Object.fromEntries(trader.roleIds.map((id) => [`discord:${id}`, ALERT])),
        channels: {
          [`discord:${channelId}`]: purpose,
          [`discord:${secondChannelId}`]: { purpose: 'control' },
        },
      },
      risk: WIDE,
      discord: { apiUrl: standIn.apiUrl, retryAfterMs: 20 },
      ...more,
    },
    environment: { STRIKEWIRE_DISCORD_TOKEN: standIn.token },
  };
}

export interface SlackRooms {
  readonly channel: string;
  readonly control: string;
  readonly trader: string;
}

export function onSlack(slack: SlackStandIn, rooms: SlackRooms, more: Tree = {}): Given {
  const { channel, control, trader } = rooms;
  return {
    yaml: {
      chat: { script: 'none' },
      alerts: {
        ...SINGLE,
        people: { [`slack:${trader}`]: ALERT },
        channels: {
          [`slack:${channel}`]: { purpose: 'alerts', parser: { assets: ['option', 'equity'] } },
          [`slack:${control}`]: { purpose: 'control' },
        },
      },
      risk: WIDE,
      slack: { apiUrl: slack.apiUrl, reconnectMs: 10 },
      ...more,
    },
    environment: {
      STRIKEWIRE_SLACK_APP_TOKEN: slack.appToken,
      STRIKEWIRE_SLACK_BOT_TOKEN: slack.botToken,
    },
  };
}

/** The body of each kind of record. */
type Bodies = { [R in DeskRecord as R['kind']]: R['body'] };

export interface Composed {
  readonly app: DeskApp;
  /** Writes the configuration file anew, as somebody would who edits it. */
  rewrite(yaml: Tree | string): void;
  records(): readonly Recorded<DeskRecord>[];
  /** Bodies of one kind of record, in order. */
  bodies<K extends keyof Bodies>(kind: K): readonly Bodies[K][];
  /** A message that is a valid order now. */
  alert(): Promise<string>;
  close(): Promise<void>;
}

export function newGround(yaml: Tree): string {
  const directory = mkdtempSync(join(tmpdir(), 'strikewire-chat-'));
  writeSettings(directory, yaml);
  return directory;
}

function writeSettings(directory: string, yaml: Tree | string): void {
  const text = typeof yaml === 'string' ? yaml : stringify(yaml, { aliasDuplicateObjects: false });
  writeFileSync(join(directory, 'strikewire.yaml'), text);
}

export async function compose({ yaml, environment }: Given): Promise<Composed> {
  const directory = newGround(yaml);
  const config = loadConfig({ directory, environment });
  if (!config.ok) throw new Error(formatProblems(config.error));
  const opened = await openDeskApp({
    ...{ config: config.value, version: 'test', read: readAlert, roleOf: () => 'admin' },
    certificate: () => ({ kind: 'none', reason: 'none is needed' }),
    reload: () => loadConfig({ directory, environment }),
  });
  if (!opened.ok) throw new Error(JSON.stringify(opened.error));
  const app = opened.value;
  const records: Recorded<DeskRecord>[] = [];
  app.journal.onDurable((entry) => {
    if (isDeskEntry(entry)) records.push(entry);
  });
  await app.start();
  await until(() => app.readiness().ready);
  return {
    app,
    rewrite: (settings) => writeSettings(directory, settings),
    records: () => records,
    bodies<K extends keyof Bodies>(kind: K): readonly Bodies[K][] {
      const isOfKind = (record: { kind: string }): record is { kind: K; body: Bodies[K] } =>
        record.kind === kind;
      const all: readonly { kind: string }[] = records;
      return all.filter(isOfKind).map(({ body }) => body);
    },
    async alert() {
      const text = await exampleAlert({ ...app.surroundings, now: () => app.clock.now() });
      if (text === null) throw new Error('nothing can be quoted now');
      return text;
    },
    async close() {
      await app.stop('the test is over');
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** The test's own time-out bounds the wait. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await sleep(5);
}

export async function withDesk(
  act: (stage: { readonly service: DiscordService; readonly desk: Composed }) => Promise<void>,
  more: (service: DiscordService) => Tree = () => ({}),
): Promise<void> {
  const service = await openDiscordService();
  const desk = await compose(onDiscord(service, more(service)));
  try {
    await service.standIn.gateway.until(() => service.standIn.gateway.connected() === 1);
    await act({ service, desk });
  } finally {
    await desk.close();
    await service.close();
  }
}

export async function withSlackDesk(
  act: (stage: {
    readonly service: SlackService;
    readonly rooms: SlackRooms;
    readonly desk: Composed;
  }) => Promise<void>,
): Promise<void> {
  const service = await openSlackService({ retryMs: [100, 200, 400] });
  const { standIn } = service;
  const rooms = slackRoomsOf(service);
  const desk = await compose(onSlack(standIn, rooms));
  try {
    await until(() => standIn.socket.connections > 0);
    await act({ service, rooms, desk });
  } finally {
    await desk.close();
    await service.close();
  }
}

export function slackRoomsOf(service: SlackService): SlackRooms {
  const { channelId: channel, secondChannelId: control, trader } = service;
  return { channel, control, trader: trader.id };
}
