/**
 * How one source of risk moves: how far it is from where it stood on the anchor day, and when.
 *
 * In    a seed and an instant; no state but a cache.
 * Out   a log deviation, continuous over all time.
 * Rule  closes of weekdays follow a mean-reverting walk, so that prices stay near their table for
 *       years. Between two closes lies a Brownian bridge in trading time (`trading-time.ts`), drawn
 *       by halving (each midpoint from its ends) down to less than a second. Equities show the
 *       part inside their hours, futures all of it.
 *
 * The anchor day is a quiet one: the table's prices are those of its close, whatever the seed.
 */
import { date, epochDay } from '#kernel/calendar.ts';
import type { EpochMs } from '#kernel/time.ts';
import { normalAt } from './noise.ts';
import { OVERNIGHT_SHARE, type Part, placeOf, weekdayNumber } from './trading-time.ts';

export interface PricePath {
  /** In standard deviations of one day. */
  at(instant: EpochMs): number;
}

const ANCHOR_DAY = date('2025-12-02');

/** Half of a deviation is gone after 23 weekdays. */
const PERSISTENCE = 0.97;
const MEMORY_DAYS = 120;
/** 2^15 steps from open to close are 0.7 s each; 2^9 of them are found by halving alone. */
const LEVELS = 15;
const COARSE_LEVELS = 9;
const FINE_STEPS = 2 ** (LEVELS - COARSE_LEVELS);

/** Places of noise: closes, openings, and the halvings of each part of a day. */
const CLOSES = 2;
const OPENS = 3;
const BRIDGE = 16;

interface Segment {
  readonly weekday: number;
  readonly part: Part;
  readonly from: number;
  readonly to: number;
  /** Standard deviation of the whole stretch. */
  readonly deviation: number;
}

export function createPricePath(seed: number): PricePath {
  const closes = new Map<number, number>();
  const anchor = weekdayNumber(epochDay(ANCHOR_DAY));
  const level = closeLevel(seed, anchor, anchor);
  let segment: Segment | null = null;
  let fine: Float64Array | null = null;
  let fineAt = -1;

  function close(weekday: number): number {
    const known = closes.get(weekday);
    if (known !== undefined) return known;
    const made = closeLevel(seed, weekday, anchor) - level;
    closes.set(weekday, made);
    return made;
  }

  function segmentOf(weekday: number, part: Part): Segment {
    if (segment?.weekday === weekday && segment.part === part) return segment;
    const before = close(weekday - 1);
    const after = close(weekday);
    const gap = normalAt(seed, weekday, OPENS, 0) * spread(weekday, anchor);
    const bridged = Math.sqrt(OVERNIGHT_SHARE * (1 - OVERNIGHT_SHARE)) * gap;
    const open = before + OVERNIGHT_SHARE * (after - before) + bridged;
    const share = part === 'overnight' ? OVERNIGHT_SHARE : 1 - OVERNIGHT_SHARE;
    segment = {
      weekday,
      part,
      from: part === 'overnight' ? before : open,
      to: part === 'overnight' ? open : after,
      deviation: Math.sqrt(share) * spread(weekday, anchor),
    };
    fineAt = -1;
    return segment;
  }

  return {
    at(instant) {
      const { weekday, part, progress } = placeOf(instant);
      const stretch = segmentOf(weekday, part);
      const coarse = Math.min(2 ** COARSE_LEVELS - 1, Math.floor(progress * 2 ** COARSE_LEVELS));
      if (fineAt !== coarse || fine === null) {
        fine = fineSteps(seed, stretch, coarse);
        fineAt = coarse;
      }
      const along = (progress * 2 ** COARSE_LEVELS - coarse) * FINE_STEPS;
      const step = Math.min(FINE_STEPS - 1, Math.floor(along));
      const here = fine[step] ?? 0;
      return here + (along - step) * ((fine[step + 1] ?? here) - here);
    },
  };
}

/** The anchor day moves a fifth as much as others: its prices are near the table all day. */
function spread(weekday: number, anchor: number): number {
  return weekday === anchor ? 0.2 : 1;
}

/** A mean-reverting walk over weekdays, as the fading sum of what each brought. */
function closeLevel(seed: number, weekday: number, anchor: number): number {
  let level = 0;
  let weight = 1;
  for (let back = 0; back < MEMORY_DAYS; back += 1) {
    const day = weekday - back;
    if (day !== anchor) level += weight * normalAt(seed, day, CLOSES, 0);
    weight *= PERSISTENCE;
  }
  return level;
}

/** The path's values at the steps of one coarse interval, both ends included. */
function fineSteps(seed: number, stretch: Segment, coarse: number): Float64Array {
  let low = stretch.from;
  let high = stretch.to;
  for (let level = 0; level < COARSE_LEVELS; level += 1) {
    const place = coarse >>> (COARSE_LEVELS - level);
    const middle = displaced(seed, stretch, { level, place }, (low + high) / 2);
    const isUpper = ((coarse >>> (COARSE_LEVELS - level - 1)) & 1) === 1;
    if (isUpper) low = middle;
    else high = middle;
  }
  const steps = new Float64Array(FINE_STEPS + 1);
  steps[0] = low;
  steps[FINE_STEPS] = high;
  for (let level = COARSE_LEVELS; level < LEVELS; level += 1) {
    const width = 2 ** (LEVELS - level);
    for (let from = 0; from < FINE_STEPS; from += width) {
      const place = (coarse * FINE_STEPS + from) / width;
      const middle = ((steps[from] ?? 0) + (steps[from + width] ?? 0)) / 2;
      steps[from + width / 2] = displaced(seed, stretch, { level, place }, middle);
    }
  }
  return steps;
}

/** The middle of a Brownian bridge over 2^-level of the stretch, given the mean of its ends. */
function displaced(
  seed: number,
  { weekday, part, deviation }: Segment,
  { level, place }: { readonly level: number; readonly place: number },
  mean: number,
): number {
  const bridged = (deviation / 2) * 2 ** (-level / 2);
  return (
    mean +
    bridged * normalAt(seed, weekday * 2 + (part === 'overnight' ? 0 : 1), BRIDGE + level, place)
  );
}
