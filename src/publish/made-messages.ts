/**
 * Messages the desk makes on somebody's word: an order by command, a repair taken by a button.
 *
 * They take the path of any other message. Their ids are derived from what caused them, so that the
 * same act again is the same message; none of them can be an id that a platform gives.
 */
import { type MessageKey, messageKey } from '#kernel/ids.ts';

const COMMAND = 'cmd-';
const REPAIR = 'fix-';

interface Place {
  readonly platform: string;
  readonly channelId: string;
  readonly messageId: string;
}

/** `id`: the platform's own of the command. */
export function commandMessageId(id: string): string {
  return COMMAND + id;
}

export function repairMessageId(messageId: string): string {
  return REPAIR + messageId;
}

/** Whether a platform shows a message of this id. */
export function isShown(messageId: string): boolean {
  return !messageId.startsWith(COMMAND) && !messageId.startsWith(REPAIR);
}

/** The message people see that one of ours goes back to; `null` where there is none. */
export function shownKey({ platform, channelId, messageId }: Place): MessageKey | null {
  if (messageId.startsWith(COMMAND)) return null;
  const shown = messageId.startsWith(REPAIR) ? messageId.slice(REPAIR.length) : messageId;
  return isShown(shown) ? messageKey(platform, channelId, shown) : null;
}
