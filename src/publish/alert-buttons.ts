/**
 * Buttons about one alert: take the repair, or say what becomes of an entry whose alert was edited.
 *
 * A button names the message and nothing else: what is done is read from the record when it is
 * pressed, and who may is asked then.
 */
import { asMessageKey, type MessageKey } from '#kernel/ids.ts';
import type { Button } from './ports.ts';

/** fix: take the repair · keep: leave the edited alert's entry working · drop: take it back. */
export const ALERT_ACTS = ['fix', 'keep', 'drop'] as const;
export type AlertAct = (typeof ALERT_ACTS)[number];

const LABELS = {
  fix: ['Take this instead', 'primary'],
  keep: ['Keep the entry', 'plain'],
  drop: ['Take the entry back', 'danger'],
} as const satisfies Record<AlertAct, readonly [string, Button['style']]>;

/** What an act is called on record when somebody decided to keep an edited alert's entry. */
export const EDIT_KEPT = 'edit.kept';

export function alertButton(act: AlertAct, key: MessageKey): Button {
  const [label, style] = LABELS[act];
  return { id: `${act}:${key}`, label, style };
}

/** `null` for a button of another kind. */
export function readAlertButton(
  id: string,
): { readonly act: AlertAct; readonly key: MessageKey } | null {
  const act = ALERT_ACTS.find((one) => id.startsWith(`${one}:`));
  return act === undefined ? null : { act, key: asMessageKey(id.slice(act.length + 1)) };
}
