/** The ways people write an entry, an exit, and the mistakes they make in them. All invented. */
import { addDays, dayOfWeek } from '#kernel/calendar.ts';
import { type Pick, raised, slashDate, wordDate } from './stage.ts';

type Write = (pick: Pick, size: number) => string;

const low = ({ right }: Pick): string => right.toLowerCase();
const many = ({ right }: Pick): string => (right === 'C' ? 'calls' : 'puts');

/** `.75` for 0.75, as half of them write it. */
function dotted(price: string): string {
  return price.replace(/^0\./, '.');
}

/** As quick writers do, except where it would be a letter and no name. */
function lowerCase(symbol: string): string {
  return symbol.length === 1 ? symbol : symbol.toLowerCase();
}

/** `UBER261204P78` */
function osi({ symbol, expiry, right, strike }: Pick): string {
  return `.${symbol}${expiry.replaceAll('-', '').slice(2)}${right}${strike}`;
}

/** Clear instructions; the first is what a newcomer sees first. */
export const ENTRIES: readonly Write[] = [
  (p) => `Alert: BTO ${p.symbol} ${p.strike}${low(p)} ${slashDate(p.expiry)} @ ${p.price}`,
  (p) => `BTO ${p.symbol} ${slashDate(p.expiry)} ${p.strike}${low(p)} @${dotted(p.price)} risky`,
  (p, n) =>
    `@everyone BTO ${n} ${p.symbol} ${slashDate(p.expiry)} ${p.strike}${low(p)} @ ${p.price}`,
  (p) => `in ${p.symbol} ${slashDate(p.expiry)} ${p.strike}${p.right} @ ${p.price} @here`,
  (p) => `bought $${p.symbol} ${p.strike} ${many(p)} ${wordDate(p.expiry)} at ${dotted(p.price)}`,
  (p, n) => `Entered (${n}) ${p.symbol} ${p.strike}${p.right} ${slashDate(p.expiry)} @ ${p.price}`,
  (p) =>
    `I'm Entering Option: ${p.symbol} ${p.strike} ${p.right} ${slashDate(p.expiry)} Entry: ${p.price} Notes: light`,
  (p) => `Adding $${p.symbol} ${p.strike}${low(p)} ${slashDate(p.expiry)} 1/2 size @ ${p.price}`,
  (p) => `$${p.symbol} took entry ${osi(p)} Fill: ${p.price}`,
  (p) => `Open ${p.symbol} ${slashDate(p.expiry)} ${p.strike}${p.right} @${p.price}`,
  (p) => `bto  ${lowerCase(p.symbol)} ${slashDate(p.expiry)} ${p.strike}${p.right}@${p.price}`,
  (p) =>
    `BTO ${p.symbol} ${slashDate(p.expiry)} ${p.strike}${p.right} @ ${p.price}-${raised(p.price, 104n)} wide spread`,
  (p, n) => `**BTO ${n} ${p.symbol} ${p.strike}${low(p)} ${slashDate(p.expiry)} @ ${p.price}**`,
  (p) =>
    `buy ${p.symbol} ${p.strike}$ ${many(p)} ${wordDate(p.expiry)} for ${p.price} (${p.bid} bid)`,
];

/** For a contract that expires today. */
export const ENTRY_TODAY: Write = (p) =>
  `BTO ${p.symbol} ${p.strike}${p.right} 0dte @${p.price} quick scalp`;

/** The contract named in full: everything, or part of it. */
export const EXITS: readonly Write[] = [
  (p) => `STC ${p.symbol} ${p.strike}${low(p)} ${slashDate(p.expiry)} @ ${p.bid}`,
  (p) =>
    `STC ${p.symbol} ${slashDate(p.expiry)} ${p.strike}${p.right} ${dotted(p.bid)} all out, thanks`,
  (p) =>
    `sold ${p.symbol} ${p.strike} ${many(p)} ${wordDate(p.expiry)} from ${p.price} to ${p.bid}`,
];

export const PART_EXITS: readonly Write[] = [
  (p) =>
    `STC ${p.symbol} ${p.strike}${low(p)} ${slashDate(p.expiry)} @ ${p.bid} partial, stop to b/e`,
  (p) => `sell 1/2 ${p.symbol} ${p.strike}${low(p)} ${slashDate(p.expiry)} at ${p.bid}`,
];

/** Without a contract: only the author's own book can say what is meant. */
export const CONTEXT_EXITS: readonly Write[] = [
  (p) => `all out ${p.symbol}`,
  (p) => `trimming ${p.symbol} at $${p.bid}`,
  (p) => `out half ${p.symbol} here`,
];

export const STOP_MOVES: readonly Write[] = [
  (p) => `${p.symbol} stop to b/e`,
  (p) => `moving my ${p.symbol} stop up to ${p.price}`,
];

/** Names a Saturday, or a Friday that may not be listed: what people do on the wrong line. */
export const MISDATED: Write = (p) => {
  const toSaturday = (6 - dayOfWeek(p.expiry) + 7) % 7;
  const saturday = addDays(p.expiry, toSaturday);
  return `BTO ${p.symbol} ${p.strike}${low(p)} ${slashDate(saturday)} @ ${p.price}`;
};

/** A strike between two that exist. */
export const OFF_GRID: Write = (p) =>
  `BTO ${p.symbol} ${Number(p.strike) + 0.35}${low(p)} ${slashDate(p.expiry)} @ ${p.price}`;

/** The decimal point forgotten: a hundred times the price. */
export const FAT_PRICE: Write = (p) =>
  `BTO ${p.symbol} ${p.strike}${low(p)} ${slashDate(p.expiry)} @ ${p.price.replace('.', '').replace(/^0+/, '')}`;

export const NO_SIDE: Write = (p) =>
  `BTO $${p.symbol} ${p.strike} ${slashDate(p.expiry)} @${p.price}`;
