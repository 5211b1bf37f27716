/** What waits for a person: held alerts, trades that stand still, incidents nobody has noted. */
import type { LiveState } from '../api/live-state.ts';
import { sentence } from '../parts/format.ts';
import { alertPath, tradePath } from '../shell/paths.ts';

export interface Call {
  readonly key: string;
  readonly at: string;
  readonly kind: 'held' | 'trade' | 'incident';
  readonly title: string;
  readonly detail: string;
  /** The page that tells more; `null` when there is none. */
  readonly path: string | null;
  /** Sequence number of the incident, for taking note of it. */
  readonly seq: number;
}

type Watched = Pick<LiveState, 'messages' | 'trades' | 'incidents'>;

/**
 * Numbers of the incidents like this one, newest first: told at the newest of them alone, and none
 * where it is the only one.
 */
export function incidentsLike(call: Call, calls: readonly Call[]): readonly number[] {
  if (call.kind !== 'incident') return [];
  const alike = calls.filter(({ kind, title }) => kind === 'incident' && title === call.title);
  return alike.length > 1 && alike[0]?.seq === call.seq ? alike.map(({ seq }) => seq) : [];
}

/** Newest first. */
export function needsPerson({ messages, trades, incidents }: Watched): readonly Call[] {
  const calls: Call[] = [];
  for (const message of messages.values()) {
    if (message.outcome !== 'held') continue;
    calls.push({
      key: message.key,
      at: message.receivedAt,
      kind: 'held',
      title: `Held: ${message.understood ?? message.text}`,
      detail: message.detail,
      path: alertPath(message.key),
      seq: message.seq,
    });
  }
  for (const trade of trades.values()) {
    if (trade.attention === null || trade.phase === 'done') continue;
    calls.push({
      key: trade.id,
      at: trade.openedAt,
      kind: 'trade',
      title: trade.contract,
      detail: `${sentence(trade.attention)}: it waits until a person has looked at it.`,
      path: tradePath(trade.id),
      seq: trade.seq,
    });
  }
  for (const incident of incidents) {
    if (incident.acknowledged !== null && incident.acknowledged !== undefined) continue;
    calls.push({
      key: `incident ${incident.seq}`,
      at: incident.at,
      kind: 'incident',
      title: incident.code,
      detail: incident.text,
      path: incident.tradeId === null ? null : tradePath(incident.tradeId),
      seq: incident.seq,
    });
  }
  return calls.toSorted((a, b) => Date.parse(b.at) - Date.parse(a.at));
}
