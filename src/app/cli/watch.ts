/** What `strikewire start` shows: where everything is, then a line for everything that happens. */
import { badgeOf, DRY_RUN_BADGE } from '#audit/badge.ts';
import { parseInstant } from '#kernel/time.ts';
import { eventLine, headerText } from '#operate/terminal.ts';
import type { Config } from '../config.ts';
import type { DeskApp } from '../desk-app.ts';
import { isDeskEntry } from '../desk-entry.ts';
import { VERSION } from '../version.ts';
import type { Io } from './io.ts';

export interface Welcome {
  readonly app: DeskApp;
  readonly config: Config;
  readonly url: string;
}

export async function welcome({ app, config, url }: Welcome, io: Io): Promise<void> {
  const { environment, dryRun, market } = config;
  const header = headerText(
    {
      version: VERSION,
      badge: dryRun ? DRY_RUN_BADGE : badgeOf(environment),
      page: url,
      market:
        market.source === 'recorded' ? 'a recorded day' : `simulated from seed ${market.seed}`,
      dataDirectory: app.directory,
    },
    io.palette,
  );
  await io.print(header);
  if (app.torn === null) return;
  const { segment, offset, copy } = app.torn;
  io.note(
    `The last run stopped in the middle of a record: ${segment} ends at byte ${offset} now; `,
  );
  io.note(`the incomplete rest is kept in ${copy}.\n`);
}

/** Routine that says nothing new: the audit has it. */
const ROUTINE: ReadonlySet<string> = new Set(['notice.delivered', 'reconcile.passed']);

/** One line on the terminal for each record, once it is on disk. */
export function watchDesk(app: DeskApp, io: Io): void {
  app.journal.onDurable((record) => {
    // The audit has taken the record before any listener of ours hears of it.
    const [row] = app.audit.recent(1);
    if (row?.seq !== record.seq || ROUTINE.has(row.kind) || !isDeskEntry(record)) return;
    const isFill = record.kind === 'order.seen' && record.body.sighting.fills.length > 0;
    const line = eventLine(
      {
        at: parseInstant(row.at) ?? record.wall,
        kind: isFill ? 'order.filled' : row.kind,
        badge: row.badge,
        subject: row.contract ?? '',
        text: row.text,
      },
      io,
    );
    void io.print(line);
  });
}
