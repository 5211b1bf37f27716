/** Alarms over HTTP. */
import { ALARM_ROUTES } from '#operate/api/alarms.ts';
import { bind, done, ok } from '#operate/api/bind.ts';
import type { AlarmsControl, BoundRoute } from '#operate/ports.ts';

export function alarmRoutes(alarms: AlarmsControl): readonly BoundRoute[] {
  return [
    bind(ALARM_ROUTES.list, () => ok({ items: alarms.list() })),
    bind(ALARM_ROUTES.acknowledge, async ({ params: { name }, actor }) =>
      done(await alarms.acknowledge(name, actor), {}),
    ),
    bind(ALARM_ROUTES.test, async ({ params: { name }, actor }) =>
      done(await alarms.test(name, actor), {}),
    ),
  ];
}
