/**
 * The beats of the script: who says what next.
 *
 * A deck of beats is shuffled and played through, then shuffled again, so that every form comes up
 * in every lap and no two laps are alike. About one beat in four is an order. Traders close what
 * they opened, so that the desk keeps room for more.
 */
import type { Author, Relation } from '#alerts/model.ts';
import type { Random } from '#kernel/random.ts';
import { CROWD, FLOOR, IMPOSTOR, RELAY, SWINGS, TALLY_BOT, TRADERS } from './cast.ts';
import * as orders from './orders-talk.ts';
import * as talk from './small-talk.ts';
import { type Pick, pickOption, priced, type Stage } from './stage.ts';

export interface Line {
  readonly author: Author;
  readonly channelId: string;
  readonly text: string;
  readonly relation: Relation;
  /** `last_order`: under the id of the newest order message. */
  readonly under: 'own' | 'last_order';
  /** After the line before it, or after the beat's time. */
  readonly afterMs: number;
}

/** What a trader has said to have bought and not yet to have sold. */
export interface Open {
  readonly author: Author;
  readonly channelId: string;
  readonly pick: Pick;
}

export interface Scene {
  readonly stage: Stage;
  readonly random: Random;
  readonly book: Open[];
}

export type Beat = (scene: Scene) => Promise<readonly Line[] | null>;

const OPEN_MAX = 6;

/** The opening: an order that a newcomer can follow from the first second. */
export const FIRST_BEAT: Beat = async (scene) => entry(scene, orders.ENTRIES.slice(0, 1));

/** One lap's worth of beats, in no particular order. */
export function deck(): readonly Beat[] {
  return [
    ...times(14, async (scene) => entry(scene, orders.ENTRIES)),
    sameDayEntry,
    ...times(8, async (scene) => exit(scene, orders.EXITS)),
    ...times(2, async (scene) => exit(scene, orders.PART_EXITS)),
    ...times(3, async (scene) => exit(scene, orders.CONTEXT_EXITS)),
    ...times(2, async (scene) => aside(scene, orders.STOP_MOVES)),
    ...[orders.MISDATED, orders.OFF_GRID, orders.FAT_PRICE, orders.NO_SIDE].map(mistake),
    ...[twice, echoed, edited, replied, impostor, relayed, forwarded],
    ...times(6, async ({ random }) => said(random.pick(CROWD), talk.chatter(random))),
    ...times(4, async ({ random }) => said(random.pick(TRADERS), talk.commentary(random))),
    ...times(2, async ({ random }) => said(random.pick(CROWD), talk.question(random))),
    ...Object.values(talk.ABOUT_A_CONTRACT).flatMap((lines) => times(2, about(lines))),
  ];
}

function times(count: number, beat: Beat): Beat[] {
  return Array.from({ length: count }, () => beat);
}

function line(author: Author, text: string, more: Partial<Line> = {}): Line {
  return { author, text, channelId: FLOOR, relation: 'initial', under: 'own', afterMs: 0, ...more };
}

function said(author: Author, text: string): readonly Line[] {
  return [line(author, text)];
}

async function entry(
  { stage, random, book }: Scene,
  forms: readonly ((pick: Pick, size: number) => string)[],
): Promise<readonly Line[] | null> {
  const pick = await pickOption(stage, random, { daysMin: 1, daysMax: 40 });
  if (pick === null) return null;
  const author = random.pick(TRADERS);
  const channelId = pick.days > 14 ? SWINGS : FLOOR;
  remember(book, { author, channelId, pick });
  return [line(author, random.pick(forms)(pick, random.integer(2, 6)), { channelId })];
}

async function sameDayEntry({ stage, random, book }: Scene): Promise<readonly Line[] | null> {
  const pick = await pickOption(stage, random, { daysMin: 0, daysMax: 0 });
  if (pick === null) return null;
  const author = random.pick(TRADERS);
  remember(book, { author, channelId: FLOOR, pick });
  return said(author, orders.ENTRY_TODAY(pick, 1));
}

/** The oldest first, at what the market would pay now. */
async function exit(
  { stage, random, book }: Scene,
  forms: readonly ((pick: Pick, size: number) => string)[],
): Promise<readonly Line[] | null> {
  const open = book[0];
  if (open === undefined) return null;
  const form = random.pick(forms);
  const isWhole = forms === orders.EXITS;
  if (isWhole) book.shift();
  const { instrument, days } = open.pick;
  const now = priced(instrument, stage.quoteNow(instrument), days) ?? open.pick;
  return [line(open.author, form(now, 1), { channelId: open.channelId })];
}

async function aside(
  { random, book }: Scene,
  forms: readonly ((pick: Pick, size: number) => string)[],
): Promise<readonly Line[] | null> {
  const open = book.at(-1);
  if (open === undefined) return null;
  return [line(open.author, random.pick(forms)(open.pick, 1), { channelId: open.channelId })];
}

function mistake(write: (pick: Pick, size: number) => string): Beat {
  return async ({ stage, random }) => {
    const pick = await pickOption(stage, random, { daysMin: 1, daysMax: 40 });
    return pick === null ? null : said(random.pick(TRADERS), write(pick, 1));
  };
}

function about(lines: readonly ((pick: Pick) => string)[]): Beat {
  return async ({ stage, random }) => {
    const pick = await pickOption(stage, random, { daysMin: 1, daysMax: 40 });
    return pick === null ? null : said(random.pick(TRADERS), random.pick(lines)(pick));
  };
}

/** Two traders call the same contract within seconds: one trade. */
const twice: Beat = async (scene) => {
  const first = await entry(scene, orders.ENTRIES.slice(0, 2));
  const original = first?.[0];
  const other = TRADERS.find((trader) => trader !== original?.author);
  if (original === undefined || other === undefined) return null;
  return [original, { ...original, author: other, afterMs: 1_500 }];
};

/** The platform delivers one message twice. */
const echoed: Beat = async (scene) => {
  const first = await entry(scene, orders.ENTRIES);
  const original = first?.[0];
  if (original === undefined) return null;
  return [original, { ...original, under: 'last_order', afterMs: 900 }];
};

/** The author changes the message after the desk has acted on it. */
const edited: Beat = async (scene) => {
  const first = await entry(scene, orders.ENTRIES);
  const original = first?.[0];
  if (original === undefined) return null;
  const text = `${original.text} (edited, starter size)`;
  return [original, { ...original, text, relation: 'edit', under: 'last_order', afterMs: 2_500 }];
};

function secondhand(author: Author, relation: Relation): Beat {
  return async ({ stage, random }) => {
    const pick = await pickOption(stage, random, { daysMin: 1, daysMax: 40 });
    if (pick === null) return null;
    return [line(author, random.pick(orders.ENTRIES)(pick, 2), { relation })];
  };
}

const impostor = secondhand(IMPOSTOR, 'initial');
const relayed = secondhand(RELAY, 'initial');
const replied = secondhand(TRADERS[0], 'reply');
const forwarded = secondhand(TALLY_BOT, 'forward');

function remember(book: Open[], open: Open): void {
  book.push(open);
  if (book.length > OPEN_MAX) book.shift();
}
