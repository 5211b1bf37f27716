/** Alarms: what is raised and what to do, taking note of it, and what else is watched for. */
import { Button } from '@mantine/core';
import { actOnAlarm } from '../api/acts.ts';
import { useMay } from '../api/session.ts';
import type { AlarmView } from '../api/types.ts';
import { Chip, type Tone } from '../parts/chip.tsx';
import { useConfirm } from '../parts/confirm.tsx';
import { sentence } from '../parts/format.ts';
import { Instant } from '../parts/instant.tsx';

const TONES: Readonly<Record<AlarmView['state'], Tone>> = {
  quiet: 'good',
  raised: 'bad',
  acknowledged: 'warn',
  off: 'plain',
};

/** Raised ones first; each group in the order the desk lists them. */
const ORDER: readonly AlarmView['state'][] = ['raised', 'acknowledged', 'quiet', 'off'];

export function Alarms({ items }: { readonly items: readonly AlarmView[] }) {
  const sorted = ORDER.flatMap((state) => items.filter((one) => one.state === state));
  return (
    <div className="scroll">
      <table className="grid">
        <thead>
          <tr>
            <th scope="col">Alarm</th>
            <th scope="col">State</th>
            <th scope="col">Raised</th>
            <th scope="col">Now</th>
            <th scope="col">Acts</th>
          </tr>
        </thead>
        <tbody>
          {sorted.map((alarm) => (
            <AlarmRow key={alarm.name} alarm={alarm} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function AlarmRow({ alarm }: { readonly alarm: AlarmView }) {
  const { name, means, remedy, state, value, side, at, unit, forMs } = alarm;
  const isRaised = state === 'raised' || state === 'acknowledged';
  return (
    <tr>
      <th scope="row">
        {sentence(name)}
        <div className="quiet small">{isRaised ? remedy : means}</div>
      </th>
      <td>
        <Chip tone={TONES[state]}>{sentence(state)}</Chip>
        {isRaised && (
          <div className="quiet small">
            <Instant at={alarm.since} as="whole" />
            {alarm.acknowledgedBy !== null && ` · ${alarm.acknowledgedBy} takes care of it`}
          </div>
        )}
      </td>
      <td>
        {side} {at} {unit} {forMs === 0 ? 'at once' : `for ${forMs / 1_000} s`}
      </td>
      <td>{value === null ? <span className="quiet">does not apply</span> : rounded(value)}</td>
      <td>
        <Acts name={name} state={state} />
      </td>
    </tr>
  );
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}

function Acts({ name, state }: Pick<AlarmView, 'name' | 'state'>) {
  const confirm = useConfirm();
  if (!useMay('operator')) return null;
  const isRaised = state === 'raised';
  const ask = () =>
    confirm({
      title: isRaised ? `Take note of ${sentence(name).toLowerCase()}?` : `Test ${name}?`,
      about: isRaised
        ? 'It is not told again until it has been over. Your name goes on record.'
        : 'It is told as a test in every control channel, and at the receiver of alarms.',
      does: isRaised ? 'I take care of it' : 'Send the test',
      reason: 'none',
      act: async () => actOnAlarm(name, isRaised ? 'acknowledge' : 'test'),
    });
  return (
    <Button size="compact-xs" variant={isRaised ? 'filled' : 'default'} onClick={ask}>
      {isRaised ? 'Take note' : 'Test'}
    </Button>
  );
}
