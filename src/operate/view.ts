/**
 * The live view of the desk: what was told, as JSON for the page and for HTTP.
 *
 * In    every record as told, from the first; a start replays the journal through here.
 * Out   a snapshot at any time, and each change to whoever listens.
 * Rule  deterministic and bounded; a change is rendered only when somebody listens, so a replay of
 *       the whole journal costs next to nothing here.
 */
import type { MessageStory, Told, TradeStory } from '#audit/model.ts';
import { type Clock, formatInstant } from '#kernel/time.ts';
import type { DeskLine, DeskUpdate, IncidentView, JournalView } from './api.ts';
import { DESK_AT_FIRST, foldDesk, isIncident } from './desk-line.ts';
import { toMessageView } from './message-view.ts';
import type { DeskFeed } from './ports.ts';
import { createMessageShelf, createTradeShelf, type Shown } from './shelves.ts';
import { toTradeView } from './trade-view.ts';

const INCIDENTS_MAX = 50;

export interface DeskView extends DeskFeed {
  /** Takes every record in its turn. */
  take(told: Told): void;
}

export interface ViewSources {
  readonly clock: Pick<Clock, 'now'>;
  /** How the journal is; `null` when it cannot be asked. */
  readonly journal: () => JournalView | null;
}

interface Change {
  readonly message: Shown<MessageStory> | null;
  readonly trade: Shown<TradeStory> | null;
  readonly incident: IncidentView | null;
  readonly desk: DeskLine | null;
}

export function createDeskView({ clock, journal }: ViewSources): DeskView {
  const messages = createMessageShelf();
  const trades = createTradeShelf();
  const incidents: IncidentView[] = [];
  const listeners = new Set<(update: DeskUpdate) => void>();
  let standing = DESK_AT_FIRST;
  let seq = 0;

  function deskLine(): DeskLine {
    return { ...standing, seq, clock: formatInstant(clock.now()), journal: journal() };
  }

  function takeIncident(told: Told): IncidentView | null {
    if (!isIncident(told)) return null;
    const incident = incidentOf(told);
    incidents.push(incident);
    if (incidents.length > INCIDENTS_MAX) incidents.shift();
    return incident;
  }

  return {
    take(told) {
      ({ seq } = told.entry);
      const before = told.trade === null ? null : (trades.get(told.trade.id)?.story ?? null);
      const was = standing;
      standing = foldDesk(was, told, before);
      const message = messages.take(told);
      const linked = told.message === null ? null : messages.get(told.message.key);
      const trade = trades.take(told, linked);
      const incident = takeIncident(told);
      if (listeners.size === 0) return;
      const desk = standing === was ? null : deskLine();
      for (const update of updatesOf({ message, trade, incident, desk }, seq)) {
        for (const listener of listeners) listener(update);
      }
    },
    snapshot: () => ({
      desk: deskLine(),
      messages: messages.newestFirst().map(({ story }) => toMessageView(story)),
      trades: trades.openFirst().map(({ story, timeline }) => toTradeView(story, timeline)),
      incidents: incidents.toReversed(),
    }),
    onUpdate(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function updatesOf({ message, trade, incident, desk }: Change, seq: number): DeskUpdate[] {
  const updates: DeskUpdate[] = [];
  if (message !== null) {
    updates.push({ kind: 'message', seq, message: toMessageView(message.story) });
  }
  if (trade !== null) {
    updates.push({ kind: 'trade', seq, trade: toTradeView(trade.story, trade.timeline) });
  }
  if (incident !== null) updates.push({ kind: 'incident', seq, incident });
  if (desk !== null) updates.push({ kind: 'desk', seq, desk });
  return updates;
}

function incidentOf({ entry, text, trade }: Told): IncidentView {
  const code = entry.kind === 'incident.raised' ? entry.body.code : entry.kind.replace('.', '_');
  return {
    seq: entry.seq,
    at: formatInstant(entry.wall),
    code,
    text,
    tradeId: trade?.id ?? null,
  };
}
