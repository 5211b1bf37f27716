/** What `strikewire start` shows: where everything is, then a line for everything that happens. */

import { resolve } from 'node:path';
import { isPageBuilt } from '#adapters/http/page-files.ts';
import { DRY_RUN_BADGE, deskBadge } from '#audit/badge.ts';
import { type EpochMs, parseInstant } from '#kernel/time.ts';
import { marketTime } from '#market/market-time.ts';
import { newYorkDate } from '#market/session.ts';
import { eventLine, headerText } from '#operate/terminal.ts';
import { PAGE } from '../api/desk-server.ts';
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
  const { environment, dryRun, data } = config;
  const header = headerText(
    {
      version: VERSION,
      badge: dryRun ? DRY_RUN_BADGE : deskBadge(environment, config.tastytrade.account),
      page: url,
      market: `${sourceOf(config)}; the desk's clock: ${clockOf(app.clock.now())}, New York`,
      dataDirectory: app.directory,
      option: data.directory === resolve('data') ? '' : ` --data ${data.directory}`,
    },
    io.palette,
  );
  await io.print(header);
  if (!isPageBuilt(PAGE)) io.note('The page is not built: npm run build:web, then start again.\n');
  if (app.torn === null) return;
  const { segment, offset, copy } = app.torn;
  io.note(
    `The last run stopped in the middle of a record: ${segment} ends at byte ${offset} now; `,
  );
  io.note(`the incomplete rest is kept in ${copy}.\n`);
}

/** A demonstration runs in market hours, whatever the time is (ADR 5). */
function clockOf(at: EpochMs): string {
  return `${newYorkDate(at)} ${marketTime(at)}`;
}

function sourceOf({ market, environment, tastytrade }: Config): string {
  if (environment !== 'simulated')
    return `tastytrade, account ****${tastytrade.account?.slice(-4)}`;
  return market.source === 'recorded'
    ? 'a recorded day of SPX options'
    : `simulated from seed ${market.seed}`;
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
