/** What a draft may hold, beyond what its type can say. */
import { invariant } from '#kernel/invariant.ts';
import type { Draft } from './record.ts';

/** Throws an invariant for what the envelope has no room for: nothing is left out unseen. */
export function checkDraft(draft: Draft): void {
  const { kind, actor, trade, message } = draft;
  invariant(
    typeof kind === 'string' && typeof actor === 'string',
    'a draft has a kind and an actor, each a text',
  );
  const fields = 3 + (trade === undefined ? 0 : 1) + (message === undefined ? 0 : 1);
  invariant(
    Object.keys(draft).length === fields,
    () =>
      `a draft has kind, body, actor, trade and message alone, was ${Object.keys(draft).join(', ')}`,
  );
}
