import type { IsoDate } from '#kernel/calendar.ts';
import type { Platform } from '../model.ts';
import type { ParsePolicy } from './settings.ts';

/** What the parser knows besides the text. */
export interface ParseContext {
  /** The New York date of posting: what "today" and dates without a year refer to. */
  readonly posted: IsoDate;
  readonly policy: ParsePolicy;
  /** May throw for a year its calendar does not cover; that is refused, not passed on. */
  readonly isTradingDay: (date: IsoDate) => boolean;
  /** Where the text comes from, when known: some markup differs. */
  readonly platform?: Platform;
}
