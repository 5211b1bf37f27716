/** Whether the desk's parts are well: its record, its feeds, its stores. */
import { Link } from 'wouter';
import { useIsLive, useLive } from '../api/live-store.ts';
import type { DeskLine } from '../api/types.ts';
import { Chip } from '../parts/chip.tsx';
import { useDeskNow } from '../parts/clock.ts';
import { type Fact, Facts } from '../parts/facts.tsx';
import { bytes, count, span } from '../parts/format.ts';
import { Instant } from '../parts/instant.tsx';
import { Panel } from '../parts/panel.tsx';
import { StoresHealth } from './stores-health.tsx';

export function DeskHealth() {
  const desk = useLive((live) => live.desk);
  const isLive = useIsLive();
  if (desk === null) return null;
  return (
    <Panel title="Health" aside={<Link href="/operations">Operations</Link>}>
      {isLive ? (
        <div className="stack">
          <Facts facts={[...recordFacts(desk), ['Quotes of open trades', <Quotes key="q" />]]} />
          <StoresHealth />
        </div>
      ) : (
        <p className="note bad">Not known while the desk does not answer.</p>
      )}
    </Panel>
  );
}

function recordFacts({ journal, startedAt, seq }: DeskLine): readonly Fact[] {
  const running: Fact = ['Running since', <Instant key="s" at={startedAt} as="whole" />];
  if (journal === null) return [running, ['On record', count(seq)]];
  const waiting = journal.lastSeq - journal.durableSeq;
  return [
    [
      'Record',
      journal.writable ? (
        <Chip key="w" tone="good">
          Written
        </Chip>
      ) : (
        <Chip key="w" tone="bad">
          {journal.fault ?? 'Cannot be written'}
        </Chip>
      ),
    ],
    ['On disk', `${count(journal.durableSeq)}${waiting > 0 ? `, ${waiting} waiting` : ''}`],
    ['Free space', journal.freeBytes === null ? null : bytes(journal.freeBytes)],
    running,
  ];
}

function Quotes() {
  const quotes = useLive((live) => live.quotes);
  const now = useDeskNow();
  const ages = Object.values(quotes).map(({ at }) => now - Date.parse(at));
  if (ages.length === 0) return <span className="quiet">none yet</span>;
  const oldest = Math.max(...ages, 0);
  return <Chip tone={oldest > 15_000 ? 'warn' : 'good'}>oldest {span(oldest)}</Chip>;
}
