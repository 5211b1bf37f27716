import { describe, expect, it } from 'vitest';
import { GATES, type GateName } from '#risk/model.ts';
import { MARKET_CASES } from './gates/market-cases.ts';
import { MONEY_CASES } from './gates/money-cases.ts';
import { PERMISSION_CASES } from './gates/permission-cases.ts';
import { type Case, judge } from './gates/situation.ts';

const CASES: Readonly<Record<GateName, readonly Case[]>> = {
  ...PERMISSION_CASES,
  ...MARKET_CASES,
  ...MONEY_CASES,
};

describe.each(GATES)('the gate %s', (gate) => {
  it.each(CASES[gate])('judges %s', (_, situation, verdict) => {
    expect(judge(gate, situation)).toBe(verdict);
  });
});
