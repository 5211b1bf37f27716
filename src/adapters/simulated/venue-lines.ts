/**
 * The simulated broker's memory on disk, line by line: what one step of the venue changed.
 *
 * Each line carries the whole of every order it touches and the whole account, so the last line of
 * each kind is the state; a line that was not finished took none of its step with it.
 */
import { z } from 'zod';
import { formatDecimal } from '#kernel/decimal.ts';
import { asClientOrderId, asFillId, asOrderId } from '#kernel/ids.ts';
import { parseMoney, parsePrice } from '#kernel/price.ts';
import { quantity } from '#kernel/quantity.ts';
import { epochMs } from '#kernel/time.ts';
import { asInstrumentSymbol } from '#market/instrument.ts';
import { ORDER_STATUSES } from '#orders/ports.ts';

const instant = z.number().transform(epochMs);
const count = z.int().min(0).transform(quantity);
const orderId = z.string().transform(asOrderId);
const clientOrderId = z.string().transform(asClientOrderId);
const fillId = z.string().transform(asFillId);
const symbol = z.string().transform(asInstrumentSymbol);
const price = z.string().transform((text, context) => {
  const read = parsePrice(text);
  if (read.ok) return read.value;
  context.addIssue(`expected a price, was ${text}`);
  return z.NEVER;
});
const money = z.string().transform((text, context) => {
  const read = parseMoney(text);
  if (read.ok) return read.value;
  context.addIssue(`expected an amount of money, was ${text}`);
  return z.NEVER;
});
const side = z.enum(['buy', 'sell']);
const effect = z.enum(['open', 'close']);
const status = z.enum(ORDER_STATUSES);
const terms = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('limit'), limit: price }),
  z.object({ kind: z.literal('market') }),
]);

const orderLine = z.object({
  orderId,
  clientOrderId: clientOrderId.nullable(),
  symbol,
  side,
  effect,
  quantity: count,
  terms,
  timeInForce: z.enum(['day', 'gtc']),
  replaces: orderId.nullable(),
  replacedBy: orderId.nullable(),
  receivedAt: instant,
  expiresAt: instant.nullable(),
  status,
  fills: z.array(z.object({ fillId, quantity: count, price, at: instant })),
  filled: z.int(),
  shown: z.int(),
  rejectReason: z.string().nullable(),
  updatedAt: instant,
  reserve: money,
});

const entry = { seq: z.int(), at: instant };

const venueLine = z.object({
  at: instant,
  account: z.object({ cash: money, reserved: money, margin: money, realised: money, fees: money }),
  ordersMade: z.int(),
  fillsMade: z.int(),
  orders: z.array(orderLine),
  holdings: z.array(z.object({ symbol, net: z.int(), cost: price })),
  mutations: z.array(
    z.object({
      ...entry,
      kind: z.enum(['place', 'replace', 'cancel']),
      clientOrderId: clientOrderId.nullable(),
      target: orderId.nullable(),
      orderId: orderId.nullable(),
      terms: terms.nullable(),
      quantity: count.nullable(),
      rejection: z.object({ code: z.string(), message: z.string() }).nullable(),
    }),
  ),
  statuses: z.array(
    z.object({
      ...entry,
      orderId,
      clientOrderId: clientOrderId.nullable(),
      status,
      filled: z.int(),
    }),
  ),
  trades: z.array(
    z.object({
      ...entry,
      fillId,
      orderId,
      clientOrderId: clientOrderId.nullable(),
      symbol,
      side,
      effect,
      quantity: count,
      price,
    }),
  ),
});

export type OrderLine = z.output<typeof orderLine>;
export type VenueLine = z.output<typeof venueLine>;

/** Amounts are written as decimals. */
export function encodeLine(line: VenueLine): string {
  return JSON.stringify(line, (_key, value: unknown) =>
    typeof value === 'bigint' ? formatDecimal(value) : value,
  );
}

/** `null` when this is not a whole line of ours. */
export function decodeLine(text: string): VenueLine | null {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
  const read = venueLine.safeParse(json);
  return read.success ? read.data : null;
}
