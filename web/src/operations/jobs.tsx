/** Jobs: when each runs next, how the last run ended, and a way to run one now. */
import { Button } from '@mantine/core';
import { runJob } from '../api/acts.ts';
import { useMay } from '../api/session.ts';
import type { JobView } from '../api/types.ts';
import { Chip, type Tone } from '../parts/chip.tsx';
import { useConfirm } from '../parts/confirm.tsx';
import { sentence } from '../parts/format.ts';
import { Instant } from '../parts/instant.tsx';
import { Empty } from '../parts/panel.tsx';

type Outcome = NonNullable<JobView['last']>['outcome'];

const OUTCOMES: Readonly<Record<Outcome, Tone>> = {
  running: 'info',
  done: 'good',
  failed: 'bad',
  skipped: 'plain',
  interrupted: 'warn',
};

export function Jobs({ items }: { readonly items: readonly JobView[] }) {
  if (items.length === 0) return <Empty>This desk has no jobs.</Empty>;
  return (
    <div className="scroll">
      <table className="grid">
        <thead>
          <tr>
            <th scope="col">Job</th>
            <th scope="col">When</th>
            <th scope="col">Next</th>
            <th scope="col">Last run</th>
            <th scope="col">Acts</th>
          </tr>
        </thead>
        <tbody>
          {items.map((job) => (
            <JobRow key={job.name} job={job} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function JobRow({ job }: { readonly job: JobView }) {
  const { name, description, schedule, nextAt, last, running } = job;
  return (
    <tr>
      <th scope="row">
        {sentence(name)}
        <div className="quiet small">{description}</div>
      </th>
      <td>{schedule ?? 'on request'}</td>
      <td>
        <Instant at={nextAt} as="whole" />
      </td>
      <td>
        {last === null ? (
          <span className="quiet">never</span>
        ) : (
          <>
            <Chip tone={OUTCOMES[last.outcome]}>{sentence(last.outcome)}</Chip>{' '}
            <Instant at={last.finishedAt ?? last.startedAt} as="whole" />
            <div className="quiet small">{last.detail}</div>
          </>
        )}
      </td>
      <td>
        <RunNow name={name} isRunning={running} />
      </td>
    </tr>
  );
}

function RunNow({ name, isRunning }: { readonly name: string; readonly isRunning: boolean }) {
  const confirm = useConfirm();
  if (!useMay('operator')) return null;
  const ask = () =>
    confirm({
      title: `Run ${name} now?`,
      about: 'It runs beside the desk, which goes on trading.',
      does: 'Run it',
      reason: 'welcome',
      act: async (reason) => runJob(name, reason),
    });
  return (
    <Button size="compact-xs" variant="default" loading={isRunning} onClick={ask}>
      Run now
    </Button>
  );
}
