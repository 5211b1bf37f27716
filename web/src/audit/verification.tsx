/** Proof of the record: reads it whole, and names the first record that is not as it was written. */
import { Button } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { verifyRecord } from '../api/acts.ts';
import { isUnavailable, plainly } from '../api/problem.ts';
import { verification } from '../api/questions.ts';
import { queries, useMay } from '../api/session.ts';
import type { VerificationView } from '../api/types.ts';
import { count, counted } from '../parts/format.ts';
import { Instant } from '../parts/instant.tsx';
import { Panel } from '../parts/panel.tsx';

export function Verification() {
  const query = useQuery(verification);
  const may = useMay('operator');
  const verify = useMutation({
    mutationFn: verifyRecord,
    onSuccess: (begun) => queries.setQueryData(verification.queryKey, begun),
  });
  const isRunning = query.data?.state === 'running' || verify.isPending;
  const error = verify.error ?? query.error;
  return (
    <Panel
      title="Is the record whole?"
      aside={
        may && (
          <Button
            size="compact-sm"
            variant="default"
            loading={isRunning}
            onClick={() => verify.mutate()}
          >
            Verify the chain
          </Button>
        )
      }
    >
      {error !== null && (
        <p className="note warn" role="alert">
          {isUnavailable(error)
            ? 'This desk cannot be asked for it here; "strikewire journal verify" can.'
            : plainly(error)}
        </p>
      )}
      {query.data !== undefined && <Found verified={query.data} />}
    </Panel>
  );
}

function Found({ verified }: { readonly verified: VerificationView }) {
  const { state, recordsRead, recordsTotal, sound, firstBad, finishedAt, fault, segments } =
    verified;
  if (state === 'never') {
    return <p className="quiet">Not verified since this desk started.</p>;
  }
  if (state === 'running') {
    const part = recordsTotal === 0 ? 0 : recordsRead / recordsTotal;
    return (
      <div className="stack tight" role="status">
        <progress className="hidden" max={1} value={part} aria-label="of the record read" />
        <div className="meter" aria-hidden>
          <span style={{ width: `${part * 100}%` }} />
        </div>
        <p className="small">
          Read {count(recordsRead)} of {counted(recordsTotal, 'record')}.
        </p>
      </div>
    );
  }
  if (state === 'failed') {
    return <p className="note warn">It could not be looked at: {fault ?? 'no reason given'}</p>;
  }
  if (sound === true) {
    return (
      <p className="note good">
        Sound: {counted(recordsRead, 'record')} in {counted(segments ?? 0, 'segment')}, none changed
        or missing. <Instant at={finishedAt} as="whole" />
      </p>
    );
  }
  return (
    <p className="note bad" role="alert" data-testid="damage">
      <strong>Not as it was written.</strong>{' '}
      {firstBad === null
        ? 'Where is not known.'
        : `Record ${firstBad.seq}, in ${firstBad.segment} at byte ${firstBad.offset}: ${firstBad.detail} (${firstBad.reason}).`}{' '}
      Stop the desk, keep the data directory as it is, and see docs/troubleshooting.md.
    </p>
  );
}
