import { describe, expect, it } from 'vitest';
import { AlertSettingsSchema } from '#alerts/settings.ts';

function problems(settings: unknown): readonly string[] {
  const parsed = AlertSettingsSchema.safeParse(settings);
  return parsed.success ? [] : parsed.error.issues.map(({ path }) => path.join('.'));
}

describe('alert settings', () => {
  it('allow nobody anything when nothing is configured', () => {
    expect(AlertSettingsSchema.parse({})).toEqual({
      people: {},
      roles: {},
      channels: {},
      ageMsMax: 30_000,
      aheadMsMax: 5000,
      duplicateWindowMs: 10_000,
      onDeletion: 'keep',
      repeat: 'block_if_open',
      partialExit: 5000,
    });
  });

  it('give a channel options only, entries and exits, real orders and silence', () => {
    const { channels } = AlertSettingsSchema.parse({
      channels: { 'discord:5001': { purpose: 'alerts' } },
    });
    expect(channels['discord:5001']).toMatchObject({
      actions: ['BTO', 'STC'],
      dryRun: false,
      answerUnauthorized: false,
      parser: { assets: ['option'], expiryWhenMissing: 'refuse', verblessOpens: false },
    });
  });

  it.each([
    ['a bare id', '7001'],
    ['a name', 'discord:ana'],
    ['a mention', 'discord:<@7001>'],
    ['a blank inside', 'discord:70 01'],
    ['full-width digits', 'discord:７００１'],
    ['an unknown platform', 'irc:7001'],
    ['another case', 'Discord:7001'],
    ['nothing after the platform', 'discord:'],
    ['nothing', ''],
    ['a property of every object', 'constructor'],
  ])('refuse %s where an id belongs', (_, id) => {
    expect(problems({ people: { [id]: { permissions: ['alert'] } } })).not.toEqual([]);
    expect(problems({ channels: { [id]: { purpose: 'alerts' } } })).not.toEqual([]);
  });

  it.each(['discord:7001', 'slack:U01ABCDEF', 'slack:T01:U01', 'local:operator'])(
    'take %s',
    (id) => {
      expect(problems({ people: { [id]: { permissions: ['alert'] } } })).toEqual([]);
    },
  );

  it.each<[string, unknown]>([
    ['people.discord:1.permissions.0', { people: { 'discord:1': { permissions: ['alrt'] } } }],
    ['people.discord:1.permissions', { people: { 'discord:1': {} } }],
    ['channels.discord:1.purpose', { channels: { 'discord:1': { purpose: 'alert' } } }],
    [
      'channels.discord:1.actions.0',
      { channels: { 'discord:1': { purpose: 'alerts', actions: ['STO'] } } },
    ],
    [
      'channels.discord:1.dryRun',
      { channels: { 'discord:1': { purpose: 'alerts', dryRun: 'false' } } },
    ],
    ['channels.discord:1', { channels: { 'discord:1': { purpose: 'alerts', sizing: {} } } }],
    ['ageMsMax', { ageMsMax: 120_001 }],
    ['duplicateWindowMs', { duplicateWindowMs: -1 }],
    ['partialExit', { partialExit: '100%' }],
    ['partialExit', { partialExit: 0.5 }],
    ['', { window: 10 }],
  ])('name %s as the place of a problem', (path, settings) => {
    expect(problems(settings)).toEqual([path]);
  });
});
