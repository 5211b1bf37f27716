/** Which messages are answered in their channel. */
import type { MessageStory } from '#audit/model.ts';

/**
 * What is acted on or held is always answered, and a refused instruction of somebody who may alert.
 * Strangers, bots and copies are met with silence: a public room need not learn what would work.
 */
export function isAnswered({ outcome, code }: MessageStory): boolean {
  if (outcome === 'received' || outcome === 'ignored') return false;
  if (outcome !== 'refused') return true;
  return code === null || !/^(?:channel_|author_|is_|duplicate_message)/.test(code);
}
