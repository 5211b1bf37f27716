/** One part of the desk: how it is, its figures, and what can be done with it. */
import { Button } from '@mantine/core';
import { actOnPart } from '../api/acts.ts';
import { useMay } from '../api/session.ts';
import type { PartHealth } from '../api/types.ts';
import { HEALTH_TONES } from '../now/stores-health.tsx';
import { Chip } from '../parts/chip.tsx';
import { useConfirm } from '../parts/confirm.tsx';
import { sentence } from '../parts/format.ts';
import { Instant } from '../parts/instant.tsx';
import { figureText } from './figure-text.ts';

const ACTS = {
  pause: { does: 'Pause', about: 'Nothing more is taken from it until it is resumed.' },
  resume: { does: 'Resume', about: 'It is taken from again.' },
  flush: {
    does: 'Flush',
    about: 'What it keeps is dropped and filled anew; the record is untouched.',
  },
  rebuild: {
    does: 'Rebuild',
    about: 'It is emptied and filled from the record, which is untouched.',
  },
} as const;

export function Part({ part }: { readonly part: PartHealth }) {
  const { name, state, detail, since, figures, acts } = part;
  const confirm = useConfirm();
  const may = useMay('admin');
  const ask = (act: (typeof acts)[number]) =>
    confirm({
      title: `${ACTS[act].does} ${name}?`,
      about: ACTS[act].about,
      does: ACTS[act].does,
      reason: 'needed',
      act: async (reason) => actOnPart(name, act, reason),
    });
  return (
    <article className="panel limit-card" aria-label={name}>
      <div className="row apart">
        <strong>{sentence(name)}</strong>
        <Chip tone={HEALTH_TONES[state]}>{sentence(state)}</Chip>
      </div>
      <p className="small">
        {detail}
        {since !== null && (
          <span className="quiet">
            {' '}
            since <Instant at={since} />
          </span>
        )}
      </p>
      {figures.length > 0 && (
        <dl className="facts small">
          {figures.map(({ label, value, unit }) => (
            <div key={label}>
              <dt>{label}</dt>
              <dd>{figureText(value, unit)}</dd>
            </div>
          ))}
        </dl>
      )}
      {may && acts.length > 0 && (
        <div className="row tight">
          {acts.map((act) => (
            <Button key={act} size="compact-xs" variant="default" onClick={() => ask(act)}>
              {ACTS[act].does}
            </Button>
          ))}
        </div>
      )}
    </article>
  );
}
