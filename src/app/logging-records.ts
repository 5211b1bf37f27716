/** The log's view of the journal: one line per durable record, ids first, never its payload. */
import type { Recorded } from '#events/record.ts';
import { isIncident } from '#operate/desk-line.ts';
import type { DeskRecord } from '#orders/model.ts';
import type { Log } from './logging.ts';

const SHOWN = ['verdict', 'code', 'outcome', 'reason', 'step', 'op', 'cid', 'from', 'to', 'source'];

export function logRecord(log: Log, record: Recorded<DeskRecord>): void {
  const fields = {
    seq: record.seq,
    message: record.message,
    trade: record.trade,
    actor: record.actor,
    ...shown(record.body),
  };
  if (isIncident({ entry: record })) log.warn(fields, record.kind);
  else log.info(fields, record.kind);
}

function shown(body: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(body).filter(
      ([name, value]) =>
        SHOWN.includes(name) && (typeof value === 'string' || typeof value === 'number'),
    ),
  );
}
