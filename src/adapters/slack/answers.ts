/**
 * Answers that one person alone sees.
 *
 * An answer to a press under such an answer takes its place. Under a post for all, and to a
 * command, Slack lets the next answer only follow: `replace_original` would change the post
 * itself, and does nothing for a command (slackapi/bolt-js #2287).
 */
import type { Button, PlatformProblem } from '#publish/ports.ts';
import { problemOf } from './failures.ts';
import type { AnswerPlace } from './interactions.ts';
import type { Web } from './web.ts';
import { worded } from './wording.ts';

export type AnswerTo = (
  place: AnswerPlace,
) => (text: string, buttons?: readonly Button[]) => Promise<void>;

export function createAnswers(web: Web, onProblem: (problem: PlatformProblem) => void): AnswerTo {
  return ({ url, replaces, channelId, userId }) =>
    async (text, buttons = []) => {
      const words = worded(text, buttons);
      const body = { response_type: 'ephemeral', replace_original: replaces, ...words };
      if (url !== null && (await web.answer(url, body))) return;
      const address = { channel: channelId, user: userId };
      const call = await web.call('chat.postEphemeral', { ...address, ...words });
      if (call.kind !== 'refused') return;
      const known = problemOf('chat.postEphemeral', call, channelId);
      const detail = `An answer could not be given in ${channelId}: ${call.error}.`;
      onProblem(known ?? { code: 'answer_undeliverable', detail, fatal: false });
    };
}
