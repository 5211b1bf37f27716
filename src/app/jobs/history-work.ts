/** Jobs over the SQL history, for a desk that keeps one. */
import type { DeskHistory } from '../history/desk-history.ts';
import { type Jobs, WorkFailed } from './runner.ts';

export function offerHistoryWork(
  jobs: Pick<Jobs, 'offer'>,
  history: Pick<DeskHistory, 'maintain' | 'reconcile'>,
): void {
  jobs.offer('export', async () => {
    const compared = await history.reconcile();
    if (!compared.ok) throw new WorkFailed(compared.error.detail);
    const { seq, differences } = compared.value;
    const [first] = differences;
    if (first !== undefined) {
      const where = `${first.table} ${first.first}`;
      throw new WorkFailed(`the SQL history differs from the journal, first at ${where}`);
    }
    return { detail: `the SQL history holds every record up to ${seq}`, figures: { seq } };
  });
  jobs.offer('history', async () => {
    const kept = await history.maintain();
    if (!kept.ok) throw new WorkFailed(kept.error.detail);
    const { created, dropped, deleted } = kept.value;
    const detail = `${created} days prepared, ${dropped} dropped, ${deleted} rows deleted`;
    return { detail, figures: { created, dropped, deleted } };
  });
}
