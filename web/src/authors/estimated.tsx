/** A mean with its interval and the number it is counted over; a dash where nothing is known. */
import type { Estimate } from '../api/types.ts';
import { type EstimateKind, estimated } from './estimate-text.ts';

interface EstimatedProps {
  readonly estimate: Estimate;
  readonly as: EstimateKind;
}

export function Estimated({ estimate, as }: EstimatedProps) {
  const { n, mean, low, high } = estimate;
  if (mean === null) return <span className="quiet">–</span>;
  return (
    <span className="nowrap">
      {estimated(mean, as)}
      <span className="quiet small block">
        {low !== null && high !== null && ` [${estimated(low, as)}, ${estimated(high, as)}]`} n={n}
      </span>
    </span>
  );
}
