/** The SQL history over HTTP: proving it. Its health and rebuilding are told with the parts. */
import { bind, no, ok } from '#operate/api/bind.ts';
import { OPERATIONS_ROUTES } from '#operate/api/operations.ts';
import type { BoundRoute } from '#operate/ports.ts';
import type { Desk } from '#orders/desk.ts';
import { noteAct } from '../act-note.ts';
import type { DeskHistory } from '../history/desk-history.ts';

export function historyRoutes(
  desk: Desk,
  history: Pick<DeskHistory, 'reconcile'> | null,
): readonly BoundRoute[] {
  return [
    bind(OPERATIONS_ROUTES.reconcile, async ({ actor }) => {
      if (history === null) return no('not_available', 'no SQL history is kept (stores.sql)');
      await noteAct(desk, 'compare the SQL history with the record', { actor, reason: '' });
      const compared = await history.reconcile();
      if (!compared.ok) return no('not_available', compared.error.detail);
      const { seq, differences } = compared.value;
      return ok({ seq, differences: [...differences] });
    }),
  ];
}
