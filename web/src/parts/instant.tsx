/** An instant: New York's time, this machine's on hover. */
import { dayAndTime, localTime, time } from './format.ts';

interface InstantProps {
  readonly at: string | null;
  /** `time` alone, or with its day. */
  readonly as?: 'time' | 'whole';
}

export function Instant({ at, as = 'time' }: InstantProps) {
  if (at === null) return <span className="quiet">–</span>;
  return (
    <time dateTime={at} title={`${localTime(at)} where you are`} className="nowrap">
      {as === 'time' ? time(at) : dayAndTime(at)}
    </time>
  );
}
