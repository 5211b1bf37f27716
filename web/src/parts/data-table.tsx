/** Rows under headings that sort; what a cell shows is the caller's. */
import {
  createColumnHelper,
  createSortedRowModel,
  rowSortingFeature,
  type SortDirection,
  tableFeatures,
  useTable,
} from '@tanstack/react-table';
import { type ReactNode, useMemo } from 'react';

export interface Column<Row> {
  readonly name: string;
  readonly isNumber?: boolean;
  readonly show: (row: Row) => ReactNode;
  /** Absent: this column does not sort. */
  readonly sortBy?: (row: Row) => string | number;
}

interface DataTableProps<Row> {
  /** Stays the same from drawing to drawing. */
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly idOf: (row: Row) => string;
}

const features = tableFeatures({ rowSortingFeature, sortedRowModel: createSortedRowModel() });

const SAYS = { asc: 'ascending', desc: 'descending' } as const;
const SIGNS = { asc: ' ▲', desc: ' ▼' } as const;

export function DataTable<Row extends object>({ columns, rows, idOf }: DataTableProps<Row>) {
  const defined = useMemo(() => defineColumns(columns), [columns]);
  const table = useTable({ features, columns: defined, data: rows, getRowId: idOf });
  return (
    <div className="scroll">
      <table className="grid">
        <thead>
          {table.getHeaderGroups().map(({ id, headers }) => (
            <tr key={id}>
              {headers.map(({ column }, at) => (
                <Heading
                  key={column.id}
                  column={columns[at]}
                  sorted={column.getIsSorted()}
                  onSort={() => column.toggleSorting()}
                />
              ))}
            </tr>
          ))}
        </thead>
        <tbody>
          {table.getRowModel().rows.map(({ id, original }) => (
            <tr key={id}>
              {columns.map((column) => (
                <td key={column.name} className={column.isNumber === true ? 'number' : undefined}>
                  {column.show(original)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function defineColumns<Row extends object>(columns: readonly Column<Row>[]) {
  const helper = createColumnHelper<typeof features, Row>();
  return helper.columns(
    columns.map((column) =>
      helper.accessor((row) => column.sortBy?.(row) ?? '', {
        id: column.name,
        enableSorting: column.sortBy !== undefined,
        sortFn: (a, b, id) => compare(a.getValue(id), b.getValue(id)),
      }),
    ),
  );
}

function compare(a: string | number, b: string | number): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return String(a).localeCompare(String(b));
}

interface HeadingProps<Row> {
  readonly column: Column<Row> | undefined;
  readonly sorted: false | SortDirection;
  readonly onSort: () => void;
}

function Heading<Row>({ column, sorted, onSort }: HeadingProps<Row>) {
  if (column === undefined) return null;
  const { name, isNumber, sortBy } = column;
  return (
    <th
      scope="col"
      className={isNumber === true ? 'number' : undefined}
      aria-sort={sorted === false ? undefined : SAYS[sorted]}
    >
      {sortBy === undefined ? (
        name
      ) : (
        <button type="button" onClick={onSort}>
          {name}
          <span aria-hidden>{sorted === false ? '' : SIGNS[sorted]}</span>
        </button>
      )}
    </th>
  );
}
