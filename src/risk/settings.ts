/**
 * What risk is told by the configuration: limits with hard caps, how entries are worked and taken
 * off, costs, and what a channel has of its own.
 *
 * Every default is a conservative starting point; every hard cap is in this file and no
 * configuration lifts it. A channel's limits may only be stricter than the desk's.
 */
import { z } from 'zod';
import { type Money, money } from '#kernel/price.ts';
import { quantity } from '#kernel/quantity.ts';
import { amount, count, priceField, share, span, timeOfDay } from './fields.ts';
import type { EntryPolicy, ExitPolicy } from './model.ts';

const MINUTE_MS = 60_000;

const LIMIT = {
  allocation: share({ most: '10%' }),
  premiumTradeMax: amount({ most: '10000' }),
  contractsMax: count(0, 100),
  sharesMax: count(0, 10_000),
  futuresMax: count(0, 20),
  spreadShareMax: share({ most: '50%' }),
  deviationShareMax: share({ most: '50%' }),
  priceMin: priceField(),
};

/** What a channel may tighten. */
const OwnLimitsSchema = z.strictObject({
  allocation: LIMIT.allocation.exactOptional(),
  premiumTradeMax: LIMIT.premiumTradeMax.exactOptional(),
  contractsMax: LIMIT.contractsMax.exactOptional(),
  sharesMax: LIMIT.sharesMax.exactOptional(),
  futuresMax: LIMIT.futuresMax.exactOptional(),
  spreadShareMax: LIMIT.spreadShareMax.exactOptional(),
  deviationShareMax: LIMIT.deviationShareMax.exactOptional(),
  priceMin: LIMIT.priceMin.exactOptional(),
});

const LimitsSchema = z.strictObject({
  /** Share of the day's initial buying power one trade may commit. */
  allocation: LIMIT.allocation.prefault('2%'),
  /** Dollars of one trade: premium of options, value of shares, margin of futures. */
  premiumTradeMax: LIMIT.premiumTradeMax.prefault('1000'),
  /** The same of all open trades together, as a share of the day's initial buying power. */
  premiumOpenMax: share({ most: '30%' }).prefault('10%'),
  contractsMax: LIMIT.contractsMax.prefault(10),
  sharesMax: LIMIT.sharesMax.prefault(100),
  futuresMax: LIMIT.futuresMax.prefault(1),
  /** Of the buying power available now, what entries may use, pending ones included. */
  buyingPowerMax: share({ most: '100%' }).prefault('90%'),
  accountAgeMsMax: span(1000, 60 * MINUTE_MS).default(5 * MINUTE_MS),
  openTradesMax: count(0, 20).default(5),
  openPerUnderlyingMax: count(0, 20).default(2),
  openPerInstrumentMax: count(0, 20).default(2),
  tradesPerDayMax: count(0, 100).default(15),
  tradesPerAuthorHourMax: count(0, 100).default(6),
  /** Of entries. Of the 60 the desk sends at the very most, the rest is kept for sells. */
  mutationsPerMinuteMax: count(1, 50).default(20),
  mutationsPerSecondMax: count(1, 20).default(5),
  quoteReceivedAgeMsMax: span(100, 15_000).default(3000),
  quoteEventAgeMsMax: span(100, 15_000).default(10_000),
  /** Options: a spread up to the larger of this amount and this share of the mid. */
  spreadAmountMax: priceField().prefault('0.10'),
  spreadShareMax: LIMIT.spreadShareMax.prefault('20%'),
  /** Shares and futures: the larger of this share of the mid and two ticks. */
  spreadShareEquityMax: share({ most: '10%' }).prefault('1%'),
  spreadShareFutureMax: share({ most: '1%' }).prefault('0.10%'),
  /** Options: how far off the alert's price may be, if that is more than an obvious error. */
  deviationShareMax: LIMIT.deviationShareMax.prefault('20%'),
  priceMin: LIMIT.priceMin.prefault('0.05'),
  collarTicksOverAlert: count(0, 20).default(3),
  collarTicksOverAsk: count(0, 20).default(1),
  /**
   * exchange: New York's calendar decides when entries and closes may be sent. any: at all hours,
   * to rehearse against a venue that keeps none; never with production.
   */
  hours: z.enum(['exchange', 'any']).default('exchange'),
  /** New York time of day; futures keep their own session. */
  entriesFrom: timeOfDay().prefault('09:31'),
  entriesUntil: timeOfDay().prefault('15:45'),
  /** Also on half days, and for futures, before the end of the session. */
  entriesStopBeforeCloseMs: span(0, 6 * 60 * MINUTE_MS).default(15 * MINUTE_MS),
  /** For what stops trading today. */
  expiryStopMs: span(0, 6 * 60 * MINUTE_MS).default(15 * MINUTE_MS),
  dailyLossMax: share({ most: '10%' }).prefault('3%'),
  rejectsInARowMax: count(1, 20).default(3),
  unresolvedMax: count(1, 20).default(2),
  unresolvedAgeMsMax: span(1000, 10 * MINUTE_MS).default(MINUTE_MS),
  /** `cap`: a quantity in the alert is never exceeded. `ignore`: limits alone decide. */
  statedQuantity: z.enum(['cap', 'ignore']).default('cap'),
});

const ENTRY = {
  waitMs: span(0, 10 * MINUTE_MS),
  windowMs: span(1000, 60 * MINUTE_MS),
  stepsMax: count(0, 20),
  convert: z.enum(['market', 'marketable-limit', 'never']),
  convertWithinTicks: count(0, 5),
};

