/**
 * The markup of chat platforms: what stands in a raw text without being part of what it says.
 *
 * Mentions, custom emoji, timestamps and links become a sign; emphasis, code fences, spoiler bars
 * and colour codes vanish; quoted lines vanish with all they hold; a label keeps its words.
 */
import type { Platform } from '../../model.ts';
import { NOTHING, PLACEHOLDER } from './characters.ts';

/** Raw characters up to, not including, `to` stand for `code` (`NOTHING`: for no character). */
export interface Markup {
  readonly kind: 'replaced' | 'struck_through';
  readonly code: number;
  readonly to: number;
}

const TOKEN_LENGTH_MAX = 200;
const SPACE = 0x20;
const NO_BREAK_SPACE = 0xa0;
const STRUCK: Markup = { kind: 'struck_through', code: NOTHING, to: 0 };

export interface MarkupContext {
  readonly platform: Platform | null;
  readonly hasLoneStar: boolean;
}

/** What markup begins at `at`, or `null` when the character stands for itself. */
export function markupAt(raw: string, at: number, context: MarkupContext): Markup | null {
  switch (raw[at]) {
    case '<':
      return angleToken(raw, at);
    case '>':
      if (closesLabel(raw, at)) return nothing(at + 1);
      return isLineStart(raw, at) ? quotation(raw, at, 1) : null;
    case '&':
      return entity(raw, at);
    case '*':
      return emphasis(raw, at, context);
    case '_':
      return isInsideWord(raw, at, at + 1) ? null : nothing(at + 1);
    case '`':
      return fence(raw, at);
    case '~':
      return struck(raw, at, context.platform);
    case '|':
      return raw[at + 1] === '|' ? nothing(at + 2) : null;
    case '[':
      return colourCode(raw, at);
    case ']':
      return linkTarget(raw, at);
    case '\u001b':
      return escapeSequence(raw, at);
    case '\\':
      return isEscapable(raw.charCodeAt(at + 1)) ? replaced(raw.charCodeAt(at + 1), at + 2) : null;
    case ':':
      return emojiCode(raw, at);
    case 'h':
      return address(raw, at);
    default:
      return null;
  }
}

function nothing(to: number): Markup {
  return { kind: 'replaced', code: NOTHING, to };
}

function replaced(code: number, to: number): Markup {
  return { kind: 'replaced', code, to };
}

/** `<@1>`, `<@&1>`, `<#1>`, `<:name:1>`, `<a:name:1>`, `<t:1:R>`, `<id:…>`, `<!here>`, links. */
function angleToken(raw: string, at: number): Markup | null {
  const length = raw.slice(at, at + TOKEN_LENGTH_MAX).indexOf('>');
  if (length < 0) return null;
  const end = at + length;
  const next = raw.charCodeAt(at + 1);
  if (next === 0x3a || raw.startsWith('a:', at + 1)) return replaced(PLACEHOLDER.sign, end + 1);
  // @ # ! /
  const isMention = next === 0x40 || next === 0x23 || next === 0x21 || next === 0x2f;
  if (isMention || raw.startsWith('t:', at + 1) || raw.startsWith('id:', at + 1)) {
    return replaced(SPACE, end + 1);
  }
  if (!raw.startsWith('http', at + 1)) return null;
  const label = raw.indexOf('|', at + 1);
  return label > 0 && label < end ? nothing(label + 1) : replaced(SPACE, end + 1);
}

/** The bracket behind the label of Slack's `<url|label>`. */
function closesLabel(raw: string, at: number): boolean {
  const before = raw.slice(Math.max(0, at - TOKEN_LENGTH_MAX), at);
  const open = before.lastIndexOf('<');
  if (open < 0 || before.includes('>', open)) return false;
  return before.startsWith('http', open + 1) && before.includes('|', open);
}

function isLineStart(raw: string, at: number): boolean {
  for (let before = at - 1; before >= 0; before -= 1) {
    const code = raw.charCodeAt(before);
    if (code === 0x0a) return true;
    if (!isSpace(code)) return false;
  }
  return true;
}

function isSpace(code: number): boolean {
  return code === SPACE || code === NO_BREAK_SPACE;
}

/** `> quoted line`, `>>> quoted to the end`; `>` without a blank is a comparison. */
function quotation(raw: string, at: number, width: number): Markup | null {
  if (raw.startsWith('>>>', at) || raw.startsWith('&gt;&gt;&gt;', at)) return nothing(raw.length);
  if (!isSpace(raw.charCodeAt(at + width))) return null;
  const end = raw.indexOf('\n', at);
  return nothing(end < 0 ? raw.length : end);
}

/** Slack escapes exactly these three. */
function entity(raw: string, at: number): Markup | null {
  if (raw.startsWith('&gt;', at)) {
    const quoted = isLineStart(raw, at) ? quotation(raw, at, 4) : null;
    return quoted ?? replaced(0x3e, at + 4);
  }
  if (raw.startsWith('&lt;', at)) return replaced(0x3c, at + 4);
  return raw.startsWith('&amp;', at) ? replaced(0x26, at + 5) : null;
}

/** Emphasis and bullets vanish; a star without a partner marks a correction and is kept. */
function emphasis(raw: string, at: number, context: MarkupContext): Markup | null {
  if (raw[at + 1] === '*') return nothing(at + 2);
  if (isDigit(raw.charCodeAt(at - 1)) && isDigit(raw.charCodeAt(at + 1))) return null;
  return context.hasLoneStar && !isBullet(raw, at) ? null : nothing(at + 1);
}

