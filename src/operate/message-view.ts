/** One message as JSON. */
import type { MessageStory } from '#audit/model.ts';
import { type EpochMs, formatInstant } from '#kernel/time.ts';
import { toAlertJson } from './answer-json.ts';
import type { MessageView } from './api.ts';

export function toMessageView(story: MessageStory): MessageView {
  const { message, reading } = story;
  const alert = reading?.alert ?? null;
  return {
    key: story.key,
    seq: story.seq,
    author: { id: message.author.id, name: message.author.displayName },
    platform: message.platform,
    channel: message.channelId,
    text: message.text,
    postedAt: formatInstant(message.postedAt),
    receivedAt: formatInstant(message.receivedAt),
    relation: message.relation,
    badge: story.badge,
    outcome: story.outcome,
    verdict: story.verdict,
    code: story.code,
    detail: story.detail,
    spans: reading?.spans ?? {},
    alert: alert === null ? null : toAlertJson(alert),
    understood: story.understood,
    gates: story.gates,
    sizing: story.sizing,
    repairs: story.repairs,
    candidates: story.candidates,
    tradeId: story.tradeId,
    editedAt: instant(story.editedAt),
    deletedAt: instant(story.deletedAt),
  };
}

function instant(at: EpochMs | null): string | null {
  return at === null ? null : formatInstant(at);
}
