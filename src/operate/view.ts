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
import {
  DESK_AT_FIRST,
  foldDesk,
  isIncident,
  restoreStanding,
  type SavedStanding,
  saveStanding,
} from './desk-line.ts';
import { toMessageView } from './message-view.ts';
import type { DeskFeed } from './ports.ts';
import {
  createMessageShelf,
  createTradeShelf,
  type MessageShelf,
  type Shown,
  type TradeShelf,
} from './shelves.ts';
import { toTradeView } from './trade-view.ts';

const INCIDENTS_MAX = 50;

export interface DeskView extends DeskFeed {
  /** Takes every record in its turn. */
  take(told: Told): void;
  /** Sequence number of the last record taken. */
  seq(): number;
  /** Of the snapshot, for those who need no more of it. */
  desk(): DeskLine;
  /** The same. Newest first. */
  incidents(): readonly IncidentView[];
  save(): SavedView;
  /** Of a new view, in place of the records that made what was saved. */
  restore(saved: SavedView): void;
}

/** What the view has made of the records so far, as plain data. */
export interface SavedView {
  readonly messages: ReturnType<MessageShelf['save']>;
  readonly trades: ReturnType<TradeShelf['save']>;
  readonly incidents: readonly IncidentView[];
  readonly standing: SavedStanding;
  readonly seq: number;
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
    const noted = acknowledged(told, incidents);
    if (noted !== null) incidents.splice(noted.at, 1, noted.incident);
    if (noted !== null || !isIncident(told)) return noted?.incident ?? null;
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
    seq: () => seq,
    desk: deskLine,
    incidents: () => incidents.toReversed(),
    save: () => ({
      messages: messages.save(),
      trades: trades.save(),
      incidents: [...incidents],
      standing: saveStanding(standing),
      seq,
    }),
    restore(saved) {
      messages.restore(saved.messages);
      trades.restore(saved.trades);
      incidents.push(...saved.incidents);
      standing = restoreStanding(saved.standing);
      ({ seq } = saved);
    },
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

const ACKNOWLEDGED = /^incident (?<seq>\d{1,15}) acknowledged$/;

/** The act on record by which a person takes note of an incident. */
export function acknowledgingOf(incident: number): string {
  return `incident ${incident} acknowledged`;
}

/** The incident a record takes note of, as it stands after it. */
function acknowledged(
  { entry }: Told,
  incidents: readonly IncidentView[],
): { readonly at: number; readonly incident: IncidentView } | null {
  if (entry.kind !== 'operator.acted') return null;
  const seq = ACKNOWLEDGED.exec(entry.body.act)?.groups?.['seq'];
  const at = seq === undefined ? -1 : incidents.findIndex((one) => one.seq === Number(seq));
  const incident = incidents[at];
  if (incident === undefined) return null;
  const by = { by: entry.actor, at: formatInstant(entry.wall), note: entry.body.reason };
  return { at, incident: { ...incident, acknowledged: by } };
}

function incidentOf({ entry, text, trade }: Told): IncidentView {
  const code = entry.kind === 'incident.raised' ? entry.body.code : entry.kind.replace('.', '_');
  return {
    seq: entry.seq,
    at: formatInstant(entry.wall),
    code,
    text,
    tradeId: trade?.id ?? null,
    acknowledged: null,
  };
}
