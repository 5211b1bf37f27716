/** Attempted acts of people are on record, whatever becomes of them. */
import type { Desk } from '#orders/desk.ts';

export interface Act {
  readonly actor: string;
  readonly reason: string;
}

/** Settles once it is on disk. */
export function noteAct(
  desk: Pick<Desk, 'record' | 'now'>,
  act: string,
  { actor, reason }: Act,
): Promise<void> {
  const body = { act, reason, at: desk.now() };
  return desk.record([{ kind: 'operator.acted', body, actor }], 'sync').durable;
}
