/** Whether orders are real here, or treated as if they were: then they are confirmed, one by one. */
import { useLive } from '../api/live-store.ts';

export function useAreOrdersReal(): boolean {
  return useLive(({ desk }) => desk !== null && areOrdersReal(desk.environment));
}

/** Of the environment as the badge shows it; the arming of a desk goes by the same. */
function areOrdersReal(environment: string): boolean {
  return /^(?:LIVE|REHEARSAL)/.test(environment);
}
