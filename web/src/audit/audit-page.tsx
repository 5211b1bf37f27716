/** Audit: every record as people read it, searched in the whole record; proof and export. */
import { Button, TextInput } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { type SubmitEvent, useState } from 'react';
import { useSearchParams } from 'wouter';
import { plainly } from '../api/problem.ts';
import { auditPage, type Filter } from '../api/questions.ts';
import { useMay } from '../api/session.ts';
import { counted } from '../parts/format.ts';
import { Empty, PageHead, Panel } from '../parts/panel.tsx';
import { AuditRows } from './audit-rows.tsx';
import { Verification } from './verification.tsx';

const FIELDS = ['words', 'trade', 'symbol', 'user', 'kind', 'from', 'to'] as const;

const LABELS: Readonly<Record<(typeof FIELDS)[number], { label: string; hint: string }>> = {
  words: { label: 'Words', hint: 'any text  ( / )' },
  trade: { label: 'Trade', hint: 't_…' },
  symbol: { label: 'Symbol', hint: 'UBER' },
  user: { label: 'By or from', hint: 'local:operator' },
  kind: { label: 'Kind', hint: 'order.sent' },
  from: { label: 'From', hint: '2026-12-02' },
  to: { label: 'To', hint: '2026-12-03' },
};

export function AuditPage() {
  const [wanted] = useSearchParams();
  const [filter, setFilter] = useState<Filter>(() =>
    Object.fromEntries(FIELDS.map((field) => [field, wanted.get(field) ?? ''])),
  );
  const query = useInfiniteQuery(auditPage(filter));
  const rows = query.data?.pages.flatMap(({ items }) => items) ?? [];
  const newest = query.data?.pages.at(-1);
  return (
    <>
      <PageHead title="Audit" />
      <div className="stack">
        <Verification />
        <Search given={filter} onSearch={setFilter} />
        <Panel
          title={`${counted(rows.length, 'record')}${query.hasNextPage ? ', and older ones' : ''}`}
          isFlush
          aside={<Aside filter={filter} onRead={() => void query.refetch()} />}
        >
          {newest?.answeredBy === 'journal' && (
            <p className="note">
              Read from the journal, which takes longer: the SQL history is off, behind or away, or
              cannot tell.
            </p>
          )}
          {query.error !== null && (
            <p className="note bad" role="alert">
              {plainly(query.error)}
            </p>
          )}
          {query.isPending && query.error === null && <Empty>Searching the record…</Empty>}
          {query.isSuccess && rows.length === 0 && <Empty>No record fits.</Empty>}
          {rows.length > 0 && <AuditRows rows={rows} />}
          {query.hasNextPage && (
            <div className="panel-body">
              <Button
                variant="default"
                size="compact-sm"
                loading={query.isFetchingNextPage}
                onClick={() => void query.fetchNextPage()}
              >
                Older records
              </Button>
            </div>
          )}
        </Panel>
      </div>
    </>
  );
}

interface SearchProps {
  readonly given: Filter;
  readonly onSearch: (filter: Filter) => void;
}

function Search({ given, onSearch }: SearchProps) {
  const [draft, setDraft] = useState(given);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    onSearch(draft);
  };
  return (
    <form className="filters" onSubmit={submit} role="search">
      {FIELDS.map((field) => (
        <TextInput
          key={field}
          size="xs"
          type={field === 'words' ? 'search' : 'text'}
          className={field === 'words' ? 'grow' : 'search-field'}
          label={LABELS[field].label}
          placeholder={LABELS[field].hint}
          value={draft[field] ?? ''}
          onChange={(event) =>
            setDraft({ ...draft, [field]: event.currentTarget.value.trimStart() })
          }
        />
      ))}
      <Button type="submit" size="xs" color="blue.9">
        Search
      </Button>
    </form>
  );
}

const FORMATS = [
  ['jsonl', 'JSON Lines'],
  ['csv', 'CSV'],
] as const;

interface AsideProps {
  readonly filter: Filter;
  readonly onRead: () => void;
}

function Aside({ filter, onRead }: AsideProps) {
  const may = useMay('operator');
  const range = Object.entries(filter).filter(
    ([field, value]) => (field === 'from' || field === 'to') && value !== '',
  );
  return (
    <>
      <Button size="compact-sm" variant="default" onClick={onRead}>
        Read again
      </Button>
      {may &&
        FORMATS.map(([format, name]) => (
          <a
            key={format}
            href={`/api/v1/audit/export?${new URLSearchParams([...range, ['format', format]])}`}
            download={`audit.${format}`}
          >
            Export as {name}
          </a>
        ))}
    </>
  );
}
