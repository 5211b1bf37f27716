/** Who may alert past what is configured: where orders are real, only to try a message. */
import { expect, it } from 'vitest';
import { AlertSettingsSchema } from '#alerts/settings.ts';
import { peopleOfDesk } from '#app/demo-room.ts';

const CONFIGURED = AlertSettingsSchema.parse({
  people: { 'discord:1': { name: 'Mara', permissions: ['alert'] } },
});

it.each(['production', 'rehearsal'] as const)(
  'the operator of this machine may try a message in %s, and nothing is sent of it',
  (environment) => {
    const { people, channels } = peopleOfDesk(CONFIGURED, 'demo', environment);
    expect(Object.keys(people)).toEqual(['local:operator', 'discord:1']);
    expect(people['local:operator']?.permissions).toEqual(['alert']);
    expect(Object.keys(channels)).toEqual(['local:local']);
    expect(channels['local:local']?.dryRun).toBe(true);
  },
);

it.each(['simulated', 'sandbox'] as const)(
  'the operator of this machine may alert in his own room in %s',
  (environment) => {
    const { people, channels } = peopleOfDesk(CONFIGURED, 'none', environment);
    expect(Object.keys(people)).toEqual(['local:operator', 'discord:1']);
    expect(people['local:operator']?.permissions).toContain('trade');
    expect(Object.keys(channels)).toEqual(['local:local']);
    expect(channels['local:local']?.dryRun).toBe(false);
  },
);
