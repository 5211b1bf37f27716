/** What each command does. Reading commands are ready at once and have nothing to confirm. */

import { PERMISSIONS } from '#alerts/model.ts';
import type { EpochMs } from '#kernel/time.ts';
import {
  acknowledge,
  allow,
  cancel,
  certify,
  close,
  decideHeld,
  type Given,
  killState,
  order,
  type Prepared,
  preview,
  refreshAuth,
  release,
  reload,
  replace,
} from './acts.ts';
import { type Answer, done, refused } from './answer.ts';
import type { CommandDesk } from './desk.ts';
import { helpText } from './menu.ts';
import {
  accounts,
  alarms,
  alerts,
  allowed,
  authStatus,
  balance,
  certificationResult,
  environment,
  oneOrder,
  orders,
  positions,
  quote,
  status,
  trades,
} from './reads.ts';
import type { CommandName } from './table.ts';

type Handler = (desk: CommandDesk, given: Given, now: EpochMs) => Prepared;

export const HANDLERS: Readonly<Record<CommandName, Handler>> = {
  help: (_desk, { values, asker }) => told(() => done(helpText(values['command'] ?? '', asker))),
  whoami: (_desk, { actor, asker }) => told(() => whoAmI(actor, asker)),
  status: (desk) => told(() => status(desk)),
  environment: (desk) => told(() => environment(desk)),
  quote: (desk, { values }) => told(() => quote(desk, values['contract'] ?? '')),
  buy: (desk, given) => order(desk, given, 'BTO'),
  sell: (desk, given) => order(desk, given, 'STC'),
  preview,
  close,
  release,
  trades: (desk) => told(() => trades(desk)),
  pause: (desk, given) => killState(desk, given, 'PAUSE'),
  reduce: (desk, given) => killState(desk, given, 'REDUCE_ONLY'),
  halt: (desk, given) => killState(desk, given, 'HALT'),
  flatten: (desk, given) => killState(desk, given, 'FLATTEN'),
  resume: (desk, given) => killState(desk, given, 'ACTIVE'),
  'auth status': (desk) => told(() => authStatus(desk)),
  'auth refresh': refreshAuth,
  'account list': (desk) => told(() => accounts(desk)),
  'account balance': (desk) => told(() => balance(desk)),
  'account positions': (desk) => told(() => positions(desk)),
  'account orders': (desk, _given, now) => told(() => orders(desk, now)),
  'order status': (desk, { values }) => told(() => oneOrder(desk, values['order'] ?? '')),
  'order replace': replace,
  'order cancel': cancel,
  'alert list': (desk) => told(() => alerts(desk)),
  'alert approve': (desk, given) => decideHeld(desk, given, 'approve'),
  'alert dismiss': (desk, given) => decideHeld(desk, given, 'dismiss'),
  'alarm list': (desk) => told(() => alarms(desk)),
  'alarm acknowledge': acknowledge,
  'certification run': certify,
  'certification result': (desk) => told(() => certificationResult(desk)),
  'allow show': (desk) => told(() => allowed(desk)),
  'allow add': (desk, given) => allow(desk, given, 'add'),
  'allow remove': (desk, given) => allow(desk, given, 'remove'),
  'allow reload': reload,
  // Taken before any other command is: it stands for the one it confirms.
  confirm: () => told(() => refused('There is nothing to confirm.')),
};

function told(act: () => Answer | Promise<Answer>): Prepared {
  return { kind: 'ready', shown: '', act: async () => act() };
}

function whoAmI(actor: string, { permissions, purpose }: Given['asker']): Answer {
  const own = PERMISSIONS.filter((one) => permissions.has(one));
  const may = own.length === 0 ? 'nothing' : own.join(', ');
  return done(actor, `may: ${may}`, `this channel is for ${purpose ?? 'nothing'}`);
}
