/**
 * What the buttons under an alert's answer do.
 *
 * fix   the repaired text takes the whole path as a message of whoever pressed. Its key follows
 *       from the repaired message's, so that it is taken once, whoever presses how often.
 * keep, drop   the author of an edited alert, or somebody who may operate, says what becomes of
 *       its entry.
 */
import { permissionsOf } from '#alerts/admission.ts';
import type { ChatMessage } from '#alerts/model.ts';
import type { AlertSettings } from '#alerts/settings.ts';
import { type MessageKey, messageKey } from '#kernel/ids.ts';
import { words } from '#kernel/text.ts';
import type { DeskControl } from '#operate/ports.ts';
import type { Desk } from '#orders/desk.ts';
import { type AlertAct, EDIT_KEPT } from '#publish/alert-buttons.ts';
import { repairMessageId } from '#publish/made-messages.ts';
import { isEditedWhileEntering, type Outbox } from '#publish/outbox.ts';
import type { Press } from '#publish/ports.ts';
import type { AlertLane } from '../lane/alert-lane.ts';
import { recordableText } from '../recordable-text.ts';

/** A repair is for the market it was proposed in. */
const REPAIR_WITHIN_MS = 120_000;

export interface AlertActsParts {
  readonly desk: Desk;
  readonly lane: Pick<AlertLane, 'take'>;
  readonly control: Pick<DeskControl, 'cancelEntry'>;
  readonly outbox: Pick<Outbox, 'about'>;
  readonly settings: () => AlertSettings;
}

const TOO_LATE = 'This came too late: say it anew.';
const NOT_YOURS = 'This is for people who may.';
const OVER = 'There is nothing left to decide.';

/** What the person who pressed is told. */
export async function actOnAlert(
  parts: AlertActsParts,
  press: Press,
  { act, key }: { readonly act: AlertAct; readonly key: MessageKey },
): Promise<string> {
  const about = parts.outbox.about(key);
  if (about === null || about.message.message.platform !== press.platform) return TOO_LATE;
  const { message, trade } = about;
  if (act === 'fix') {
    const repair = message.outcome === 'refused' ? message.repairs[0] : undefined;
    if (repair === undefined) return OVER;
    return takeRepair(parts, press, { original: message.message, text: repair.text });
  }
  if (!mayDecide(parts, press, message.message)) return NOT_YOURS;
  if (trade === null || !isEditedWhileEntering(message, trade)) return OVER;
  const actor = `${press.platform}:${press.by.id}`;
  if (act === 'keep') {
    const body = { act: EDIT_KEPT, reason: message.editedText ?? '', at: parts.desk.now() };
    const draft = { kind: 'operator.acted', body, actor, message: key, trade: trade.id } as const;
    await parts.desk.record([draft], 'sync').durable;
    return 'The entry is kept as it was first said.';
  }
  const outcome = await parts.control.cancelEntry(trade.id, actor, 'the alert was edited');
  return outcome.detail;
}

async function takeRepair(
  { desk, lane, settings }: AlertActsParts,
  { platform, by, at }: Press,
  { original, text }: { readonly original: ChatMessage; readonly text: string },
): Promise<string> {
  const { channelId } = original;
  const author = { ...by, kind: 'person' } as const;
  if (!permissionsOf({ platform, author }, settings()).has('alert')) return NOT_YOURS;
  if (desk.now() > original.postedAt + REPAIR_WITHIN_MS) return TOO_LATE;
  const messageId = repairMessageId(original.messageId);
  const answer = await lane.take({
    key: messageKey(platform, channelId, messageId),
    ...{ platform, channelId, messageId, author, text: recordableText(text) },
    ...{ postedAt: at, receivedAt: desk.now(), relation: 'initial', dryRun: original.dryRun },
  }).answer;
  const { code, detail, tradeId, orders } = answer;
  if (code === 'duplicate_message') return 'This was taken before.';
  return tradeId === null && orders.length === 0
    ? `Refused (${words(code)}): ${detail}`
    : `Taken: ${text}`;
}

function mayDecide({ settings }: AlertActsParts, { platform, by }: Press, alert: ChatMessage) {
  if (alert.platform === platform && alert.author.id === by.id) return true;
  const author = { ...by, kind: 'person' } as const;
  const permissions = permissionsOf({ platform, author }, settings());
  return permissions.has('operate') || permissions.has('admin');
}
