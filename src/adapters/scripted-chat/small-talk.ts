/** What is said in a room that is not an order: most of it. All invented. */
import type { Random } from '#kernel/random.ts';
import { type Pick, raised, slashDate } from './stage.ts';

const CHATTER = [
  'morning all ☕',
  'anyone else feeling slow today or is it just me',
  'lol that candle',
  'brb, dog walk',
  'this tape is something 😂',
  'who changed the room music',
  'gm gm 🚀',
  'lunch is cancelled, apparently',
  'my charts froze, rebooting',
  'happy Friday eve everybody',
  'remember to breathe out',
  '🔥🔥🔥',
  'close call on that one, still trying to figure this market out',
  'grabbing coffee, shout if anything breaks',
  'is the audio working for you?',
  'welcome to the new folks, read the pinned post first',
];

const COMMENTARY = [
  'SPY holding the opening range, chop until it picks a side',
  'breadth is fine, volume is not. patience',
  'vix bleeding again, dips keep getting bought',
  'that was the lunchtime fade right on schedule',
  'semis leading, banks asleep',
  'I would not chase here. let it come to you',
  'QQQ 50 day right below, watch the reaction there',
  'no trade is a trade',
  'fed speaker at 2, expect noise',
];

const QUESTIONS = [
  'anyone in this one?',
  'what stop are people using?',
  'is it too late to follow the first one?',
  'do you hold overnight or flat by the close?',
  'how do I see the older alerts?',
];

export function chatter(random: Random): string {
  return random.pick(CHATTER);
}

export function commentary(random: Random): string {
  return random.pick(COMMENTARY);
}

export function question(random: Random): string {
  return random.pick(QUESTIONS);
}

type Line = (pick: Pick) => string;

function contract({ symbol, strike, right }: Pick): string {
  return `${symbol} ${strike}${right.toLowerCase()}`;
}

function words({ right }: Pick): string {
  return right === 'C' ? 'calls' : 'puts';
}

const BRAGS: readonly Line[] = [
  (p) => `${contract(p)} ${p.price} → ${raised(p.price, 131n)} +31 % 💰`,
  (p) => `${p.symbol} ${words(p)} paying, +18% so far`,
  (p) => `$40/con on ${p.symbol}, nice one team`,
  (p) => `${contract(p)} from ${p.price} to ${raised(p.price, 162n)} banger`,
];

const LOADING: readonly Line[] = [
  (p) => `loading ${p.symbol} ${slashDate(p.expiry)} ${p.strike}${p.right} @ ${p.price}`,
  (p) => `Loaded ${contract(p)} no position yet`,
  (p) => `get ready for ${p.symbol} ${words(p)}`,
  (p) => `prepping ${contract(p)} ${slashDate(p.expiry)}, not in`,
];

const WATCHES: readonly Line[] = [
  (p) => `watching ${contract(p)} ${slashDate(p.expiry)} for later`,
  (p) => `Watch list: ${p.symbol} ${p.strike}c > ${p.strike}, NVDA 185c > 183.20, AMD 220c > 217`,
  (p) => `not buying ${contract(p)} ${slashDate(p.expiry)} yet`,
  (p) => `anyone in ${contract(p)} ${slashDate(p.expiry)}?`,
];

const CONDITIONS: readonly Line[] = [
  (p) => `${contract(p)} ${p.price} ${slashDate(p.expiry)} ON THE BREAK OF $${p.strike}`,
  (p) => `BTO ${contract(p)} ${slashDate(p.expiry)} @ ${p.price} if we hold ${p.strike}`,
];

const FLOW: readonly Line[] = [
  (p) => `${contract(p)} ${slashDate(p.expiry)} on flow, 1.4M`,
  (p) => `unusual: 3,200 ${p.symbol} ${p.strike} ${words(p)} swept at the ask`,
];

const RECAPS: readonly Line[] = [
  (p) => `Recap: ${contract(p)} +45%, QQQ puts -20%, IWM calls flat. Green day.`,
  (p) => `Still holding ${contract(p)} ${slashDate(p.expiry)} from ${p.price} and two swings`,
];

const SPREADS: readonly Line[] = [
  (p) =>
    `${p.symbol} ${slashDate(p.expiry)} $${p.strike}/$${Number(p.strike) + 5} Call Debit Spread @1.05`,
  (p) =>
    `Open ${p.symbol} ${slashDate(p.expiry)} ${p.strike} put buy ${Number(p.strike) - 5} put sell total 1.60`,
];

export const ABOUT_A_CONTRACT = {
  brag: BRAGS,
  loading: LOADING,
  watch: WATCHES,
  condition: CONDITIONS,
  flow: FLOW,
  recap: RECAPS,
  spread: SPREADS,
} as const satisfies Record<string, readonly Line[]>;