/** Whether single stars, bullets apart, are odd in number. */
export function hasLoneStar(raw: string): boolean {
  let isOdd = false;
  for (let at = raw.indexOf('*'); at >= 0; at = raw.indexOf('*', at + 1)) {
    if (raw[at + 1] === '*') at += 1;
    else if (!isBullet(raw, at)) isOdd = !isOdd;
  }
  return isOdd;
}

function isBullet(raw: string, at: number): boolean {
  return raw[at + 1] === ' ' && isLineStart(raw, at);
}

/** "```ansi" on a line of its own names a language; other backticks vanish. */
function fence(raw: string, at: number): Markup {
  if (!raw.startsWith('```', at)) return nothing(at + 1);
  let end = at + 3;
  while (isLetter(raw.charCodeAt(end))) end += 1;
  const named = end > at + 3 && raw[end] === '\n';
  return replaced(SPACE, named ? end : at + 3);
}

/** `~~withdrawn~~` everywhere, `~withdrawn~` on Slack; a single tilde else says "about". */
function struck(raw: string, at: number, platform: Platform | null): Markup | null {
  if (raw[at + 1] === '~') return STRUCK;
  if (platform !== 'slack') return null;
  const end = raw.indexOf('~', at + 1);
  const inside = raw.charCodeAt(at + 1);
  const isBlank = inside === SPACE || Number.isNaN(inside);
  return end > 0 && !isBlank && !raw.slice(at, end).includes('\n') ? STRUCK : null;
}

/** `ESC[2;31m`, and `[2;31m` where a client has lost the escape character. */
function escapeSequence(raw: string, at: number): Markup {
  const rest = raw[at + 1] === '[' ? colourCode(raw, at + 1) : null;
  return rest ?? nothing(at + 1);
}

function colourCode(raw: string, at: number): Markup | null {
  let end = at + 1;
  while (isDigit(raw.charCodeAt(end)) || raw[end] === ';') end += 1;
  return end > at + 1 && raw[end] === 'm' ? nothing(end + 1) : null;
}

/** The second half of `[label](https://…)`. */
function linkTarget(raw: string, at: number): Markup | null {
  if (raw[at + 1] !== '(' || !raw.startsWith('http', at + 2)) return null;
  return replaced(SPACE, addressEnd(raw, at + 2) + 1);
}

function address(raw: string, at: number): Markup | null {
  if (!raw.startsWith('http://', at) && !raw.startsWith('https://', at)) return null;
  return replaced(SPACE, addressEnd(raw, at));
}

function addressEnd(raw: string, at: number): number {
  let end = at;
  while (end < raw.length && !isAddressBreak(raw.charCodeAt(end))) end += 1;
  return end;
}

function isAddressBreak(code: number): boolean {
  return code <= SPACE || code === 0x29 || code === 0x3e || code === 0x3c || code >= 0x80;
}

const EMOJI_CODE_LENGTH_MAX = 64;
const NUMERIC_EMOJI = [':100:', ':+1:', ':-1:', ':1234:'] as const;

/** `:rocket:`, alone or beside another. The name starts with a letter: `12:30:45` has none. */
function emojiCode(raw: string, at: number): Markup | null {
  const before = raw.charCodeAt(at - 1);
  if (isLetter(before) || isDigit(before)) return null;
  for (const code of NUMERIC_EMOJI) {
    if (raw.startsWith(code, at)) return replaced(PLACEHOLDER.sign, at + code.length);
  }
  if (!isLetter(raw.charCodeAt(at + 1))) return null;
  let end = at + 2;
  while (isEmojiName(raw.charCodeAt(end)) && end - at < EMOJI_CODE_LENGTH_MAX) end += 1;
  if (raw[end] !== ':' || end === at + 2) return null;
  const after = raw.charCodeAt(end + 1);
  if (isLetter(after) || isDigit(after)) return null;
  return replaced(emojiNamed(raw.slice(at + 1, end)), end + 1);
}

function emojiNamed(name: string): number {
  switch (name) {
    case 'green_circle':
    case 'large_green_circle':
    case 'arrow_forward':
      return PLACEHOLDER.openSign;
    case 'red_circle':
    case 'octagonal_sign':
    case 'stop_button':
      return PLACEHOLDER.closeSign;
    case 'x':
    case 'no_entry':
    case 'no_entry_sign':
    case 'negative_squared_cross_mark':
      return PLACEHOLDER.cancelSign;
    case 'white_check_mark':
    case 'heavy_check_mark':
      return PLACEHOLDER.doneSign;
    case 'eyes':
      return PLACEHOLDER.watchSign;
    case 'arrow_right':
      return PLACEHOLDER.arrow;
    default:
      return PLACEHOLDER.sign;
  }
}

function isEmojiName(code: number): boolean {
  // _ + -
  return isLetter(code) || isDigit(code) || code === 0x5f || code === 0x2b || code === 0x2d;
}

function isInsideWord(raw: string, from: number, to: number): boolean {
  const before = raw.charCodeAt(from - 1);
  const after = raw.charCodeAt(to);
  return (isLetter(before) || isDigit(before)) && (isLetter(after) || isDigit(after));
}

function isEscapable(code: number): boolean {
  return code > SPACE && code < 0x7f && !isLetter(code) && !isDigit(code);
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

function isLetter(code: number): boolean {
  return (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a);
}
