/** Which interesting thing a record shows. */
import type { DeskEntry } from '#audit/model.ts';
import type { JudgeState } from './judge-state.ts';
import type { Witness } from './witness.ts';

const REPEATED: ReadonlySet<string> = new Set(['duplicate_alert', 'already_open']);

export function markRecord(entry: DeskEntry, state: JudgeState, witness: Witness): void {
  switch (entry.kind) {
    case 'kill_state.changed':
      witness.mark(`kill state ${entry.body.to}`);
      return;
    case 'alert.decided':
      if (REPEATED.has(entry.body.code)) witness.mark('duplicate refused');
      if (entry.body.code === 'author_not_allowed') witness.mark('stranger refused');
      return;
    case 'risk.decided':
      if (entry.body.outcome === 'held') witness.mark('alert held');
      return;
    case 'preview.made':
      witness.mark('dry run previewed');
      return;
    case 'incident.raised':
      if (entry.body.code === 'position_without_order') {
        witness.mark('position without an order told');
      }
      return;
    case 'position.reduced':
      witness.mark('position reduced by other hands');
      return;
    default:
      markOrder(entry, state, witness);
  }
}

function markOrder(entry: DeskEntry, state: JudgeState, witness: Witness): void {
  switch (entry.kind) {
    case 'order.intended': {
      const { op, cid } = entry.body.intent;
      if (op !== 'cancel') state.intendedIn.set(cid, entry.run);
      return;
    }
    case 'order.answered': {
      const { op, cid, answer } = entry.body;
      if (op !== 'cancel' && answer.kind === 'ambiguous') state.ambiguous.add(cid);
      if (op === 'cancel' && answer.kind === 'rejected') {
        state.refusedCancels.set(cid, (state.refusedCancels.get(cid) ?? 0) + 1);
      }
      return;
    }
    case 'order.seen': {
      const { cid, status } = entry.body.sighting;
      if (state.ambiguous.delete(cid)) witness.mark('adopted after an ambiguous answer');
      const run = state.intendedIn.get(cid);
      if (run !== undefined && run !== entry.run) witness.mark('found again after a crash');
      if (status === 'expired') witness.mark('day order ended with the day');
      return;
    }
    case 'order.missed':
      if (state.byCid.has(entry.body.cid)) witness.mark('stale list read');
      return;
    case 'order.ended':
      if (entry.body.end === 'absent') witness.mark('declared absent');
      return;
    default:
  }
}
