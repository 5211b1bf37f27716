/** Takes a restored book up again: what was under way when its process ended goes on. */

import type { EpochMs } from '#kernel/time.ts';
import type { VenueOrder } from './book.ts';
import { type Course, schedule, scheduleExactly, type Venue, type VenueEffect } from './venue.ts';

export function resume(venue: Venue, at: EpochMs): readonly VenueEffect[] {
  const course: Course = { venue, at, effects: [] };
  for (const order of venue.book.orders.values()) {
    takeUp(course, order);
    for (let row = order.shown; row < order.fills.length; row += 1) {
      scheduleExactly(course, venue.settings.fillRowsLagMs, {
        kind: 'show_fills',
        orderId: order.orderId,
      });
    }
  }
  return course.effects;
}

function takeUp(course: Course, { status, orderId }: VenueOrder): void {
  const { latency } = course.venue.settings;
  if (status === 'received') schedule(course, latency.routeMs, { kind: 'route', orderId });
  else if (status === 'routed') schedule(course, latency.workMs, { kind: 'work', orderId });
  else if (status === 'cancel_requested') {
    schedule(course, latency.cancelMs, { kind: 'finish_cancel', orderId });
  } else if (status === 'contingent') {
    schedule(course, latency.replaceMs, { kind: 'finish_replace', orderId });
  }
}
