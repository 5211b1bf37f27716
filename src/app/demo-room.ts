/** Who may do what in the rooms of the embedded desk: its own operator, and the cast of the script. */
import { CROWD, FLOOR, SWINGS, TRADERS } from '#adapters/scripted-chat/cast.ts';
import { type AlertSettings, AlertSettingsSchema } from '#alerts/settings.ts';

/** The room of the person at this machine, for the page and the command line. */
export const OWN_ROOM = 'local';
export const OWN_USER = 'operator';

const ASSETS = ['option', 'equity', 'future'] as const;
const ROOM = { purpose: 'alerts', parser: { assets: [...ASSETS] } } as const;

/** The configured lists, with the operator of this machine and, if it plays, the script's people. */
export function withOwnPeople(alerts: AlertSettings, script: 'demo' | 'none'): AlertSettings {
  const cast = script === 'demo' ? [...TRADERS] : [];
  const own = AlertSettingsSchema.parse({
    people: Object.fromEntries([
      [`local:${OWN_USER}`, { name: 'you', permissions: ['alert', 'trade', 'operate', 'admin'] }],
      ...cast.map(({ id, displayName }) => [
        `local:${id}`,
        { name: displayName, permissions: ['alert'] },
      ]),
      ...(script === 'demo' ? CROWD.map(silent) : []),
    ]),
    channels: {
      [`local:${OWN_ROOM}`]: { name: 'your own room', ...ROOM },
      ...(script === 'demo' && {
        [`local:${FLOOR}`]: { name: FLOOR, ...ROOM, answerUnauthorized: true },
        [`local:${SWINGS}`]: { name: SWINGS, ...ROOM },
      }),
    },
  });
  return {
    ...alerts,
    people: { ...own.people, ...alerts.people },
    channels: { ...own.channels, ...alerts.channels },
  };
}

function silent({ id, displayName }: (typeof CROWD)[number]) {
  return [`local:${id}`, { name: displayName, permissions: [] }] as const;
}
