import { describe, expect, it } from 'vitest';
import { decodeCanonical, encodeCanonical } from '#events/codec.ts';
import { type GateResult, gateResults, recordedGates } from '#risk/model.ts';

const PASSED: GateResult = {
  gate: 'open_trades',
  outcome: 'pass',
  code: 'open_trades',
  detail: 'open trades 0 < 20',
};
const HELD: GateResult = {
  gate: 'deviation',
  outcome: 'hold',
  code: 'price_deviates',
  detail: '0.75 against mid 1.40',
};

describe('gates on record', () => {
  it('say no more than name and numbers of what passed', () => {
    expect(recordedGates([PASSED, HELD])).toEqual([
      { gate: 'open_trades', detail: 'open trades 0 < 20' },
      HELD,
    ]);
  });

  it('are read back as they were judged', () => {
    const read = decodeCanonical(encodeCanonical({ gates: recordedGates([PASSED, HELD]) }));
    expect(read).toEqual({ ok: true, value: { gates: recordedGates([PASSED, HELD]) } });
    expect(gateResults(recordedGates([PASSED, HELD]))).toEqual([PASSED, HELD]);
  });

  it('of before the short form are read as they stand', () => {
    expect(gateResults([PASSED, HELD])).toEqual([PASSED, HELD]);
  });
});
