/** The quotes an operator looks at. */
import { formatPrice } from '#kernel/price.ts';
import { formatInstant } from '#kernel/time.ts';
import type { DeskApp } from './desk-app.ts';

/** Top of book of everything an open trade is in. */
export function liveQuotes({
  desk,
  surroundings,
}: Pick<DeskApp, 'desk' | 'surroundings'>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    desk.book.open().flatMap(({ plan }) => {
      const { symbol } = plan.instrument;
      const quote = surroundings.quotes.latest(symbol);
      if (quote === null) return [];
      const { bid, ask, eventAt } = quote;
      const shown = { bid: formatPrice(bid), ask: formatPrice(ask), at: formatInstant(eventAt) };
      return [[symbol, shown]];
    }),
  );
}
