/**
 * What people may do with the running desk, behind HTTP, the command line and the page.
 *
 * Every act is on record with its actor and reason before it answers, refused ones too.
 */
import type { ChatMessage } from '#alerts/model.ts';
import { messageKey, type TradeId } from '#kernel/ids.ts';

import type { Role } from '#operate/model.ts';
import type { ActOutcome, AlertRequest, DeskControl } from '#operate/ports.ts';
import type { Desk } from '#orders/desk.ts';
import { describeRefusal } from '#risk/describe.ts';
import { changeKillState, type KillRefusal } from '#risk/kill-state.ts';
import type { Environment, KillState } from '#risk/model.ts';
import type { RiskSettings } from '#risk/settings.ts';
import { type Act, noteAct } from './act-note.ts';
import { permissionsOf } from './api/api-callers.ts';
import type { HaltFile } from './halt-file.ts';
import type { AlertLane } from './lane/alert-lane.ts';
import { planClose } from './operator-close.ts';
import { recordableText } from './recordable-text.ts';
import { refused } from './refused.ts';
import { releaseTrade } from './release-trade.ts';

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
      await noteAct(desk, `cancel entry of ${trade}`, { actor, reason });
      if (desk.book.trade(trade) === null) return refused('unknown_trade', `no trade ${trade}`);
      return desk.endEntry(trade, 'operator', actor)
        ? { kind: 'done', detail: 'the entry is being taken back' }
        : refused('entry_over', 'the entry of this trade is over');
    },
    closeTrade: (trade, actor, reason) => closeTrade(deps, trade, { actor, reason }),
    releaseTrade: (trade, actor, reason) => releaseTrade(desk, trade, { actor, reason }),
  };
}

async function setKillState(
  deps: ControlDependencies,
  to: KillState,
  act: Act,
): Promise<ActOutcome> {
  const { desk } = deps;
  const { actor, reason } = act;
  if (to !== 'HALT' && to !== 'FLATTEN' && deps.haltFile.isThere()) {
    await noteAct(desk, `kill state ${to} refused: halt_file`, act);
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
    await noteAct(desk, `kill state ${to} refused: ${change.error}`, act);
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
  await noteAct(desk, `close ${id}`, act);
  const trade = desk.book.trade(id);
  if (trade === null) return refused('unknown_trade', `no trade ${id}`);
  const { decision, judged } = planClose(deps, trade);
  if (decision.kind === 'refused') {
    return refused(decision.code, describeRefusal(decision.gates) ?? decision.code);
  }
  const { actor, reason } = act;
  const { plan } = decision;
  await desk.requestClose(plan, { actor, why: reason }, [judged]).durable;
  return {
    kind: 'done',
    detail: `closing ${plan.quantity} ${trade.plan.instrument.symbol.trim()}`,
  };
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
