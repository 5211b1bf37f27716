/** Feeds, stores and queues in a word each; Operations tells the rest. */
import { useQuery } from '@tanstack/react-query';
import { isUnavailable } from '../api/problem.ts';
import { health } from '../api/questions.ts';
import type { PartHealth } from '../api/types.ts';
import { Chip, type Tone } from '../parts/chip.tsx';

export const HEALTH_TONES: Readonly<Record<PartHealth['state'], Tone>> = {
  ok: 'good',
  degraded: 'warn',
  away: 'bad',
  paused: 'warn',
  off: 'plain',
};

export function StoresHealth() {
  const { data, error } = useQuery(health);
  if (error !== null && !isUnavailable(error)) return <p className="quiet">Not known.</p>;
  if (data === undefined) return null;
  return (
    <div className="stack tight">
      {!data.ready && <p className="note warn">Cannot trade yet: {data.reasons.join('; ')}</p>}
      <ul className="row tight">
        {data.parts.map(({ name, state, detail }) => (
          <li key={name}>
            <Chip tone={HEALTH_TONES[state]} title={detail}>
              {name} {state === 'ok' ? '' : state}
            </Chip>
          </li>
        ))}
      </ul>
    </div>
  );
}
