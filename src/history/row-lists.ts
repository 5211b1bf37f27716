/** The rows of a batch in the making. */
import type { EpochMs } from '#kernel/time.ts';
import type { RowOf, Rows, TableName } from './model.ts';

type RowsInMaking = { [N in TableName]: RowOf<N>[] };

export class RowLists {
  readonly ended = new Map<string, EpochMs>();
  readonly runs = new Map<string, RowOf<'runs'>>();
  readonly #lists: RowsInMaking = {
    audit: [],
    alerts: [],
    decisions: [],
    trades: [],
    orders: [],
    fills: [],
    publications: [],
    acts: [],
    kill_states: [],
    incidents: [],
    runs: [],
    audit_days: [],
    audit_chunks: [],
    audit_values: [],
  };

  add<N extends TableName>(table: N, row: RowOf<N>): void {
    const list: RowOf<N>[] = this.#lists[table];
    list.push(row);
  }

  get lists(): Rows {
    return { ...this.#lists, runs: [...this.runs.values()] };
  }
}
