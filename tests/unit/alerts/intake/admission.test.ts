import { describe, expect, it } from 'vitest';
import { admit, permissionsOf } from '#alerts/admission.ts';
import { createIntakeMemory, remember } from '#alerts/duplicates.ts';
import type { AlertSettings } from '#alerts/settings.ts';
import type { EpochMs } from '#kernel/time.ts';
import { plus } from '#kernel/time.ts';
import {
  alertSettingsOf,
  decided,
  type MessageChange,
  messageOf,
  ROOM,
  received,
  TRADER,
} from '../../../fixtures/alerts.ts';
import { NOW } from '../../../fixtures/risk.ts';

const SETTINGS = alertSettingsOf();

function verdict(
  change: MessageChange = {},
  settings: AlertSettings = SETTINGS,
  now = NOW,
): string {
  const admission = admit(messageOf(change), settings, createIntakeMemory(), now);
  return admission.kind === 'admitted' ? 'admitted' : admission.code;
}

const posted = (offsetMs: number): EpochMs => plus(NOW, offsetMs);

describe('admission', () => {
  it('admits a listed person in a listed channel, with the settings of the channel', () => {
    const admission = admit(messageOf(), SETTINGS, createIntakeMemory(), NOW);
    expect(admission).toEqual({
      kind: 'admitted',
      author: `discord:${TRADER}`,
      channel: `discord:${ROOM}`,
      settings: SETTINGS.channels[`discord:${ROOM}`],
    });
  });

  it.each<[string, MessageChange, string]>([
    ['another person', { author: { id: '7002' } }, 'author_not_allowed'],
    [
      'the same name, another id',
      { author: { id: '1', displayName: 'Ana' } },
      'author_not_allowed',
    ],
    ['the id with a blank', { author: { id: ` ${TRADER}` } }, 'author_not_allowed'],
    ['the id in full-width digits', { author: { id: '７００１' } }, 'author_not_allowed'],
    ['no id', { author: { id: '' } }, 'author_not_allowed'],
    ['the id of a property', { author: { id: '__proto__' } }, 'author_not_allowed'],
    ['another channel', { channelId: '5002' }, 'channel_not_allowed'],
    ['a direct message', { channelId: '' }, 'channel_not_allowed'],
    ['the same ids elsewhere', { platform: 'slack' }, 'channel_not_allowed'],
    ['a bot with the id', { author: { kind: 'bot' } }, 'author_is_bot'],
    ['a webhook with the id', { author: { kind: 'webhook' } }, 'author_is_webhook'],
    ['a system message', { author: { kind: 'system' } }, 'author_is_system'],
    ['a reply', { relation: 'reply' }, 'is_reply'],
    ['a message in a thread', { relation: 'thread' }, 'is_in_thread'],
    ['a forward', { relation: 'forward' }, 'is_forward'],
    ['a crosspost', { relation: 'crosspost' }, 'is_crosspost'],
    ['an edit', { relation: 'edit' }, 'is_edit'],
    ['posted 30 s ago', { postedAt: posted(-30_000) }, 'admitted'],
    ['posted 30.001 s ago', { postedAt: posted(-30_001) }, 'too_old'],
    ['posted 5 s ahead', { postedAt: posted(5000) }, 'admitted'],
    ['posted 5.001 s ahead', { postedAt: posted(5001) }, 'posted_in_future'],
  ])('%s', (_, change, expected) => {
    expect(verdict(change)).toBe(expected);
  });

  it.each(['commands', 'control'] as const)('refuses a channel for %s', (purpose) => {
    const settings = alertSettingsOf({ channels: { [`discord:${ROOM}`]: { purpose } } });
    expect(verdict({}, settings)).toBe('channel_not_for_alerts');
  });

  it.each([
    ['nobody', { people: {} }, 'author_not_allowed'],
    ['no channel', { channels: {} }, 'channel_not_allowed'],
    [
      'a person without permissions',
      { people: { [`discord:${TRADER}`]: { permissions: [] } } },
      'author_not_allowed',
    ],
    [
      'a person who may do everything but alert',
      { people: { [`discord:${TRADER}`]: { permissions: ['trade', 'operate', 'admin'] } } },
      'author_not_allowed',
    ],
  ])('with %s listed, refuses', (_, settings, expected) => {
    expect(verdict({}, alertSettingsOf(settings))).toBe(expected);
  });

  it('takes a role for a person, on its own platform only', () => {
    const settings = alertSettingsOf({ roles: { 'discord:8001': { permissions: ['alert'] } } });
    const stranger = { id: '7002', roleIds: ['8000', '8001'] };
    expect(verdict({ author: stranger }, settings)).toBe('admitted');
    expect(verdict({ author: { ...stranger, roleIds: ['8000'] } }, settings)).toBe(
      'author_not_allowed',
    );
    expect(verdict({ author: { ...stranger, kind: 'bot' } }, settings)).toBe('author_is_bot');
    const elsewhere = alertSettingsOf({ roles: { 'slack:8001': { permissions: ['alert'] } } });
    expect(verdict({ author: stranger }, elsewhere)).toBe('author_not_allowed');
  });

  it('takes no user id for a role, and no role for a user id', () => {
    const role = alertSettingsOf({
      people: {},
      roles: { [`discord:${TRADER}`]: { permissions: ['alert'] } },
    });
    expect(verdict({}, role)).toBe('author_not_allowed');
    const roleOfPerson = { author: { id: '7002', roleIds: [TRADER] } };
    expect(verdict(roleOfPerson)).toBe('author_not_allowed');
  });

  it('answers an unauthorised person only where the channel wants it', () => {
    const stranger = messageOf({ author: { id: '7002' } });
    const answered = (room: Record<string, unknown>) =>
      admit(
        stranger,
        alertSettingsOf({ channels: { [`discord:${ROOM}`]: { purpose: 'alerts', ...room } } }),
        createIntakeMemory(),
        NOW,
      );
    expect(answered({})).toMatchObject({ answered: false });
    expect(answered({ answerUnauthorized: true })).toMatchObject({
      code: 'author_not_allowed',
      answered: true,
    });
  });

  it('knows a redelivery for ever, also before it was decided', () => {
    const memory = createIntakeMemory();
    const first = messageOf();
    remember(memory, received(first));
    const again = (): string => {
      const admission = admit(first, SETTINGS, memory, NOW);
      return admission.kind === 'admitted' ? 'admitted' : admission.code;
    };
    expect(again()).toBe('duplicate_message');
    remember(memory, decided(first));
    expect(again()).toBe('duplicate_message');
    const later = { ...first, postedAt: plus(NOW, 1e10), receivedAt: plus(NOW, 1e10) };
    expect(admit(later, SETTINGS, memory, plus(NOW, 1e10))).toMatchObject({
      code: 'duplicate_message',
    });
  });

  it('calls an edit of a known message an edit', () => {
    const memory = createIntakeMemory();
    const first = messageOf();
    remember(memory, received(first));
    expect(admit({ ...first, relation: 'edit' }, SETTINGS, memory, NOW)).toMatchObject({
      code: 'is_edit',
    });
  });
});

describe('permissions', () => {
  it('are those of the person and of every role together', () => {
    const settings = alertSettingsOf({
      people: { 'discord:1': { permissions: ['alert'] } },
      roles: {
        'discord:2': { permissions: ['operate'] },
        'discord:3': { permissions: ['operate', 'trade'] },
      },
    });
    const { author } = messageOf({ author: { id: '1', roleIds: ['2', '3', '4'] } });
    const held = permissionsOf({ platform: 'discord', author }, settings);
    expect([...held].toSorted()).toEqual(['alert', 'operate', 'trade']);
    const bot = { platform: 'discord', author: { ...author, kind: 'bot' } } as const;
    expect(permissionsOf(bot, settings).size).toBe(0);
  });
});
