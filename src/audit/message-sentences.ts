/** What was written, what was understood, what risk said: one sentence per record. */
import { words } from '#kernel/text.ts';
import { countOf } from '#market/contract-name.ts';
import { gateResults } from '#risk/model.ts';
import type { BodyOf, ByKind } from './by-kind.ts';
import { quoted } from './mask.ts';
import type { MessageStory } from './model.ts';
import { atTerms, instruction } from './phrases.ts';

interface MessageNarration {
  readonly message: MessageStory | null;
}

export const MESSAGE_SENTENCES: ByKind<
  | 'message.received'
  | 'message.redelivered'
  | 'message.edited'
  | 'message.deleted'
  | 'alert.decided'
  | 'risk.decided'
  | 'preview.made',
  MessageNarration,
  string
> = {
  'message.received': ({ body }) => received(body),
  'message.redelivered': () => 'The same message came again: one message never acts twice.',
  'message.edited': ({ body }) =>
    `The message was edited to “${quoted(body.text)}”: an edit never trades.`,
  'message.deleted': () => 'The message was deleted.',
  'alert.decided': ({ body }) => decided(body),
  'risk.decided': ({ body }) => judged(body),
  'preview.made': ({ body }, { message }) => previewed(body, message?.preview?.contract ?? ''),
};

function received({ message }: BodyOf<'message.received'>): string {
  const { author, relation } = message;
  const verb = relation === 'initial' ? 'wrote' : `wrote (${relation})`;
  const kind = author.kind === 'person' ? '' : ` (${author.kind})`;
  return `${quoted(author.displayName, 40)}${kind} ${verb}: “${quoted(message.text)}”`;
}

function decided(body: BodyOf<'alert.decided'>): string {
  const { verdict, code, alert } = body;
  const detail = quoted(body.detail, 400);
  switch (verdict) {
    case 'order':
    case 'exit':
      return alert === null
        ? `Understood as an exit. ${detail}`
        : `Understood as ${instruction(alert)}.`;
    case 'update':
      return `Speaks of an open trade, nothing to order (${code}). ${detail}`;
    case 'chatter':
      return `Nothing to do (${code}). ${detail}`;
    case 'refused':
      return `Refused (${code}). ${detail}${choices(body)}`;
  }
}

function choices({ candidates, repairs }: BodyOf<'alert.decided'>): string {
  const shown = candidates.slice(0, 5).map((candidate) => quoted(candidate, 60));
  const more = candidates.length > 5 ? ` and ${candidates.length - 5} more` : '';
  const choice = shown.length === 0 ? '' : ` Could be: ${shown.join(', ')}${more}.`;
  const [repair] = repairs;
  return repair === undefined ? choice : `${choice} Suggested: “${quoted(repair.text)}”.`;
}

function judged({ outcome, code, gates, sizing }: BodyOf<'risk.decided'>): string {
  if (outcome === 'approved') {
    const size = sizing === null ? '' : ` ${sizing.quantity} (${sizing.bound})`;
    return `Risk approved${size} after ${gates.length} gates.`;
  }
  const stopped = gateResults(gates).find((gate) => gate.outcome !== 'pass');
  const verb = outcome === 'held' ? 'Risk holds it for an operator' : 'Risk refused';
  return `${verb} (${code}): ${quoted(stopped?.detail ?? words(code), 400)}.`;
}

function previewed({ plan, close }: BodyOf<'preview.made'>, contract: string): string {
  if (plan !== null) {
    const at = atTerms({ kind: 'limit', limit: plan.limit });
    const what = `${countOf(plan.instrument, plan.quantity)} of ${contract}`;
    return `Dry run: would buy ${what} ${at}. Nothing was sent.`;
  }
  if (close !== null) {
    const at = atTerms({ kind: 'limit', limit: close.limit });
    return `Dry run: would sell ${close.quantity} ${at} to close. Nothing was sent.`;
  }
  return 'Dry run: there is nothing to send.';
}
