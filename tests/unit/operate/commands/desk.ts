/** A desk for commands: what it was asked to do, and people who may ask. */

import type { Permission } from '#alerts/model.ts';
import { parseAlert } from '#alerts/parse.ts';
import { WIDE_PARSE_POLICY } from '#alerts/parser/settings.ts';
import { date } from '#kernel/calendar.ts';
import { asMessageKey, asTradeId } from '#kernel/ids.ts';
import { epochMs } from '#kernel/time.ts';
import { createVirtualClock } from '#kernel/virtual-clock.ts';
import { isTradingDay } from '#market/session.ts';
import type { DeskSnapshot } from '#operate/api.ts';
import type { Asker } from '#operate/commands/authorise.ts';
import type { CommandDesk, OrderRequest } from '#operate/commands/desk.ts';
import type { Purpose } from '#operate/commands/parts.ts';
import { type Asked, type CommandAnswer, Commands } from '#operate/commands/run.ts';
import type { AlertAnswer } from '#operate/ports.ts';

const POSTED = date('2026-11-20');
const START = epochMs(Date.UTC(2026, 10, 20, 16));

export function readAlert(text: string) {
  const context = { posted: POSTED, policy: WIDE_PARSE_POLICY, isTradingDay };
  return parseAlert(text, context);
}

export function snapshotOf(parts: Partial<DeskSnapshot> = {}): DeskSnapshot {
  return {
    desk: {
      seq: 1,
      clock: '2026-11-20T16:00:00.000Z',
      environment: 'SIM',
      startedAt: null,
      version: '0.4.0',
      killState: 'ACTIVE',
      killReason: null,
      account: null,
      counters: {
        ...{ messages: 0, instructions: 0, refused: 0, chatter: 0, trades: 3, openTrades: 2 },
        ...{ ordersSent: 0, priceSteps: 0, fills: 4, incidents: 0 },
      },
      journal: null,
    },
    messages: [],
    trades: [],
    incidents: [],
    ...parts,
  };
}

export function asker(
  permissions: readonly Permission[],
  purpose: Purpose | null = 'commands',
  parts: Partial<Asker> = {},
): Asker {
  return {
    platform: 'slack',
    id: 'U1',
    kind: 'person',
    permissions: new Set(permissions),
    channelId: 'C1',
    purpose,
    ...parts,
  };
}

export interface Bench {
  readonly commands: Commands;
  /** Everything that was done, in order: `place BTO …`, `kill HALT`. */
  readonly done: string[];
  readonly notes: string[];
  readonly placed: OrderRequest[];
  readonly clock: ReturnType<typeof createVirtualClock>;
  say(line: string, by?: Asker, parts?: Partial<Asked>): Promise<CommandAnswer>;
}

export function bench(
  parts: Partial<CommandDesk> = {},
  { confirms = 'never', orders = 'taken' } = {},
): Bench {
  const clock = createVirtualClock(START);
  const done: string[] = [];
  const notes: string[] = [];
  const placed: OrderRequest[] = [];
  let [acts, codes] = [0, 0];
  const does = (what: string) => {
    done.push(what);
    return Promise.resolve({ kind: 'done', detail: what } as const);
  };
  const whole: CommandDesk = {
    control: {
      killState: () => 'ACTIVE',
      setKillState: (to, actor, reason) => does(`kill ${to} by ${actor}: ${reason}`),
      cancelEntry: (trade) => does(`cancel entry ${trade}`),
      closeTrade: (trade) => does(`close ${trade}`),
      releaseTrade: (trade, actor, why) => does(`release ${trade} by ${actor}: ${why}`),
    },
    feed: { snapshot: () => snapshotOf() },
    read: readAlert,
    confirmsOrders: () => confirms === 'orders',
    async note({ actor, act, outcome }) {
      notes.push(`${actor} | ${act} | ${outcome}`);
    },
    async place(order) {
      placed.push(order);
      done.push(`${order.dryRun ? 'preview' : 'place'} ${order.text}`);
      return answerTo(order);
    },
    orders: {
      replace: (order, limit) => does(`replace ${order} ${limit}`),
      cancel: (order) => does(`cancel order ${order}`),
    },
    access: {
      status: async () => ({ kind: 'told', lines: ['valid until 17:00'] }),
      refresh: () => does('refresh'),
      accounts: async () => ({ kind: 'told', lines: ['****1234'] }),
    },
    quote: async (contract) => ({ kind: 'told', lines: [`quote of ${contract}`] }),
    held: {
      find: () => null,
      approve: (key) => does(`approve ${key}`),
      dismiss: (key) => does(`dismiss ${key}`),
    },
    certification: {
      run: () => does('certify'),
      result: async () => ({ kind: 'told', lines: ['passed'] }),
    },
    allowList: {
      show: () => ['slack:U1 alert'],
      add: (who, permission) => does(`add ${who} ${permission}`),
      remove: (who, permission) => does(`remove ${who} ${permission}`),
      reload: () => does('reload'),
    },
    ...parts,
  };
  const { place: _place, ...closed } = whole;
  const desk = orders === 'taken' ? whole : closed;
  const newCode = (): string => `code${(codes += 1)}`;
  const commands = new Commands({ desk, clock, newCode });
  return {
    commands,
    done,
    notes,
    placed,
    clock,
    say(line, by = asker(['trade', 'operate', 'admin', 'alert']), given = {}) {
      const id = `act${(acts += 1)}`;
      const actor = { id: by.id, displayName: 'Mara', roleIds: [] };
      return commands.run({ id, line, by: actor, asker: by, at: clock.now(), ...given });
    },
  };
}

function answerTo({ text, dryRun }: OrderRequest): AlertAnswer {
  const { alert, verdict, code, detail, spans } = readAlert(text);
  return {
    message: asMessageKey('slack:C1:1'),
    ...{ verdict, code, detail, alert, spans, sizing: null, gates: [], orders: [] },
    ...{ repairs: [], candidates: [], environment: 'SIM' },
    tradeId: dryRun ? null : asTradeId('t_1'),
  };
}
