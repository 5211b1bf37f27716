/** The answer to `quote UBER 78p 12/05` or `quote SPY`: one quote, waited for briefly. */
import type { ParsedAlert, Platform, Reading } from '#alerts/model.ts';
import type { InstrumentSource } from '#feeds/ports.ts';
import { formatPrice } from '#kernel/price.ts';
import type { Clock, EpochMs } from '#kernel/time.ts';
import { contractName } from '#market/contract-name.ts';
import type { Instrument } from '#market/instrument.ts';
import type { Quote } from '#market/quote.ts';
import type { Told } from '#operate/commands/desk.ts';
import type { Desk } from '#orders/desk.ts';
import { awaitQuotes, lookUp } from '../lane/market-facts.ts';

const WAIT_MS = 1_500;
const SHARES = /^\$?([A-Z]{1,6}(?:[./][A-Z])?)$/i;

export interface QuoteParts {
  readonly desk: Desk;
  readonly instruments: InstrumentSource;
  readonly clock: Clock;
  readonly read: (text: string, platform: Platform) => Reading;
}

export type Quoted =
  | { readonly kind: 'quoted'; readonly instrument: Instrument; readonly quote: Quote }
  | { readonly kind: 'failed'; readonly detail: string };

/** Looked up, and waited for briefly. */
export async function quoteOf(parts: QuoteParts, contract: string): Promise<Quoted> {
  const { desk, instruments, clock } = parts;
  const alert = meant(parts, contract);
  if (alert === null) return { kind: 'failed', detail: `“${contract}” names no contract` };
  const { instrument: found } = await lookUp(alert, instruments, clock);
  if (!found.ok) return { kind: 'failed', detail: `${contract}: ${found.error.kind}` };
  const instrument = found.value;
  const { quotes } = desk.deps;
  const letGo = desk.holdQuotes(instrument);
  // Nobody keeps a quote once nobody wants it any more.
  const quote = await awaitQuotes([instrument], quotes, clock, WAIT_MS)
    .then(() => quotes.latest(instrument.symbol))
    .finally(letGo);
  if (quote === null) return { kind: 'failed', detail: `no quote of ${contractName(instrument)}` };
  return { kind: 'quoted', instrument, quote };
}

export async function quoteLine(parts: QuoteParts, contract: string): Promise<Told> {
  const found = await quoteOf(parts, contract);
  if (found.kind === 'failed') return found;
  return { kind: 'told', lines: [quoteText(found.instrument, found.quote, parts.desk.now())] };
}

/** `UBER 78P 2026-12-04: 0.70 × 20 / 0.85 × 20, 0.3 s old`. */
export function quoteText(instrument: Instrument, quote: Quote, now: EpochMs): string {
  const { bid, ask, bidSize, askSize, receivedAt } = quote;
  const age = Math.max(0, now - receivedAt) / 1_000;
  const prices = `${formatPrice(bid)} × ${bidSize} / ${formatPrice(ask)} × ${askSize}`;
  const late = quote.delayed === true ? ', delayed: never traded on' : '';
  return `${contractName(instrument)}: ${prices}, ${age.toFixed(1)} s old${late}`;
}

/** Read as an alert would be; a symbol alone means the shares. */
function meant({ read }: QuoteParts, contract: string): ParsedAlert | null {
  const shares = SHARES.exec(contract.trim())?.[1];
  const what = shares === undefined ? contract : `1 share of ${shares.toUpperCase()}`;
  return read(`BTO ${what} @ 1`, 'local').alert;
}
