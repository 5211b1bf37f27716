/** How the SQL history is, for pages and commands. */
import { formatInstant } from '#kernel/time.ts';
import type { PartHealth } from '#operate/api/answers.ts';
import type { Part } from '../api/parts.ts';
import type { DeskHistory } from './desk-history.ts';

/** By this name it is rebuilt: `POST /api/v1/health/history/rebuild`. */
export const HISTORY_PART = 'history';

const STATES = {
  starting: 'degraded',
  current: 'ok',
  behind: 'degraded',
  away: 'away',
  refused: 'away',
  busy: 'paused',
  stopped: 'off',
} as const satisfies Readonly<Record<string, PartHealth['state']>>;

const WORDS = {
  starting: 'is being opened',
  current: 'holds every record',
  behind: 'is catching up; searches read the record meanwhile',
  away: 'cannot be reached',
  refused: 'needs a person',
  busy: 'is compared, kept up or emptied',
  stopped: 'is closed',
} as const;

export function historyPart(history: DeskHistory): Part {
  return {
    name: HISTORY_PART,
    kind: 'store',
    health() {
      const { store, state, seq, lagRecords, lagSeconds, error, updatedAt } = history.health();
      const where = store === 'embedded' ? 'the embedded database' : 'PostgreSQL';
      return {
        state: STATES[state],
        detail: error ?? `${where} ${WORDS[state]}`,
        since: updatedAt === null ? null : formatInstant(updatedAt),
        figures: [
          { label: 'newest record', value: seq, unit: 'records' },
          { label: 'behind', value: lagRecords, unit: 'records' },
          { label: 'behind for', value: Math.round(lagSeconds * 1_000), unit: 'ms' },
        ],
      };
    },
    acts: {
      async rebuild() {
        const emptied = await history.rebuild();
        return emptied.ok
          ? { kind: 'done', detail: 'the store is empty and fills again from the record' }
          : { kind: 'refused', code: emptied.error.code, detail: emptied.error.detail };
      },
    },
  };
}
