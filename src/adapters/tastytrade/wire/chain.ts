/** Nested option chains: thousands of contracts, kept by expiry and strike. */
import { z } from 'zod';
import type { IsoDate } from '#kernel/calendar.ts';
import type { Price } from '#kernel/price.ts';
import { err, ok, type Result } from '#kernel/result.ts';
import type { TickGrid } from '#market/tick-grid.ts';
import { gridOf } from './instruments.ts';
import { DATE, lenient, PRICE, problemOf, RATIO } from './values.ts';

export interface Contract {
  /** 21 characters, OCC. */
  readonly symbol: string;
  readonly streamerSymbol: string | null;
}

export interface Strike {
  readonly call: Contract;
  readonly put: Contract;
}

export interface Expiration {
  readonly expiry: IsoDate;
  readonly settlement: 'am' | 'pm';
  readonly strikes: ReadonlyMap<Price, Strike>;
}

/** Everything listed under one root: `SPX` and `SPXW` are two of one underlying. */
export interface ChainRoot {
  readonly underlying: string;
  readonly root: string;
  /** Delivers 100 shares and nothing else. */
  readonly isStandard: boolean;
  /** `null` where it is no whole number above 0. */
  readonly multiplier: number | null;
  readonly grid: TickGrid | null;
  readonly expirations: readonly Expiration[];
}

const CHAIN = z.object({ items: z.array(z.unknown()) });
const ROOT = z.object({
  'underlying-symbol': z.string().min(1),
  'root-symbol': z.string().min(1),
  'option-chain-type': lenient(z.string()),
  'shares-per-contract': lenient(RATIO),
  'tick-sizes': z.unknown().optional(),
  expirations: z.array(z.unknown()),
});
const EXPIRATION = z.object({
  'expiration-date': DATE,
  'settlement-type': lenient(z.enum(['AM', 'PM'])),
  strikes: z.array(z.unknown()),
});
const STRIKE = z.object({
  'strike-price': PRICE,
  call: z.string().min(1),
  put: z.string().min(1),
  'call-streamer-symbol': lenient(z.string()),
  'put-streamer-symbol': lenient(z.string()),
});

const FUTURE_CHAIN = z.object({
  'option-chains': z.array(z.object({ expirations: z.array(z.unknown()) })),
});

const SHARES_STANDARD = 100;

/** Rows that cannot be read are left out: what is not listed is not traded. */
export function decodeChain(data: unknown): Result<readonly ChainRoot[], string> {
  const chain = CHAIN.safeParse(data);
  if (!chain.success) return err(problemOf(chain.error));
  const roots = chain.data.items.map(rootOf).filter((root) => root !== null);
  return roots.length === 0 && chain.data.items.length > 0
    ? err('expected a chain, was nothing that can be read')
    : ok(roots);
}

/** Every series of options on a product's futures; several may end on one day. */
export function decodeFutureChain(data: unknown): Result<readonly Expiration[], string> {
  const chain = FUTURE_CHAIN.safeParse(data);
  if (!chain.success) return err(problemOf(chain.error));
  const rows = chain.data['option-chains'].flatMap(({ expirations }) => expirations);
  const series = rows.map(expirationOf).filter((one) => one !== null);
  return series.length === 0 && rows.length > 0
    ? err('expected a chain, was nothing that can be read')
    : ok(series);
}

function rootOf(raw: unknown): ChainRoot | null {
  const parsed = ROOT.safeParse(raw);
  if (!parsed.success) return null;
  const wire = parsed.data;
  const shares = wire['shares-per-contract'];
  const multiplier = shares !== null && Number.isSafeInteger(shares) && shares > 0 ? shares : null;
  return {
    underlying: wire['underlying-symbol'],
    root: wire['root-symbol'],
    isStandard: wire['option-chain-type'] === 'Standard' && multiplier === SHARES_STANDARD,
    multiplier,
    grid: gridOf(wire['tick-sizes'], wire['root-symbol']),
    expirations: wire.expirations.map(expirationOf).filter((one) => one !== null),
  };
}

function expirationOf(raw: unknown): Expiration | null {
  const parsed = EXPIRATION.safeParse(raw);
  if (!parsed.success) return null;
  const strikes = new Map<Price, Strike>();
  for (const row of parsed.data.strikes) {
    const strike = STRIKE.safeParse(row);
    if (!strike.success || strike.data['strike-price'] === null) continue;
    strikes.set(strike.data['strike-price'], {
      call: { symbol: strike.data.call, streamerSymbol: strike.data['call-streamer-symbol'] },
      put: { symbol: strike.data.put, streamerSymbol: strike.data['put-streamer-symbol'] },
    });
  }
  return {
    expiry: parsed.data['expiration-date'],
    settlement: parsed.data['settlement-type'] === 'AM' ? 'am' : 'pm',
    strikes,
  };
}
