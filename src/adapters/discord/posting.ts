/**
 * A post as Discord takes it, and the two marks by which a retry finds what got through.
 *
 * Nonce      the same for the same key: within a few minutes Discord answers a repeat with the
 *            message it made the first time, instead of making another.
 * Reference  the last line of the text: later than that, the message is found by it.
 */
import { type APIMessageTopLevelComponent, ButtonStyle, ComponentType } from 'discord.js';
import { shortDigest } from '#kernel/digest.ts';
import { clip } from '#kernel/text.ts';
import type { Button } from '#publish/ports.ts';

/** https://discord.com/developers/docs/resources/message#create-message */
export const TEXT_MAX = 2_000;
const NONCE_LENGTH = 25;
const REFERENCE_LENGTH = 8;
const ROW_MAX = 5;
const ROWS_MAX = 5;
const LABEL_MAX = 80;

const STYLE = {
  primary: ButtonStyle.Primary,
  danger: ButtonStyle.Danger,
  plain: ButtonStyle.Secondary,
} as const satisfies Record<Button['style'], ButtonStyle>;

/** Nothing that is posted calls anybody, whatever it says. */
export const SILENT = { parse: [], replied_user: false } as const;

export function nonceOf(channelId: string, key: string): string {
  return shortDigest(`${channelId} ${key}`, NONCE_LENGTH);
}

/** `-#` shows the line small and grey. */
export function referenceLine(key: string): string {
  return `-# ref ${shortDigest(key, REFERENCE_LENGTH)}`;
}

export function contentOf(text: string, key: string): string {
  const line = referenceLine(key);
  return `${clip(text, TEXT_MAX - line.length - 1)}\n${line}`;
}

export function rowsOf(buttons: readonly Button[]): APIMessageTopLevelComponent[] {
  const rows: APIMessageTopLevelComponent[] = [];
  for (let at = 0; at < buttons.length && rows.length < ROWS_MAX; at += ROW_MAX) {
    rows.push({
      type: ComponentType.ActionRow,
      components: buttons.slice(at, at + ROW_MAX).map(({ id, label, style }) => ({
        type: ComponentType.Button,
        custom_id: id,
        label: clip(label, LABEL_MAX),
        style: STYLE[style],
      })),
    });
  }
  return rows;
}
