/**
 * The story of one message.
 *
 * Rule  what a later step says replaces what an earlier one said: risk may refuse what the reader
 *       understood, and nothing makes a refused message accepted again but a trade opened on it.
 */
import type { Verdict } from '#alerts/model.ts';
import { contractName } from '#market/contract-name.ts';
import { type EntryPlan, gateResults } from '#risk/model.ts';
import { DRY_RUN_BADGE, planBadge } from './badge.ts';
import type { BodyOf, ByKind, EntryOf, Kind } from './by-kind.ts';
import type { MessageStory, Preview, StoryOutcome, TradeRules } from './model.ts';
import { instruction } from './phrases.ts';

export function openMessage(entry: EntryOf<'message.received'>, deskBadge: string): MessageStory {
  const { message } = entry.body;
  return {
    key: message.key,
    seq: entry.seq,
    badge: message.dryRun ? DRY_RUN_BADGE : deskBadge,
    message,
    outcome: 'received',
    verdict: null,
    code: null,
    detail: '',
    reading: null,
    understood: null,
    gates: [],
    sizing: null,
    repairs: [],
    candidates: [],
    preview: null,
    tradeId: null,
    editedAt: null,
    editedText: null,
    deletedAt: null,
    refs: { received: entry.seq, decided: null, risk: null },
  };
}

interface Before {
  readonly story: MessageStory;
  readonly rules: TradeRules;
}

const FOLDS: Partial<ByKind<Kind, Before, MessageStory>> = {
  'message.edited': ({ seq, body }, { story }) => ({
    ...story,
    seq,
    editedAt: body.at,
    editedText: body.text,
  }),
  'message.deleted': ({ seq, body }, { story }) => ({ ...story, seq, deletedAt: body.at }),
  'alert.decided': (entry, { story }) => decided(story, entry),
  'risk.decided': (entry, { story }) => judged(story, entry),
  'preview.made': ({ seq, body }, { story, rules }) => {
    const preview = previewOf(body, rules);
    const badge = preview.entry === null ? DRY_RUN_BADGE : planBadge(preview.entry, story.badge);
    return { ...story, seq, badge, outcome: 'previewed', preview };
  },
  'trade.opened': ({ seq, body: { plan } }, { story }) => ({
    ...story,
    seq,
    badge: planBadge(plan, story.badge),
    outcome: 'accepted',
    tradeId: plan.tradeId,
  }),
  'close.requested': ({ seq, body: { plan } }, { story }) => ({
    ...story,
    seq,
    outcome: 'accepted',
    tradeId: plan.tradeId,
  }),
};

/** The story after one more record; the same story when the record does not concern it. */
export function foldMessage<K extends Kind>(
  story: MessageStory,
  entry: EntryOf<K>,
  rules: TradeRules,
): MessageStory {
  return FOLDS[entry.kind]?.(entry, { story, rules }) ?? story;
}

const OUTCOMES: Readonly<Record<Verdict, StoryOutcome>> = {
  order: 'accepted',
  exit: 'accepted',
  update: 'ignored',
  refused: 'refused',
  chatter: 'ignored',
};

function decided(
  story: MessageStory,
  { seq, body, trade }: EntryOf<'alert.decided'>,
): MessageStory {
  return {
    ...story,
    seq,
    outcome: OUTCOMES[body.verdict],
    verdict: body.verdict,
    code: body.code,
    detail: body.detail,
    reading: { alert: body.alert, spans: body.spans },
    understood: body.alert === null ? null : instruction(body.alert),
    repairs: body.repairs,
    candidates: body.candidates,
    // An exit knows its trade at once; an entry only has one when it is opened.
    tradeId: body.verdict === 'exit' ? (trade ?? null) : null,
    refs: { ...story.refs, decided: seq },
  };
}

function judged(story: MessageStory, { seq, body }: EntryOf<'risk.decided'>): MessageStory {
  const { outcome, code, sizing } = body;
  const gates = gateResults(body.gates);
  const next = { ...story, seq, gates, sizing, refs: { ...story.refs, risk: seq } };
  if (outcome === 'approved') return next;
  const stopped = gates.find((gate) => gate.outcome !== 'pass');
  return { ...next, outcome, code, detail: stopped?.detail ?? story.detail };
}

function previewOf({ plan, close }: BodyOf<'preview.made'>, rules: TradeRules): Preview {
  return {
    entry: plan,
    close,
    contract: plan === null ? null : contractName(plan.instrument),
    exit: plan === null ? null : intendedExit(plan, rules),
  };
}

function intendedExit(plan: EntryPlan, rules: TradeRules): Preview['exit'] {
  const exit = rules.exitQuantity(plan.exit, plan.quantity);
  if (exit === 0) return null;
  const fills = { quantity: plan.quantity, units: plan.limit * BigInt(plan.quantity) };
  return {
    quantity: exit,
    limit: rules.exitPrice(fills, plan.exit.profit, plan.instrument.grid),
  };
}
