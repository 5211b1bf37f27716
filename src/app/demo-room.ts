/** Who may do what in the rooms of the embedded desk: its own operator and the script's cast. */

import type { z } from 'zod';
import { FLOOR, SWINGS, TRADERS } from '#adapters/scripted-chat/cast.ts';
import { type AlertSettings, AlertSettingsSchema } from '#alerts/settings.ts';
import { needsArming } from '#risk/arming.ts';
import type { Environment } from '#risk/model.ts';

/** The room of the person at this machine, for the page and the command line. */
export const OWN_ROOM = 'local';
export const OWN_USER = 'operator';

type Input = z.input<typeof AlertSettingsSchema>;
type PeopleInput = NonNullable<Input['people']>;
type ChannelsInput = NonNullable<Input['channels']>;

const ROOM: ChannelsInput[string] = {
  purpose: 'alerts',
  parser: { assets: ['option', 'equity', 'future'] },
};

/** Where orders are real, this machine's own room is to try a message in: nothing is sent. */
export function peopleOfDesk(
  alerts: AlertSettings,
  script: 'demo' | 'none',
  environment: Environment,
): AlertSettings {
  if (!needsArming(environment)) return withOwnPeople(alerts, script);
  const tried = AlertSettingsSchema.parse({
    people: { [`local:${OWN_USER}`]: { name: 'you', permissions: ['alert'] } },
    channels: { [`local:${OWN_ROOM}`]: { name: 'your own room', ...ROOM, dryRun: true } },
  });
  return beside(alerts, tried);
}

/** The configured lists, with this machine's operator and, if it plays, the script's people. */
export function withOwnPeople(alerts: AlertSettings, script: 'demo' | 'none'): AlertSettings {
  const people: PeopleInput = {
    [`local:${OWN_USER}`]: { name: 'you', permissions: ['alert', 'trade', 'operate', 'admin'] },
  };
  const channels: ChannelsInput = { [`local:${OWN_ROOM}`]: { name: 'your own room', ...ROOM } };
  if (script === 'demo') {
    for (const { id, displayName: name } of TRADERS) {
      people[`local:${id}`] = { name, permissions: ['alert'] };
    }
    channels[`local:${FLOOR}`] = { name: FLOOR, ...ROOM };
    channels[`local:${SWINGS}`] = { name: SWINGS, ...ROOM };
  }
  return beside(alerts, AlertSettingsSchema.parse({ people, channels }));
}

/** What is configured goes before. */
function beside(alerts: AlertSettings, own: AlertSettings): AlertSettings {
  return {
    ...alerts,
    people: { ...own.people, ...alerts.people },
    channels: { ...own.channels, ...alerts.channels },
  };
}
