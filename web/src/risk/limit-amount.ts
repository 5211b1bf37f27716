/** How the amount of a limit reads. */
import type { LimitView } from '../api/types.ts';
import { dollars, span } from '../parts/format.ts';

const NEARLY = 0.8;

export function limitAmount(amount: string, unit: LimitView['unit']): string {
  switch (unit) {
    case 'dollars':
      return dollars(amount);
    case 'percent':
      return amount.endsWith('%') ? amount : `${amount} %`;
    case 'ms':
      return /^\d+$/.test(amount) ? span(Number(amount)) : amount;
    case 'count':
    case 'price':
      return amount;
  }
}

/** From four fifths on a limit warns; at all of it, it stops. */
export function shareTone(share: number | null): 'good' | 'warn' | 'bad' {
  if (share === null || share < NEARLY) return 'good';
  return share < 1 ? 'warn' : 'bad';
}
