/**
 * The latest values of the desk, for the bus: what the page shows, by key.
 *
 * Changes wait here as signals do: the newest of each key counts, and when more keys wait than
 * there is room for, everything is given again instead.
 */

import type { ValueSource } from '#bus/follower.ts';
import type { HotChange } from '#bus/model.ts';
import { createQueue, type QueueFigures } from '#bus/queue.ts';
import type { Cancel } from '#kernel/time.ts';
import type { DeskLine, DeskSnapshot, DeskUpdate, TradeView } from '#operate/api.ts';
import type { DeskFeed } from '#operate/ports.ts';
import { STATUS, TABLES, type Table } from './tables.ts';

export interface DeskValuesParts {
  readonly feed: DeskFeed;
  /** Live quotes by symbol, ready for JSON. */
  readonly quotes: () => Readonly<Record<string, unknown>>;
  /** What the desk says of itself, ready to be written. */
  readonly status: () => string;
  readonly limit: number;
  /** The status is gone when it was not renewed for so long. */
  readonly statusMs: number;
}

export interface DeskValues extends ValueSource {
  readonly figures: () => QueueFigures;
  /** Everything is given again at the next change. */
  readonly renew: () => void;
  readonly close: Cancel;
}

type Cell = readonly [table: Table, key: string, value: unknown];

export function createDeskValues(parts: DeskValuesParts): DeskValues {
  const { feed, limit } = parts;
  const queue = createQueue({ traffic: 'signal', limit });
  let isOver = false;
  const close = feed.onUpdate((update) => {
    for (const [table, key, value] of cellsOf(update)) {
      const text = JSON.stringify(value);
      if (queue.offer(`${table} ${key}`, { table, key, text }) === 'full') isOver = true;
    }
  });

  /** Every time, because they change without a record. */
  function always(): readonly HotChange[] {
    return [
      wholeTable('quotes', Object.entries(parts.quotes())),
      {
        table: STATUS,
        put: { desk: parts.status() },
        remove: [],
        whole: false,
        idleMs: parts.statusMs,
      },
    ];
  }

  return {
    whole() {
      isOver = false;
      queue.take(limit);
      return [...wholeOf(feed.snapshot()), ...always()];
    },
    changed() {
      const waiting = queue.take(limit);
      if (isOver) return null;
      return [...changesOf(waiting.map(([, cell]) => cell)), ...always()];
    },
    figures: () => queue.figures(),
    renew() {
      isOver = true;
    },
    close,
  };
}

function wholeOf(snapshot: DeskSnapshot): readonly HotChange[] {
  const { desk, messages, trades, incidents } = snapshot;
  const rows: readonly (readonly [Table, readonly (readonly [string, unknown])[]])[] = [
    // Oldest first, so that the newest are written last.
    ['messages', messages.toReversed().map((message) => [message.key, message])],
    ['trades', trades.toReversed().map((trade) => [trade.id, trade])],
    ['positions', trades.flatMap((trade) => (trade.held === 0 ? [] : [positionOf(trade)]))],
    ['incidents', incidents.toReversed().map((one) => [String(one.seq), one])],
    ['desk', deskCells(desk)],
  ];
  return rows.map(([name, cells]) => wholeTable(name, cells));
}

function cellsOf(update: DeskUpdate): readonly Cell[] {
  switch (update.kind) {
    case 'message':
      return [['messages', update.message.key, update.message]];
    case 'trade': {
      const [key, position] = positionOf(update.trade);
      const held = update.trade.held === 0 ? null : position;
      return [
        ['trades', update.trade.id, update.trade],
        ['positions', key, held],
      ];
    }
    case 'incident':
      return [['incidents', String(update.incident.seq), update.incident]];
    case 'desk':
      return deskCells(update.desk).map(([key, value]): Cell => ['desk', key, value]);
  }
}

function changesOf(cells: readonly Readonly<Record<string, string>>[]): readonly HotChange[] {
  return TABLES.flatMap((name) => {
    const own = cells.filter((cell) => cell['table'] === name);
    if (own.length === 0) return [];
    const kept = own.filter(({ text }) => text !== 'null');
    const gone = own.filter(({ text }) => text === 'null');
    return [
      {
        ...{ table: name, whole: false, idleMs: null },
        put: Object.fromEntries(kept.map(({ key = '', text = '' }) => [key, text])),
        remove: gone.map(({ key = '' }) => key),
      },
    ];
  });
}

function positionOf(trade: TradeView): readonly [string, unknown] {
  const { id, symbol, contract, badge, held, entry } = trade;
  return [id, { trade: id, symbol, contract, badge, held, averagePrice: entry.averagePrice }];
}

function deskCells(desk: DeskLine): readonly (readonly [string, unknown])[] {
  const { killState, killReason, account } = desk;
  return [
    ['line', desk],
    ['kill', { state: killState, reason: killReason }],
    ['account', account],
  ];
}

function wholeTable(name: Table, cells: readonly (readonly [string, unknown])[]): HotChange {
  const put = Object.fromEntries(cells.map(([key, value]) => [key, JSON.stringify(value)]));
  return { table: name, put, remove: [], whole: true, idleMs: null };
}
