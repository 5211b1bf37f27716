/**
 * What the desk recorded and what its broker really did, in the same words: trades are `#1`, `#2` …
 * in the order in which they come up, orders carry the broker's number.
 *
 * The desk's sentences are those of the audit; the broker's are made from its ledger.
 */
import type { SeenMutation, SeenStatus, SeenTrade } from '#adapters/simulated/ledger.ts';
import { TRADE_RULES } from '#app/trade-rules.ts';
import type { DeskEntry } from '#audit/model.ts';
import { createTeller } from '#audit/teller.ts';
import type { ClientOrderId } from '#kernel/ids.ts';
import { formatPrice } from '#kernel/price.ts';
import type { OrderTerms } from '#orders/ports.ts';
import { type LedgerEvent, partsOf } from '../desk/evidence.ts';

/** Each returns what to say, or `null` of what would only be in the way. */
export interface Voices {
  desk(entry: DeskEntry): string | null;
  broker(event: LedgerEvent): string | null;
  /** The text with `#1` for a trade's id, and `#1 entry 2` for the id of one of its orders. */
  plain(text: string): string;
}

/** Told by somebody else, or often and never the reason of anything. */
const HUMDRUM: ReadonlySet<DeskEntry['kind']> = new Set<DeskEntry['kind']>([
  'message.received',
  'notice.delivered',
  'reconcile.passed',
]);
/** `t_abc` and `sw.1.t_abc.E0`. */
const TRADE_OR_ORDER = /(?:\b[a-z]\w*\.\d+\.)?\b(t_[a-z0-9]+)(?:\.([EXC])(\d+))?/g;
const ROLES: Readonly<Record<string, string>> = { E: 'entry', X: 'exit', C: 'close' };
/** On the way to somewhere: the next status says more. */
const PASSING: ReadonlySet<SeenStatus['status']> = new Set<SeenStatus['status']>([
  'received',
  'routed',
]);

export function createVoices(): Voices {
  const teller = createTeller(TRADE_RULES);
  const trades = new Map<string, number>();

  function numbered(id: string): string {
    const number = trades.get(id) ?? trades.size + 1;
    trades.set(id, number);
    return `#${number}`;
  }

  /** Trade and purpose of an order that carries a name of ours. */
  function ownerOf(cid: ClientOrderId | null): string {
    const parts = cid === null ? null : partsOf(cid);
    return parts === null ? 'an order by other hands' : `${numbered(parts.trade)} ${parts.role}`;
  }

  function mutation({ kind, clientOrderId, target, ...seen }: SeenMutation): string {
    const { quantity, terms, orderId, rejection } = seen;
    const how = rejection === null ? 'takes' : `refuses (${rejection.code})`;
    const as = rejection === null && orderId !== null ? ` as order ${orderId}` : '';
    switch (kind) {
      case 'place':
        return `${how} ${ownerOf(clientOrderId)}: ${quantity ?? '?'} ${at(terms)}${as}`;
      case 'replace':
        return `${how} ${ownerOf(clientOrderId)}: order ${target} ${at(terms)}${as}`;
      case 'cancel':
        return `${how} the cancel of order ${target}`;
    }
  }

  function status({ orderId, clientOrderId, filled, status: now }: SeenStatus): string | null {
    if (PASSING.has(now)) return null;
    const count = filled === 0 ? '' : `, ${filled} filled`;
    return `order ${orderId} (${ownerOf(clientOrderId)}) is ${now.replaceAll('_', ' ')}${count}`;
  }

  function trade({ orderId, clientOrderId, side, quantity, price }: SeenTrade): string {
    const did = side === 'buy' ? 'buys' : 'sells';
    return `order ${orderId} (${ownerOf(clientOrderId)}) ${did} ${quantity} at ${formatPrice(price)}`;
  }

  return {
    desk(entry) {
      const { text, trade: about } = teller.tell(entry);
      if (HUMDRUM.has(entry.kind)) return null;
      return about === null ? text : `${numbered(about.id)} ${text}`;
    },
    broker(event) {
      switch (event.what) {
        case 'mutation':
          return mutation(event.entry);
        case 'status':
          return status(event.entry);
        case 'trade':
          return trade(event.entry);
      }
    },
    plain: (text) =>
      text.replaceAll(TRADE_OR_ORDER, (_, id: string, role?: string, nth?: string) =>
        role === undefined
          ? numbered(id)
          : `${numbered(id)} ${ROLES[role] ?? role} ${Number(nth) + 1}`,
      ),
  };
}

function at(terms: OrderTerms | null): string {
  if (terms === null) return '';
  return terms.kind === 'limit' ? `at ${formatPrice(terms.limit)}` : 'at the market';
}