const EntrySchema = z
  .strictObject({
    waitMs: ENTRY.waitMs.default(20_000),
    windowMs: ENTRY.windowMs.default(90_000),
    stepsMax: ENTRY.stepsMax.default(3),
    convert: ENTRY.convert.default('market'),
    convertWithinTicks: ENTRY.convertWithinTicks.default(1),
  })
  .refine((entry) => entry.waitMs < entry.windowMs, {
    path: ['waitMs'],
    error: 'the first wait ends before the window does',
  });

const OwnEntrySchema = z.strictObject({
  waitMs: ENTRY.waitMs.exactOptional(),
  windowMs: ENTRY.windowMs.exactOptional(),
  stepsMax: ENTRY.stepsMax.exactOptional(),
  convert: ENTRY.convert.exactOptional(),
  convertWithinTicks: ENTRY.convertWithinTicks.exactOptional(),
});

const EXIT = {
  fraction: share({ most: '100%' }),
  profit: share({ least: '1%', most: '10000%' }),
  quantityMin: count(1, 100).transform(quantity),
  timeInForce: z.enum(['day', 'gtc']),
  gatherMs: span(0, 4000),
};

const ExitSchema = z.strictObject({
  fraction: EXIT.fraction.prefault('50%'),
  profit: EXIT.profit.prefault('100%'),
  quantityMin: EXIT.quantityMin.prefault(1),
  timeInForce: EXIT.timeInForce.default('gtc'),
  gatherMs: EXIT.gatherMs.default(1000),
});

const OwnExitSchema = z.strictObject({
  fraction: EXIT.fraction.exactOptional(),
  profit: EXIT.profit.exactOptional(),
  quantityMin: EXIT.quantityMin.exactOptional(),
  timeInForce: EXIT.timeInForce.exactOptional(),
  gatherMs: EXIT.gatherMs.exactOptional(),
});

/** Estimated commission and exchange fees of one contract or share, in dollars. */
const FeesSchema = z.strictObject({
  option: amount({ most: '100' }).prefault('1.15'),
  equity: amount({ most: '100' }).prefault('0.01'),
  future: amount({ most: '100' }).prefault('3.00'),
  future_option: amount({ most: '100' }).prefault('3.00'),
});

/**
 * Margin one future ties up, in dollars, by product root. Estimates on the safe side of overnight
 * initial margins; a root that is not listed cannot be sized and is refused.
 */
const MARGINS: Readonly<Record<string, Money>> = {
  ES: money('28000'),
  MES: money('2800'),
  NQ: money('42000'),
  MNQ: money('4200'),
  RTY: money('11000'),
  M2K: money('1100'),
  YM: money('16000'),
  MYM: money('1600'),
  GC: money('24000'),
  MGC: money('2400'),
  CL: money('7500'),
  MCL: money('750'),
  NG: money('6000'),
};

const MarginsSchema = z
  .record(z.string().regex(/^[A-Z0-9]{1,4}$/), amount({ least: '1', most: '1000000' }))
  .transform((own): Readonly<Record<string, Money>> => ({ ...MARGINS, ...own }));

const OwnSchema = z.strictObject({
  limits: OwnLimitsSchema.prefault({}),
  entry: OwnEntrySchema.prefault({}),
  exit: OwnExitSchema.prefault({}),
});

export const RiskSettingsSchema = z
  .strictObject({
    limits: LimitsSchema.prefault({}),
    entry: EntrySchema.prefault({}),
    exit: ExitSchema.prefault({}),
    fees: FeesSchema.prefault({}),
    margins: MarginsSchema.prefault({}),
    /** By platform-qualified channel id. */
    channels: z.record(z.string(), OwnSchema).default({}),
  })
  .superRefine((settings, context) => {
    for (const channel of Object.keys(settings.channels)) {
      const policy = policyFor(settings, channel);
      const path = ['channels', channel];
      for (const limit of looserLimits(settings.limits, policy.limits)) {
        const message = "a channel's limit may only be stricter than the desk's";
        context.addIssue({ code: 'custom', path: [...path, 'limits', limit], message });
      }
      if (policy.entry.waitMs >= policy.entry.windowMs) {
        const message = 'the first wait ends before the window does';
        context.addIssue({ code: 'custom', path: [...path, 'entry', 'waitMs'], message });
      }
    }
  });

export type RiskSettings = z.output<typeof RiskSettingsSchema>;
export type Limits = RiskSettings['limits'];

/** Everything configured that one decision reads. */
export interface RiskPolicy {
  readonly limits: Limits;
  readonly entry: EntryPolicy;
  readonly exit: ExitPolicy;
  readonly fees: RiskSettings['fees'];
  readonly margins: RiskSettings['margins'];
}

type Configured = Omit<RiskSettings, 'channels'> & {
  readonly channels: Readonly<Record<string, z.output<typeof OwnSchema>>>;
};

/** What applies to a channel (platform-qualified id); the desk's own where it says nothing. */
export function policyFor(settings: Configured, channel: string): RiskPolicy {
  const { limits, entry, exit, fees, margins } = settings;
  const own = Object.hasOwn(settings.channels, channel) ? settings.channels[channel] : undefined;
  if (own === undefined) return { limits, entry, exit, fees, margins };
  return {
    limits: { ...limits, ...own.limits },
    entry: { ...entry, ...own.entry },
    exit: { ...exit, ...own.exit },
    fees,
    margins,
  };
}

const LEAST_IS_STRICT = [
  'allocation',
  'premiumTradeMax',
  'contractsMax',
  'sharesMax',
  'futuresMax',
  'spreadShareMax',
  'deviationShareMax',
] as const satisfies readonly (keyof Limits)[];

function looserLimits(desk: Limits, own: Limits): readonly (keyof Limits)[] {
  const looser: (keyof Limits)[] = LEAST_IS_STRICT.filter((limit) => own[limit] > desk[limit]);
  return own.priceMin < desk.priceMin ? [...looser, 'priceMin'] : looser;
}
