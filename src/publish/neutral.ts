/** Text that a chat shows as it is: no ping, no link, no formatting, whoever wrote it. */
import { clip, oneLine } from '#kernel/text.ts';

/** An invisible character: `@` and `everyone` stay readable and are no mention. */
const BREAK = '\u200B';

/**
 * One line without effect on Discord, Slack or a page: mentions and links are broken by an
 * invisible character, marks of formatting go. An underscore inside a word stays.
 */
export function neutral(text: string): string {
  return oneLine(text)
    .replace(/[*`~|\\]/g, '')
    .replace(/(?<![\p{L}\d])_+|_+(?![\p{L}\d])/gu, '')
    .replace(/@(?=\S)/g, `@${BREAK}`)
    .replace(/<(?=[@#!:/a-z])/gi, `<${BREAK}`)
    .replace(/\](?=\()/g, `]${BREAK}`)
    .replace(/(?<=\w):(?=\/\/)/g, `:${BREAK}`)
    .replace(/^[#>-](?=.)/, `${BREAK}$&`);
}

/** What somebody else wrote, inside one of our sentences. */
export function quote(text: string, lengthMax: number): string {
  return `“${clip(oneLine(text), lengthMax)}”`;
}
