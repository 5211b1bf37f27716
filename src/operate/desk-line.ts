/** The line at the top of the page, counted up record by record. */
import type { Told, TradeStory } from '#audit/model.ts';
import { formatMoney } from '#kernel/price.ts';
import { formatInstant } from '#kernel/time.ts';
import type { AccountFigures, BookFigures, RiskRecord } from '#risk/model.ts';
import type { AccountView, CountersView, DeskLine } from './api.ts';

/** The line without what only the moment of reading knows. */
export type DeskStanding = Omit<DeskLine, 'seq' | 'clock' | 'journal'>;

export const DESK_AT_FIRST: DeskStanding = {
  environment: 'SIM',
  startedAt: null,
  version: null,
  killState: 'ACTIVE',
  killReason: null,
  account: null,
  counters: {
    messages: 0,
    instructions: 0,
    refused: 0,
    chatter: 0,
    trades: 0,
    openTrades: 0,
    ordersSent: 0,
    priceSteps: 0,
    fills: 0,
    incidents: 0,
  },
};

/** The standing as plain data: what the account holds is text here, and named like amounts. */
export interface SavedStanding extends Omit<DeskStanding, 'account'> {
  readonly account: readonly (readonly [string, string | null])[] | null;
}

export function saveStanding(standing: DeskStanding): SavedStanding {
  const { account } = standing;
  return { ...standing, account: account === null ? null : Object.entries(account) };
}

export function restoreStanding(saved: SavedStanding): DeskStanding {
  if (saved.account === null) return { ...saved, account: null };
  const given = new Map(saved.account);
  const text = (name: keyof AccountView): string => given.get(name) ?? '';
  return {
    ...saved,
    account: {
      day: text('day'),
      initialBuyingPower: text('initialBuyingPower'),
      availableBuyingPower: given.get('availableBuyingPower') ?? null,
      pendingDebit: given.get('pendingDebit') ?? null,
      premiumOpen: given.get('premiumOpen') ?? null,
      dayResult: given.get('dayResult') ?? null,
      readAt: given.get('readAt') ?? null,
    },
  };
}

/**
 * The standing after one more record; the same object when nothing of it changed. `before` is the
 * record's trade as it was told last.
 */
export function foldDesk(desk: DeskStanding, told: Told, before: TradeStory | null): DeskStanding {
  const counters = added(desk.counters, countsOf(told, before));
  const changes = changesOf(told);
  if (changes === null && counters === desk.counters) return desk;
  return { ...desk, ...changes, counters };
}

/** What an operator must not overlook. */
export function isIncident({ entry }: Pick<Told, 'entry'>): boolean {
  const { kind } = entry;
  if (kind === 'order.foreign') return entry.body.endedOf === undefined;
  return kind === 'incident.raised' || kind === 'trade.blocked' || kind === 'reconcile.differed';
}

function changesOf({ entry, badge }: Told): Partial<DeskStanding> | null {
  if (entry.kind === 'run.started') {
    const startedAt = formatInstant(entry.wall);
    return { environment: badge, startedAt, version: entry.body.version };
  }
  if (entry.kind === 'kill_state.changed') {
    return { killState: entry.body.to, killReason: entry.body.reason };
  }
  if (entry.kind === 'buying_power.captured') return { account: captured(entry.body) };
  if (entry.kind === 'risk.decided' && entry.body.account !== null) {
    return { account: accountOf(entry.body.account, entry.body.book) };
  }
  return null;
}

type Counts = Partial<Record<keyof CountersView, number>>;

const COUNTED: Readonly<Record<string, Counts>> = {
  'message.received': { messages: 1 },
  'trade.opened': { trades: 1, openTrades: 1 },
  'trade.ended': { openTrades: -1 },
  'entry.stepped': { priceSteps: 1 },
};

function countsOf(told: Told, before: TradeStory | null): Counts | null {
  const { entry, trade, message } = told;
  if (isIncident(told)) return { incidents: 1 };
  if (entry.kind === 'order.seen') return { fills: fillsIn(trade) - fillsIn(before) };
  if (entry.kind === 'order.intended' && entry.body.intent.op === 'submit') {
    return { ordersSent: 1 };
  }
  if (entry.kind === 'risk.decided' && entry.body.outcome === 'refused') {
    // Said of the message already, by the verdict before it.
    return message?.verdict === 'refused' ? null : { refused: 1 };
  }
  if (entry.kind === 'alert.decided') {
    const { verdict, code } = entry.body;
    // It was counted when it was held.
    if (verdict === 'refused') return code === 'dismissed' ? null : { refused: 1 };
    return verdict === 'order' || verdict === 'exit' ? { instructions: 1 } : { chatter: 1 };
  }
  return COUNTED[entry.kind] ?? null;
}

function added(counters: CountersView, counts: Counts | null): CountersView {
  if (counts === null || Object.values(counts).every((by) => by === 0)) return counters;
  const next: Record<keyof CountersView, number> = { ...counters };
  for (const name of COUNTERS) next[name] += counts[name] ?? 0;
  return next;
}

const COUNTERS = [
  'messages',
  'instructions',
  'refused',
  'chatter',
  'trades',
  'openTrades',
  'ordersSent',
  'priceSteps',
  'fills',
  'incidents',
] as const satisfies readonly (keyof CountersView)[];

function fillsIn(trade: TradeStory | null): number {
  let sum = 0;
  for (const order of trade?.orders ?? []) sum += order.fills.length;
  return sum;
}

function captured({
  day,
  amount,
}: Extract<RiskRecord, { readonly kind: 'buying_power.captured' }>['body']): AccountView {
  return {
    day,
    initialBuyingPower: formatMoney(amount),
    availableBuyingPower: null,
    pendingDebit: null,
    premiumOpen: null,
    dayResult: null,
    readAt: null,
  };
}

function accountOf(account: AccountFigures, book: BookFigures): AccountView {
  return {
    day: account.day,
    initialBuyingPower: formatMoney(account.initialBuyingPower),
    availableBuyingPower: formatMoney(account.availableBuyingPower),
    pendingDebit: formatMoney(account.pendingDebit),
    premiumOpen: formatMoney(book.premiumOpen),
    dayResult: formatMoney(book.dayResult),
    readAt: formatInstant(account.readAt),
  };
}
