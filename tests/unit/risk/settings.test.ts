import { describe, expect, it } from 'vitest';
import { formatPercent } from '#kernel/percent.ts';
import { formatMoney, formatPrice, money } from '#kernel/price.ts';
import { policyFor, RiskSettingsSchema } from '#risk/settings.ts';

const ONLY_STRICTER = "a channel's limit may only be stricter than the desk's";

/** `path: message` of every problem. */
function problems(settings: unknown): readonly string[] {
  const parsed = RiskSettingsSchema.safeParse(settings);
  const issues = parsed.success ? [] : parsed.error.issues;
  return issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
}

describe('risk settings', () => {
  it('have the documented defaults', () => {
    const { limits, entry, exit } = RiskSettingsSchema.parse({});
    expect({
      allocation: formatPercent(limits.allocation),
      premiumTradeMax: formatMoney(limits.premiumTradeMax),
      premiumOpenMax: formatPercent(limits.premiumOpenMax),
      contractsMax: limits.contractsMax,
      openTradesMax: limits.openTradesMax,
      openPerUnderlyingMax: limits.openPerUnderlyingMax,
      tradesPerDayMax: limits.tradesPerDayMax,
      tradesPerAuthorHourMax: limits.tradesPerAuthorHourMax,
      mutationsPerMinuteMax: limits.mutationsPerMinuteMax,
      buyingPowerMax: formatPercent(limits.buyingPowerMax),
      quoteReceivedAgeMsMax: limits.quoteReceivedAgeMsMax,
      quoteEventAgeMsMax: limits.quoteEventAgeMsMax,
      spreadAmountMax: formatPrice(limits.spreadAmountMax),
      spreadShareMax: formatPercent(limits.spreadShareMax),
      deviationShareMax: formatPercent(limits.deviationShareMax),
      priceMin: formatPrice(limits.priceMin),
      entries: [limits.entriesFrom, limits.entriesUntil],
      dailyLossMax: formatPercent(limits.dailyLossMax),
    }).toEqual({
      allocation: '2 %',
      premiumTradeMax: '1000.00',
      premiumOpenMax: '10 %',
      contractsMax: 10,
      openTradesMax: 5,
      openPerUnderlyingMax: 2,
      tradesPerDayMax: 15,
      tradesPerAuthorHourMax: 6,
      mutationsPerMinuteMax: 20,
      buyingPowerMax: '90 %',
      quoteReceivedAgeMsMax: 3000,
      quoteEventAgeMsMax: 10_000,
      spreadAmountMax: '0.10',
      spreadShareMax: '20 %',
      deviationShareMax: '20 %',
      priceMin: '0.05',
      entries: [9 * 60 + 31, 15 * 60 + 45],
      dailyLossMax: '3 %',
    });
    expect(entry).toEqual({
      waitMs: 20_000,
      windowMs: 90_000,
      stepsMax: 3,
      convert: 'market',
      convertWithinTicks: 1,
    });
    expect({
      ...exit,
      fraction: formatPercent(exit.fraction),
      profit: formatPercent(exit.profit),
    }).toEqual({
      fraction: '50 %',
      profit: '100 %',
      quantityMin: 1,
      timeInForce: 'gtc',
      gatherMs: 1000,
    });
  });

  it.each<[string, unknown, unknown]>([
    ['allocation', '10%', '10.01%'],
    ['premiumTradeMax', '10000', '10000.01'],
    ['premiumOpenMax', '30%', '30.01%'],
    ['contractsMax', 100, 101],
    ['openTradesMax', 20, 21],
    ['openPerUnderlyingMax', 20, 21],
    ['tradesPerDayMax', 100, 101],
    ['tradesPerAuthorHourMax', 100, 101],
    ['mutationsPerMinuteMax', 50, 51],
    ['quoteReceivedAgeMsMax', 15_000, 15_001],
    ['quoteEventAgeMsMax', 15_000, 15_001],
    ['spreadShareMax', '50%', '50.01%'],
    ['dailyLossMax', '10%', '10.01%'],
    ['buyingPowerMax', '100%', '100.01%'],
  ])('%s goes to its hard cap and no farther', (limit, cap, beyond) => {
    expect(problems({ limits: { [limit]: cap } })).toEqual([]);
    expect(problems({ limits: { [limit]: beyond } })).toHaveLength(1);
  });

  it.each<[string, unknown, string]>([
    [
      '2 for 2 %',
      { limits: { allocation: 2 } },
      'limits.allocation: expected a percentage such as "2%", was 2',
    ],
    [
      '2 in quotes',
      { limits: { allocation: '2' } },
      'limits.allocation: expected a percentage such as "2%", was "2"',
    ],
    [
      'a share below none',
      { limits: { allocation: '-1%' } },
      'limits.allocation: expected a percentage such as "2%", was "-1%"',
    ],
    [
      'a binary fraction of dollars',
      { limits: { priceMin: 0.05 } },
      'limits.priceMin: expected a decimal in quotes such as "0.05", was 0.05',
    ],
    [
      'dollars with a sign',
      { limits: { premiumTradeMax: '$500' } },
      'limits.premiumTradeMax: expected an amount of dollars from 0.00 to 10000.00, was "$500"',
    ],
    [
      'a negative amount',
      { limits: { premiumTradeMax: '-1' } },
      'limits.premiumTradeMax: expected an amount of dollars from 0.00 to 10000.00, was "-1"',
    ],
    [
      'no such time',
      { limits: { entriesFrom: '9:31' } },
      'limits.entriesFrom: expected a time of day such as "09:31"',
    ],
    [
      'a wait as long as the window',
      { entry: { waitMs: 90_000 } },
      'entry.waitMs: the first wait ends before the window does',
    ],
    [
      'a margin of nothing',
      { margins: { ES: '0' } },
      'margins.ES: expected an amount of dollars from 1.00 to 1000000.00, was "0"',
    ],
    [
      'a channel with a larger share than the desk',
      { channels: { 'local:room': { limits: { allocation: '3%' } } } },
      `channels.local:room.limits.allocation: ${ONLY_STRICTER}`,
    ],
    [
      'a channel with a lower price than the desk',
      { channels: { 'local:room': { limits: { priceMin: '0.01' } } } },
      `channels.local:room.limits.priceMin: ${ONLY_STRICTER}`,
    ],
    [
      "a channel's wait beyond the desk's window",
      { channels: { 'local:room': { entry: { waitMs: 100_000 } } } },
      'channels.local:room.entry.waitMs: the first wait ends before the window does',
    ],
  ])('refuse %s', (_, settings, problem) => {
    expect(problems(settings)).toEqual([problem]);
  });

  it('refuse keys nobody knows, at every level', () => {
    const limits = { allocationn: '2%' };
    const misspelt = { limits, channels: { 'local:room': { limits, dryrun: true } }, fee: {} };
    expect(problems(misspelt)).toHaveLength(4);
  });

  it('take whole dollars with or without quotes', () => {
    expect(
      RiskSettingsSchema.parse({ limits: { premiumTradeMax: 500 } }).limits.premiumTradeMax,
    ).toBe(money('500'));
  });

  it('add margins to the known ones', () => {
    const { margins } = RiskSettingsSchema.parse({ margins: { ZB: '5000', ES: '30000' } });
    expect([margins['ZB'], margins['ES'], margins['MES']]).toEqual(
      ['5000', '30000', '2800'].map(money),
    );
  });

  it("give a channel the desk's policy with its own numbers in place", () => {
    const settings = RiskSettingsSchema.parse({
      channels: {
        'local:room': {
          limits: { allocation: '1%', contractsMax: 2 },
          entry: { convert: 'never' },
          exit: { fraction: '25%', profit: '50%' },
        },
      },
    });
    const desk = policyFor(settings, 'local:other');
    const room = policyFor(settings, 'local:room');
    expect(desk.limits).toBe(settings.limits);
    expect(room.limits).toEqual({ ...settings.limits, allocation: 100, contractsMax: 2 });
    expect(room.entry).toEqual({ ...settings.entry, convert: 'never' });
    expect(room.exit).toEqual({ ...settings.exit, fraction: 2500, profit: 5000 });
  });

  it('have nothing for a channel named like a property of every object', () => {
    const settings = RiskSettingsSchema.parse({});
    expect(policyFor(settings, 'constructor').limits).toBe(settings.limits);
  });
});
