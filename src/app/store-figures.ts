/** How far the stores are behind, as the alarms look at it. */
import type { AlarmFigures } from '#operate/alarms/table.ts';
import type { DeskBus } from './bus/desk-bus.ts';
import type { DeskHistory } from './history/desk-history.ts';

/** Without Redis the bus is this process itself. */
export function storeFigures(
  history: Pick<DeskHistory, 'health'> | null,
  bus: Pick<DeskBus, 'figures'>,
): Partial<AlarmFigures> {
  const historyLagSeconds = history?.health().lagSeconds ?? null;
  const health = bus.figures()?.health;
  if (health === undefined || health.store.kind === 'memory') return { historyLagSeconds };
  const { memoryBytes: used, memoryMaxBytes: most } = health.store;
  const isBounded = used !== null && most !== null && most > 0;
  return {
    historyLagSeconds,
    busLagSeconds: health.follower.lagMs / 1_000,
    redisMemoryPercent: isBounded ? (100 * used) / most : null,
  };
}
