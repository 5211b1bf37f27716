/** What a command is answered with, and the words for what the desk gives back. */
import type { ParsedAlert } from '#alerts/model.ts';
import { formatPrice } from '#kernel/price.ts';
import { clip, oneLine, words } from '#kernel/text.ts';
import { contractOf, nameOfSymbol } from '#market/contract-name.ts';
import type { ActOutcome, AlertAnswer } from '#operate/ports.ts';
import type { Told } from './desk.ts';

/** Fits every platform, with a badge before it. */
const TEXT_MAX = 1_800;
const LINE_MAX = 240;
const LINES_MAX = 25;

export type Answer =
  | { readonly kind: 'done'; readonly text: string }
  | { readonly kind: 'refused'; readonly text: string };

export function done(...lines: readonly string[]): Answer {
  return { kind: 'done', text: textOf(lines) };
}

export function refused(...lines: readonly string[]): Answer {
  return { kind: 'refused', text: textOf(lines) };
}

export function notHere(what: string): Answer {
  return refused(`${what}: not available here.`);
}

export function ofAct(outcome: ActOutcome): Answer {
  if (outcome.kind === 'done') return done(outcome.detail);
  return refused(`Refused (${words(outcome.code)}): ${outcome.detail}`);
}

export function ofTold(told: Told): Answer {
  return told.kind === 'told' ? done(...told.lines) : refused(told.detail);
}

/** The decision on an order, with every order it means. */
export function ofOrder(answer: AlertAnswer): Answer {
  const { verdict, code, detail, alert, orders, repairs, candidates, tradeId } = answer;
  const isTaken = tradeId !== null || orders.length > 0;
  const lines = [
    ...(alert === null ? [] : [alertLine(alert)]),
    isTaken ? detail : `Refused (${words(code)}): ${detail}`,
    ...orders.map(({ role, side, quantity, symbol, limit, note }) => {
      const price = limit === null ? 'at the market' : `@ ${formatPrice(limit)}`;
      const why = note === '' ? '' : ` · ${note}`;
      return `${role}: ${side} ${quantity} ${nameOfSymbol(symbol)} ${price}${why}`;
    }),
    ...(tradeId === null ? [] : [`Trade ${tradeId}`]),
    ...repairs.map(({ text, why }) => `Try: ${text} (${why})`),
    ...candidates.map((one) => `Could be: ${one}`),
  ];
  return isTaken || verdict === 'order' ? done(...lines) : refused(...lines);
}

/** `BTO 2 UBER 78P 2026-12-04 @ 0.75`. */
export function alertLine(alert: ParsedAlert): string {
  const { action, symbol, strike, right, expiry, quantity, price, priceHigh } = alert;
  const high = priceHigh === null ? '' : `-${formatPrice(priceHigh)}`;
  const parts = [
    action,
    quantity === null
      ? action === 'STC'
        ? 'all of'
        : 'as many as the rules allow of'
      : `${quantity}`,
    contractOf({ name: symbol, strike, right, expiry }),
    ...(alert.asset === 'option' ? [] : [`(${words(alert.asset)})`]),
    price === null ? 'at the mid' : `@ ${formatPrice(price)}${high}`,
    ...(alert.partial
      ? [`(part${alert.fraction === null ? '' : ` ${alert.fraction * 100} %`})`]
      : []),
  ];
  return parts.join(' ');
}

function textOf(lines: readonly string[]): string {
  const said = lines
    .flatMap((line) => line.split('\n'))
    .map((line) => clip(oneLine(line), LINE_MAX));
  const shown = said.slice(0, LINES_MAX);
  const left = said.length - shown.length;
  const all = left > 0 ? [...shown, `… and ${left} more`] : shown;
  return clip(all.join('\n'), TEXT_MAX);
}
