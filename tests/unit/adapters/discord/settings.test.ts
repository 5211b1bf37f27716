import { describe, expect, it } from 'vitest';
import { DiscordSettingsSchema } from '#adapters/discord/settings.ts';

describe('settings of Discord', () => {
  it('need nothing to be given', () => {
    expect(DiscordSettingsSchema.parse(undefined)).toMatchObject({
      apiUrl: null,
      servers: [],
      command: 'tt',
    });
  });

  it.each<object>([
    { servers: ['my server'] },
    { command: 'Trade!' },
    { apiUrl: 'ftp://example.com' },
    { token: 'never in a file' },
  ])('refuse %j', (given) => {
    expect(DiscordSettingsSchema.safeParse(given).success).toBe(false);
  });
});
