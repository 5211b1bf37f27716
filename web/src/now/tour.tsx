/** First minutes with a simulated desk: four steps, ticked off as they happen. */
import { Button } from '@mantine/core';
import { useState } from 'react';
import { useLive } from '../api/live-store.ts';

const DISMISSED = 'strikewire-tour-over';

interface Step {
  readonly name: string;
  readonly help: string;
  readonly isDone: boolean;
}

export function Tour() {
  const [isOver, setOver] = useState(() => localStorage.getItem(DISMISSED) !== null);
  const steps = useSteps();
  if (isOver) return null;
  const next = steps.find(({ isDone }) => !isDone);
  const dismiss = () => {
    localStorage.setItem(DISMISSED, 'yes');
    setOver(true);
  };
  return (
    <section className="panel" aria-label="First steps">
      <div className="panel-head">
        <h2 className="grow">
          First steps · everything here is simulated, no order leaves this machine
        </h2>
        <Button size="compact-sm" variant="default" onClick={dismiss}>
          {next === undefined ? 'Done' : 'Not now'}
        </Button>
      </div>
      <ol className="tour">
        {steps.map((step) => (
          <li key={step.name} className={step === next ? 'next' : ''}>
            <span className={step.isDone ? 'good' : 'quiet'} aria-hidden>
              {step.isDone ? '✓' : '○'}
            </span>
            <span>
              <strong>{step.name}</strong>
              {step.isDone && <span className="hidden"> (done)</span>}
              <span className="quiet"> {step.help}</span>
              {step === next && step === steps[0] && <ShowForm />}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** On a phone the form is a long way down. */
function ShowForm() {
  const show = () => {
    const field = document.querySelector<HTMLElement>('#send textarea');
    field?.focus();
    field?.scrollIntoView({ block: 'center' });
  };
  return (
    <Button size="compact-xs" variant="default" onClick={show}>
      Show me
    </Button>
  );
}

function useSteps(): readonly Step[] {
  const own = useLive(({ messages }) =>
    [...messages.values()].find(
      ({ author, channel }) => author.id === 'operator' && channel === 'local',
    ),
  );
  const trade = useLive(({ trades }) => trades.get(own?.tradeId ?? ''));
  const hasStopped = useLive(({ desk }) => desk !== null && desk.killState !== 'ACTIVE');
  const [hasTried, setTried] = useState(false);
  if (hasStopped && !hasTried) setTried(true);
  return [
    {
      name: 'Send an alert.',
      help: 'Press “Make me an example”, then “Send”.',
      isDone: own !== undefined,
    },
    {
      name: 'See what was decided.',
      help: 'Under the form: what was read, checked and sized.',
      isDone: own !== undefined && own.verdict !== null,
    },
    {
      name: 'Follow the trade.',
      help: 'The entry is moved a tick at a time, then taken back; a fill gets its exit.',
      isDone: trade !== undefined && trade.entry.status !== 'open',
    },
    {
      name: 'Stop the desk.',
      help: 'Halt, at the top right, or Shift+H; then resume.',
      isDone: hasTried,
    },
  ];
}
