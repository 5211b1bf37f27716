import { describe, expect, it } from 'vitest';
import { PERMISSIONS, type Permission } from '#alerts/model.ts';
import { authorise } from '#operate/commands/authorise.ts';
import { PURPOSES, type Purpose } from '#operate/commands/parts.ts';
import { COMMANDS, type CommandName, commandNamed } from '#operate/commands/table.ts';
import { asker, bench } from './desk.ts';

type Rooms = 'everywhere' | 'desk' | 'orders';

const ROOMS: Readonly<Record<Rooms, readonly Purpose[]>> = {
  everywhere: ['alerts', 'commands', 'control'],
  desk: ['commands', 'control'],
  orders: ['commands'],
};
const ALL = 'alert trade operate admin';
const READ = 'trade operate admin';
const OPERATE = 'operate admin';

/** Written out beside the table: a slip in either is found by the other. */
const MAY: Readonly<Record<CommandName, readonly [permissions: string, rooms: Rooms]>> = {
  help: ['anybody', 'everywhere'],
  whoami: ['anybody', 'everywhere'],
  status: [ALL, 'desk'],
  environment: [ALL, 'desk'],
  quote: [ALL, 'desk'],
  buy: ['trade', 'orders'],
  sell: ['trade', 'orders'],
  preview: [ALL, 'desk'],
  close: ['trade', 'desk'],
  release: [OPERATE, 'desk'],
  trades: [READ, 'desk'],
  pause: [OPERATE, 'everywhere'],
  reduce: [OPERATE, 'everywhere'],
  halt: [OPERATE, 'everywhere'],
  flatten: ['trade', 'desk'],
  resume: ['admin', 'desk'],
  'auth status': [READ, 'desk'],
  'auth refresh': [OPERATE, 'desk'],
  'account list': [READ, 'desk'],
  'account balance': [READ, 'desk'],
  'account positions': [READ, 'desk'],
  'account orders': [READ, 'desk'],
  'order status': [READ, 'desk'],
  'order replace': ['trade', 'orders'],
  'order cancel': [READ, 'desk'],
  'alert list': [READ, 'desk'],
  'alert approve': [OPERATE, 'desk'],
  'alert dismiss': [OPERATE, 'desk'],
  'alarm list': [READ, 'desk'],
  'alarm acknowledge': [OPERATE, 'desk'],
  'certification run': ['admin', 'desk'],
  'certification result': [READ, 'desk'],
  'allow show': [OPERATE, 'desk'],
  'allow add': ['admin', 'desk'],
  'allow remove': ['admin', 'desk'],
  'allow reload': ['admin', 'desk'],
  confirm: [ALL, 'everywhere'],
};

/** A line of each command that would do something. */
const LINES: Readonly<Record<CommandName, string>> = {
  help: 'help',
  whoami: 'whoami',
  status: 'status',
  environment: 'environment',
  quote: 'quote UBER 78p 12/04',
  buy: 'buy 2 UBER 78p 12/04 @ .75',
  sell: 'sell 2 UBER 78p 12/04 @ .75',
  preview: 'preview BTO UBER 78p 12/04 @ .75',
  close: 'close t_1',
  release: 'release t_1 seen to',
  trades: 'trades',
  pause: 'pause',
  reduce: 'reduce',
  halt: 'halt',
  flatten: 'flatten',
  resume: 'resume all is well',
  'auth status': 'auth status',
  'auth refresh': 'auth refresh',
  'account list': 'account list',
  'account balance': 'account balance',
  'account positions': 'account positions',
  'account orders': 'account orders',
  'order status': 'order status 1',
  'order replace': 'order replace 1 0.80',
  'order cancel': 'order cancel t_1',
  'alert list': 'alert list',
  'alert approve': 'alert approve slack:C1:1',
  'alert dismiss': 'alert dismiss slack:C1:1',
  'alarm list': 'alarms',
  'alarm acknowledge': 'ack disk_low',
  'certification run': 'certification run',
  'certification result': 'certification result',
  'allow show': 'allow show',
  'allow add': 'allow add <@U2> trade',
  'allow remove': 'allow remove <@U2> trade',
  'allow reload': 'allow reload',
  confirm: 'confirm code9',
};

function isMeant(name: CommandName, permissions: readonly Permission[], purpose: Purpose): boolean {
  const [own, rooms] = MAY[name];
  if (!ROOMS[rooms].includes(purpose)) return false;
  if (purpose === 'alerts' && permissions.length === 0) return false;
  return own === 'anybody' || permissions.some((one) => own.split(' ').includes(one));
}

/** Every set of permissions there is. */
const GRANTS = Array.from({ length: 2 ** PERMISSIONS.length }, (_, mask) =>
  PERMISSIONS.filter((_one, at) => (mask & (1 << at)) !== 0),
);
const CASES = COMMANDS.flatMap(({ name }) => PURPOSES.map((purpose) => [name, purpose] as const));

interface Outcome {
  readonly who: string;
  readonly verdict: 'allowed' | 'refused';
  /** Whether anything was done for somebody who may not. */
  readonly isDoneInVain: boolean;
  readonly isSilent: boolean;
  /** What changes something is on record when it was refused, too. */
  readonly isNoted: boolean;
}

async function outcomeOf(
  name: CommandName,
  permissions: readonly Permission[],
  purpose: Purpose,
): Promise<Outcome> {
  const { say, done, notes } = bench();
  const by = asker(permissions, purpose);
  const { text } = await say(LINES[name], by);
  const { kind: verdict } = authorise(commandNamed(name), by);
  const isRefused = verdict === 'refused';
  return {
    who: permissions.join(),
    verdict,
    isDoneInVain: isRefused && done.length > 0,
    isSilent: text === null,
    isNoted: isRefused && notes.length > 0,
  };
}

function meantFor(
  name: CommandName,
  permissions: readonly Permission[],
  purpose: Purpose,
): Outcome {
  const isAllowed = isMeant(name, permissions, purpose);
  return {
    who: permissions.join(),
    verdict: isAllowed ? 'allowed' : 'refused',
    isDoneInVain: false,
    isSilent: !isAllowed && purpose === 'alerts' && permissions.length === 0,
    isNoted: !isAllowed && commandNamed(name).acts === 'yes',
  };
}

describe('who may give which command where', () => {
  it.each(CASES)('%s in a channel for %s', async (name, purpose) => {
    const outcomes = await Promise.all(GRANTS.map((own) => outcomeOf(name, own, purpose)));
    const meant = GRANTS.map((own) => meantFor(name, own, purpose));
    expect(outcomes).toEqual(meant);
  });

  it.each(['bot', 'webhook', 'system'] as const)('is never a %s', async (kind) => {
    for (const { name } of COMMANDS) {
      const { say, done } = bench();
      const answer = await say(LINES[name], asker(PERMISSIONS, 'commands', { kind }));
      expect([answer.text, done]).toEqual([null, []]);
    }
  });

  it('is nobody in a channel that is not listed, and nobody is told so', async () => {
    for (const { name } of COMMANDS) {
      const { say, done } = bench();
      const answer = await say(LINES[name], asker(PERMISSIONS, null));
      expect([answer.text, done]).toEqual([null, []]);
    }
  });

  it('says what it takes, and where', async () => {
    const { say } = bench();
    const [stranger, lost] = [asker(['alert'], 'commands'), asker(['trade'], 'control')];
    expect((await say('halt', stranger)).text).toBe(
      '[SIM] “halt” takes the permission to operate or admin.',
    );
    expect((await say('buy 1 UBER 78p 12/04', lost)).text).toBe(
      '[SIM] “buy” is taken in channels for commands.',
    );
  });
});
