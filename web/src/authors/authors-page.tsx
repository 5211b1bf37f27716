/** Authors: what they called, what could be had when we decided, what we got, and how sure that is. */
import { useQuery } from '@tanstack/react-query';
import { authors } from '../api/questions.ts';
import type { AuthorView } from '../api/types.ts';
import { Answered } from '../parts/answered.tsx';
import { type Column, DataTable } from '../parts/data-table.tsx';
import { count } from '../parts/format.ts';
import { Empty, PageHead, Panel } from '../parts/panel.tsx';
import { Result } from '../parts/result.tsx';
import { Estimated } from './estimated.tsx';

const COLUMNS: readonly Column<AuthorView>[] = [
  {
    name: 'Author',
    sortBy: ({ name }) => name,
    show: ({ name, author }) => <span title={author}>{name || author}</span>,
  },
  {
    name: 'Instructions',
    isNumber: true,
    sortBy: (one) => one.instructions,
    show: (one) => `${one.instructions} of ${one.messages}`,
  },
  {
    name: 'Refused',
    isNumber: true,
    sortBy: ({ refused }) => refused,
    show: ({ refused }) => count(refused),
  },
  {
    name: 'Filled',
    isNumber: true,
    sortBy: ({ filled }) => filled,
    show: ({ filled, trades }) => `${filled} of ${trades}`,
  },
  {
    name: 'Ask over price called',
    isNumber: true,
    sortBy: ({ achievable }) => achievable.mean ?? 0,
    show: ({ achievable }) => <Estimated estimate={achievable} as="percent" />,
  },
  {
    name: 'Paid over price called',
    isNumber: true,
    sortBy: ({ got }) => got.mean ?? 0,
    show: ({ got }) => <Estimated estimate={got} as="percent" />,
  },
  {
    name: 'To our decision',
    isNumber: true,
    sortBy: ({ latencyMs }) => latencyMs.mean ?? 0,
    show: ({ latencyMs }) => <Estimated estimate={latencyMs} as="ms" />,
  },
  {
    name: 'Result a trade',
    isNumber: true,
    sortBy: ({ result }) => result.mean ?? 0,
    show: ({ result }) => <Estimated estimate={result} as="dollars" />,
  },
  {
    name: 'Won',
    isNumber: true,
    sortBy: ({ won }) => won,
    show: ({ won, ended }) => `${won} of ${ended}`,
  },
  { name: 'In all', isNumber: true, show: ({ resultSum }) => <Result amount={resultSum} /> },
];

export function AuthorsPage() {
  const query = useQuery(authors);
  return (
    <>
      <PageHead title="Authors">
        <span className="quiet">
          Against the price called: the ask when we decided, one latency after the message, and what
          we paid. Means with 95 % intervals; few trades say little, and fees are not counted.
        </span>
      </PageHead>
      <Panel title="What they called, and what came of it" isFlush>
        <Answered query={query} what="Figures of authors">
          {({ items }) =>
            items.length === 0 ? (
              <Empty>Nobody has called anything yet.</Empty>
            ) : (
              <DataTable columns={COLUMNS} rows={items} idOf={({ author }) => author} />
            )
          }
        </Answered>
      </Panel>
    </>
  );
}
