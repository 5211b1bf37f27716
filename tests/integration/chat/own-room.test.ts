/** The room inside the program, with the whole desk behind it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { loadConfig } from '#app/config.ts';
import { type DeskApp, openDeskApp } from '#app/desk-app.ts';
import { isDeskEntry } from '#app/desk-entry.ts';
import { readAlert } from '#app/reader.ts';
import type { DeskRecord } from '#orders/model.ts';
import type { Button } from '#publish/ports.ts';

const CHANNEL = 'local';
const YOU = { id: 'operator', displayName: 'you', roleIds: [] };

let directory = '';
let app: DeskApp;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'strikewire-own-room-'));
  const config = loadConfig({
    directory,
    environment: { STRIKEWIRE_DATA_DIRECTORY: directory, STRIKEWIRE_CHAT_SCRIPT: 'none' },
  });
  if (!config.ok) throw new Error(JSON.stringify(config.error));
  const opened = await openDeskApp({
    ...{ config: config.value, version: 'test', read: readAlert, roleOf: () => null },
    certificate: () => ({ kind: 'none', reason: 'none is needed' }),
  });
  if (!opened.ok) throw new Error(JSON.stringify(opened.error));
  app = opened.value;
  await app.start();
});

afterEach(async () => {
  await app.stop('the test is over');
  rmSync(directory, { recursive: true, force: true });
});

function say(text: string, id: string, messageId: string | null = null): string {
  const author = { ...YOU, id, kind: 'person' } as const;
  const said = { channelId: CHANNEL, author, text, messageId, relation: 'initial' } as const;
  return app.room.say(said).messageId;
}

/** Resolves with the first record of that kind, and again for those on disk already. */
function recorded(kind: DeskRecord['kind'], count = 1): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      const found = [...app.journal.read()].filter((one) => isDeskEntry(one) && one.kind === kind);
      if (found.length >= count) resolve();
    };
    app.journal.onDurable(look);
    look();
  });
}

function command(line: string): Promise<{ text: string; buttons: readonly Button[] }> {
  return new Promise((resolve) => {
    const onAnswer = (text: string, buttons: readonly Button[]): void => resolve({ text, buttons });
    app.room.command({ channelId: CHANNEL, by: YOU, onAnswer }, line);
  });
}

it('takes commands and presses, by what their giver may do in that channel', async () => {
  expect((await command('whoami')).text).toContain('local:operator');
  expect((await command('pause enough')).text).toContain('PAUSE');
  expect(app.control.killState()).toBe('PAUSE');
  const pressed = await new Promise((resolve) => {
    app.room.press({ channelId: CHANNEL, by: YOU, onAnswer: resolve }, 'nothing we showed');
  });
  expect(pressed).toContain('cannot be used here');
});

it('answers a typed command, and a stranger with nothing', async () => {
  say('!tt halt', 'stranger');
  say('!tt whoami', 'operator');
  await recorded('notice.delivered');
  expect(app.room.posts()).toMatchObject([{ channelId: CHANNEL }]);
  expect(app.room.posts()[0]?.text).toContain('local:operator');
  expect(app.control.killState()).toBe('ACTIVE');
});

it('decides an alert once, whoever says it again, and hears of its deletion', async () => {
  const id = say('BTO 1 ZZZZ 78p 12/05 @ 0.75', 'operator');
  say('BTO 1 ZZZZ 78p 12/05 @ 0.75', 'operator', id);
  app.room.remove(CHANNEL, id);
  await recorded('message.deleted');
  await recorded('alert.decided');
  const kinds = [...app.journal.read()].map(({ kind }) => kind);
  expect(kinds.filter((kind) => kind === 'message.received')).toHaveLength(1);
  expect(kinds.filter((kind) => kind === 'message.redelivered')).toHaveLength(1);
});
