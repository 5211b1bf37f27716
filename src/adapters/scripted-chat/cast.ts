/** Who speaks in the demonstration, all invented, and what they may do. */
import type { Author } from '#alerts/model.ts';

export const FLOOR = 'options-floor';
export const SWINGS = 'swing-room';

function person(id: string, displayName: string): Author {
  return { id, kind: 'person', displayName, roleIds: [] };
}

const MARA = person('1001', 'Mara');
const DEKE = person('1002', 'Deke');
const JUNO = person('1003', 'Juno');
/** May talk, may not trigger. */
const OTTO = person('2001', 'Otto');
const PIP = person('2002', 'Pip');
const WREN = person('2003', 'Wren');
/** Took the name of somebody who may. */
export const IMPOSTOR = person('6666', 'Mara');
export const RELAY: Author = { id: '9001', kind: 'webhook', displayName: 'Deke', roleIds: [] };
export const TALLY_BOT: Author = { id: '9002', kind: 'bot', displayName: 'TallyBot', roleIds: [] };

export const TRADERS = [MARA, DEKE, JUNO] as const;
export const CROWD = [OTTO, PIP, WREN] as const;
