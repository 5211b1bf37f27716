/** What waits for a person, with what a person can do about it. */
import { Button } from '@mantine/core';
import { useMemo } from 'react';
import { Link } from 'wouter';
import { acknowledge } from '../api/acts.ts';
import { useLive } from '../api/live-store.ts';
import { useMay } from '../api/session.ts';
import { Chip } from '../parts/chip.tsx';
import { useConfirm } from '../parts/confirm.tsx';
import { counted, sentence } from '../parts/format.ts';
import { Instant } from '../parts/instant.tsx';
import { HeldActs } from '../parts/message-acts.tsx';
import { Panel } from '../parts/panel.tsx';
import { type Call, incidentsLike, needsPerson } from './needs-person.ts';

const SHOWN_MAX = 6;
const KINDS = { held: 'Held alert', trade: 'Trade', incident: 'Incident' } as const;

export function NeedsPerson() {
  const messages = useLive((live) => live.messages);
  const trades = useLive((live) => live.trades);
  const incidents = useLive((live) => live.incidents);
  const calls = useMemo(
    () => needsPerson({ messages, trades, incidents }),
    [messages, trades, incidents],
  );
  if (calls.length === 0) return null;
  return (
    <Panel title={`Needs a person (${calls.length})`} isFlush>
      <div className="scroll">
        <table className="grid">
          <thead className="hidden">
            <tr>
              <th scope="col">Kind</th>
              <th scope="col">Time</th>
              <th scope="col">What</th>
              <th scope="col">Acts</th>
            </tr>
          </thead>
          <tbody>
            {calls.slice(0, SHOWN_MAX).map((call) => (
              <CallRow key={call.key} call={call} alike={incidentsLike(call, calls)} />
            ))}
          </tbody>
        </table>
      </div>
      {calls.length > SHOWN_MAX && (
        <p className="panel-body quiet small">
          and {counted(calls.length - SHOWN_MAX, 'older one')}; take note of these first.
        </p>
      )}
    </Panel>
  );
}

interface CallRowProps {
  readonly call: Call;
  readonly alike: readonly number[];
}

function CallRow({ call, alike }: CallRowProps) {
  return (
    <tr>
      <td>
        <Chip tone={call.kind === 'held' ? 'warn' : 'bad'}>{KINDS[call.kind]}</Chip>
      </td>
      <td className="quiet">
        <Instant at={call.at} />
      </td>
      <td>
        <strong>{call.kind === 'incident' ? sentence(call.title) : call.title}</strong>
        <div className="quiet">{call.detail}</div>
      </td>
      <td>
        <div className="row tight">
          {call.path !== null && <Link href={call.path}>Look</Link>}
          {call.kind === 'incident' && <TakeNote call={call} />}
          {alike.length > 0 && <TakeNoteOfAll code={sentence(call.title)} incidents={alike} />}
          {call.kind === 'held' && (
            <HeldActs message={{ key: call.key, detail: call.detail, outcome: 'held' }} />
          )}
        </div>
      </td>
    </tr>
  );
}

function TakeNote({ call }: { readonly call: Call }) {
  const confirm = useConfirm();
  if (!useMay('operator')) return null;
  const ask = () =>
    confirm({
      title: 'Take note of this incident?',
      about: call.detail,
      does: 'Take note',
      reason: 'welcome',
      act: async (note) => acknowledge(call.seq, note),
    });
  return (
    <Button size="compact-sm" variant="default" onClick={ask}>
      Take note
    </Button>
  );
}

interface TakeNoteOfAllProps {
  readonly code: string;
  readonly incidents: readonly number[];
}

/** Of those there were when it was pressed, older ones not shown included; none that comes later. */
function TakeNoteOfAll({ code, incidents }: TakeNoteOfAllProps) {
  const confirm = useConfirm();
  if (!useMay('operator')) return null;
  const does = `Take note of all ${incidents.length}`;
  const ask = () =>
    confirm({
      title: `${does}?`,
      about: `Each incident “${code}” there is now, the oldest first.`,
      does,
      reason: 'welcome',
      async act(note) {
        for (const seq of incidents.toReversed()) await acknowledge(seq, note);
        return `${incidents.length} noted, under your name.`;
      },
    });
  return (
    <Button size="compact-sm" variant="default" onClick={ask}>
      {does}
    </Button>
  );
}
