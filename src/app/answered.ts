/** Which messages are answered in their channel. */
import type { MessageStory } from '#audit/model.ts';

const MISSED_MS = 10 * 60_000;

/**
 * What is acted on or held is always answered, and a refused instruction of somebody who may alert.
 * Strangers, bots and copies are met with silence: a public room need not learn what would work.
 */
export function isAnswered({ outcome, code, message }: MessageStory): boolean {
  if (outcome === 'received' || outcome === 'ignored') return false;
  if (outcome !== 'refused') return true;
  // After an outage the channel is not told one by one what nobody waits for any more.
  if (code === 'too_old') return message.receivedAt - message.postedAt < MISSED_MS;
  return code === null || !/^(?:channel_|author_|is_|duplicate_message)/.test(code);
}
