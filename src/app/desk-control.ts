/**
 * What people may do with the running desk, behind HTTP, the command line and the page.
 *
 * Every act is on record with its actor and reason before it answers, refused ones too.
 */
import { type ChatMessage, PERMISSIONS, type Permission } from '#alerts/model.ts';
import { messageKey, type TradeId } from '#kernel/ids.ts';

import type { Role } from '#operate/model.ts';
import type { ActOutcome, AlertRequest, DeskControl } from '#operate/ports.ts';
import type { Desk } from '#orders/desk.ts';
import { describeRefusal } from '#risk/describe.ts';
import { changeKillState, type KillRefusal } from '#risk/kill-state.ts';
import type { Environment, KillState } from '#risk/model.ts';
import type { RiskSettings } from '#risk/settings.ts';
import type { HaltFile } from './halt-file.ts';
import type { AlertLane } from './lane/alert-lane.ts';
import { planClose } from './operator-close.ts';
import { recordableText } from './recordable-text.ts';

export interface ControlDependencies {
  readonly desk: Desk;
  readonly lane: AlertLane;

  readonly risk: RiskSettings;
  readonly environment: Environment;
  /** Ids for messages that come without one. */
  readonly newId: () => string;
  /** The role of an actor such as `local:operator` or `key:abc`; `null`: nobody known. */
  readonly roleOf: (actor: string) => Role | null;
  readonly haltFile: Pick<HaltFile, 'isThere'>;
}

const REFUSALS: Readonly<Record<KillRefusal, string>> = {
  unchanged: 'the desk is in that state already',
  not_permitted: 'this needs the permission to operate; FLATTEN needs the permission to trade',
  needs_admin: 'lowering the state needs an admin',
  needs_reason: 'lowering the state needs a reason',
  not_reconciled: 'lowering the state needs a desk that agrees with its broker',
};

export function createDeskControl(deps: ControlDependencies): DeskControl {
  const { desk, lane } = deps;
  return {
    process: (request) => lane.receive(messageOf(request, deps)),
    killState: () => desk.book.killState,
    setKillState: (to, actor, reason) => setKillState(deps, to, { actor, reason }),
    async cancelEntry(trade, actor, reason) {
      await note(desk, `cancel entry of ${trade}`, { actor, reason });
      if (desk.book.trade(trade) === null) return refused('unknown_trade', `no trade ${trade}`);
      return desk.endEntry(trade, 'operator', actor)
        ? { kind: 'done', detail: 'the entry is being taken back' }
        : refused('entry_over', 'the entry of this trade is over');
    },
    closeTrade: (trade, actor, reason) => closeTrade(deps, trade, { actor, reason }),
  };
}

interface Act {
  readonly actor: string;
  readonly reason: string;
}

async function setKillState(
  deps: ControlDependencies,
  to: KillState,
  act: Act,
): Promise<ActOutcome> {
  const { desk } = deps;
  const { actor, reason } = act;
  if (to !== 'HALT' && to !== 'FLATTEN' && deps.haltFile.isThere()) {
    await note(desk, `kill state ${to} refused: halt_file`, act);
    return refused('halt_file', 'the file HALT is in the data directory: remove it first');
  }
  const change = changeKillState({
    from: desk.book.killState,
    to,
    reason,
    by: { kind: 'person', permissions: permissionsOf(deps.roleOf(actor)) },
    reconciled: desk.isReconciled,
  });
  if (!change.ok) {
    await note(desk, `kill state ${to} refused: ${change.error}`, act);
    return refused(change.error, REFUSALS[change.error]);
  }
  await desk.changeKillState(to, actor, change.value.reason);
  if (to === 'FLATTEN') {
    for (const trade of desk.book.open()) await closeTrade(deps, trade.id, act);
  }
  return { kind: 'done', detail: `${change.value.from} → ${to}` };
}

async function closeTrade(deps: ControlDependencies, id: TradeId, act: Act): Promise<ActOutcome> {
  const { desk } = deps;
  await note(desk, `close ${id}`, act);
  const trade = desk.book.trade(id);
  if (trade === null) return refused('unknown_trade', `no trade ${id}`);
  const decision = planClose(deps, trade);
  if (decision.kind === 'refused') {
    return refused(decision.code, describeRefusal(decision.gates) ?? decision.code);
  }
  const { actor, reason } = act;
  const { plan } = decision;
  await desk.requestClose(plan, { actor, why: reason }, []).durable;
  return {
    kind: 'done',
    detail: `closing ${plan.quantity} ${trade.plan.instrument.symbol.trim()}`,
  };
}

/** Attempted acts are on record, whatever becomes of them. */
function note(desk: Desk, act: string, { actor, reason }: Act): Promise<void> {
  const body = { act, reason, at: desk.now() };
  return desk.record([{ kind: 'operator.acted', body, actor }], 'sync').durable;
}

function messageOf(request: AlertRequest, { desk, newId }: ControlDependencies): ChatMessage {
  const { platform, channelId, userId, text, dryRun } = request;
  const messageId = request.messageId ?? newId();
  const now = desk.now();
  return {
    key: messageKey(platform, channelId, messageId),
    platform,
    channelId,
    messageId,
    author: { id: userId, kind: 'person', displayName: userId, roleIds: [] },
    text: recordableText(text),
    postedAt: request.postedAt ?? now,
    receivedAt: now,
    relation: 'initial',
    dryRun,
  };
}

function permissionsOf(role: Role | null): readonly Permission[] {
  if (role === null || role === 'viewer') return [];
  return role === 'admin' ? PERMISSIONS : ['alert', 'trade', 'operate'];
}

function refused(code: string, detail: string): ActOutcome {
  return { kind: 'refused', code, detail };
}
