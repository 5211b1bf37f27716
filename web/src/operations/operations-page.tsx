/** Operations: every part's health, what can be done with it, the alarms and the jobs. */
import { useQuery } from '@tanstack/react-query';
import { alarms, health, jobs } from '../api/questions.ts';
import type { PartHealth } from '../api/types.ts';
import { Answered } from '../parts/answered.tsx';
import { sentence } from '../parts/format.ts';
import { PageHead, Panel } from '../parts/panel.tsx';
import { Alarms } from './alarms.tsx';
import { Jobs } from './jobs.tsx';
import { Part } from './part.tsx';

const GROUPS: readonly { readonly title: string; readonly kinds: readonly PartHealth['kind'][] }[] =
  [
    { title: 'The desk itself', kinds: ['journal', 'broker', 'page'] },
    { title: 'Feeds and chats', kinds: ['feed', 'chat'] },
    { title: 'Stores and queues', kinds: ['store', 'queue'] },
  ];

export function OperationsPage() {
  const query = useQuery(health);
  const jobList = useQuery(jobs);
  const alarmList = useQuery(alarms);
  return (
    <>
      <PageHead title="Operations" />
      <div className="stack">
        <Answered query={query} what="The health of the parts">
          {({ ready, reasons, parts }) => (
            <>
              {!ready && (
                <p className="note warn">Cannot trade yet: {reasons.map(sentence).join(' ')}</p>
              )}
              {GROUPS.map(({ title, kinds }) => (
                <PartGroup
                  key={title}
                  title={title}
                  parts={parts.filter(({ kind }) => kinds.includes(kind))}
                />
              ))}
            </>
          )}
        </Answered>
        <Panel title="Alarms" isFlush>
          <Answered query={alarmList} what="Alarms">
            {({ items }) => <Alarms items={items} />}
          </Answered>
        </Panel>
        <Panel title="Jobs" isFlush>
          <Answered query={jobList} what="Jobs">
            {({ items }) => <Jobs items={items} />}
          </Answered>
        </Panel>
      </div>
    </>
  );
}

interface PartGroupProps {
  readonly title: string;
  readonly parts: readonly PartHealth[];
}

function PartGroup({ title, parts }: PartGroupProps) {
  if (parts.length === 0) return null;
  return (
    <Panel title={title}>
      <div className="limits">
        {parts.map((part) => (
          <Part key={part.name} part={part} />
        ))}
      </div>
    </Panel>
  );
}
