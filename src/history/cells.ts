/** Values as the cells of a row hold them: texts of what JavaScript keeps exactly. */
import type { IsoDate } from '#kernel/calendar.ts';
import { formatMoney, formatPrice, type Money, type Price } from '#kernel/price.ts';
import { type EpochMs, formatInstant, parseInstant } from '#kernel/time.ts';
import { isZoneKnown, newYorkDate } from '#market/session.ts';
import { utcDay } from './model.ts';
import { storableJson, storableText } from './storable.ts';

/** What SQL has a date for. */
const AT_MIN = parseInstant('0001-01-02T00:00Z') ?? 0;
const AT_MAX = parseInstant('9999-12-31T00:00Z') ?? 0;

export function dayInNewYork(at: EpochMs): IsoDate {
  return isZoneKnown(at) ? newYorkDate(at) : utcDay(at);
}

export function text(value: string): string;
export function text(value: string | null): string | null;
export function text(value: string | null): string | null {
  return value === null ? null : storableText(value);
}

export function json(value: unknown): string | null {
  return value === null ? null : storableJson(JSON.stringify(value));
}

/** `written`: the instant as text, where that is made already. */
export function instant(at: EpochMs | null, written?: string): string | null {
  return at === null || at < AT_MIN || at > AT_MAX ? null : (written ?? formatInstant(at));
}

export function exact(value: Price | null): string | null {
  return value === null ? null : formatPrice(value);
}

export function exactMoney(value: Money | null): string | null {
  return value === null ? null : formatMoney(value);
}
