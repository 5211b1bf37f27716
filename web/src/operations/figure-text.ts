/** How a figure of a part's health reads. */
import type { PartHealth } from '../api/types.ts';
import { bytes, count } from '../parts/format.ts';

type Unit = PartHealth['figures'][number]['unit'];

export function figureText(value: number | null, unit: Unit): string {
  if (value === null) return 'not known';
  switch (unit) {
    case 'bytes':
      return bytes(value);
    case 'ms':
      return value >= 10_000 ? `${(value / 1000).toFixed(1)} s` : `${rounded(value)} ms`;
    case 'per_second':
      return `${rounded(value)} a second`;
    case 'percent':
      return `${rounded(value)} %`;
    case 'count':
    case 'records':
      return count(Math.round(value));
  }
}

function rounded(value: number): string {
  return Number.isInteger(value) ? count(value) : value.toFixed(1);
}
