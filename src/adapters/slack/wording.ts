/**
 * Text on its way to Slack, and lines people typed on their way from it.
 *
 * Slack reads `&`, `<` and `>` as markup and asks for exactly these three to be escaped
 * (docs.slack.dev, formatting message text); escaped, nothing in a text can ping or link.
 */
import type { Button } from '#publish/ports.ts';

/** Slack cuts a text beyond 40,000 characters; a section of blocks takes 3,000. */
const TEXT_MAX = 12_000;
const SECTION_MAX = 3_000;
const LABEL_MAX = 75;
const BUTTONS_PER_BLOCK = 5;

type Block =
  | {
      readonly type: 'section';
      readonly text: { readonly type: 'mrkdwn'; readonly text: string };
    }
  | { readonly type: 'actions'; readonly elements: readonly object[] };

export interface Worded {
  readonly text: string;
  readonly blocks: readonly Block[];
  readonly unfurl_links: false;
  readonly unfurl_media: false;
}

export function worded(text: string, buttons: readonly Button[]): Worded {
  const plain = escaped(text, TEXT_MAX);
  const links = { unfurl_links: false, unfurl_media: false } as const;
  // Without buttons a plain text: an empty list of blocks takes those of an earlier text away.
  if (buttons.length === 0) return { text: plain, blocks: [], ...links };
  return { text: plain, blocks: [...sections(text), ...actions(buttons)], ...links };
}

function sections(text: string): readonly Block[] {
  const parts: string[] = [];
  let part = '';
  for (const character of clipped(text, TEXT_MAX)) {
    const safe = escapedCharacter(character);
    if (part.length + safe.length > SECTION_MAX) {
      parts.push(part);
      part = '';
    }
    part += safe;
  }
  if (part !== '') parts.push(part);
  return parts.map((safe) => ({ type: 'section', text: { type: 'mrkdwn', text: safe } }));
}

function actions(buttons: readonly Button[]): readonly Block[] {
  const rows: Block[] = [];
  for (let from = 0; from < buttons.length; from += BUTTONS_PER_BLOCK) {
    const row = buttons.slice(from, from + BUTTONS_PER_BLOCK);
    rows.push({ type: 'actions', elements: row.map((button, at) => element(button, from + at)) });
  }
  return rows;
}

function element({ id, label, style }: Button, at: number): object {
  return {
    type: 'button',
    action_id: `strikewire_${at}`,
    value: id,
    text: { type: 'plain_text', text: clipped(label, LABEL_MAX) },
    ...(style === 'plain' ? {} : { style }),
  };
}

/** At most `lengthMax` characters once escaped, never cut inside an escape. */
function escaped(text: string, lengthMax: number): string {
  let safe = '';
  for (const character of text) {
    const next = escapedCharacter(character);
    if (safe.length + next.length > lengthMax) return safe;
    safe += next;
  }
  return safe;
}

function escapedCharacter(character: string): string {
  switch (character) {
    case '&':
      return '&amp;';
    case '<':
      return '&lt;';
    case '>':
      return '&gt;';
    default:
      return character;
  }
}

function clipped(text: string, lengthMax: number): string {
  return text.length <= lengthMax ? text : `${text.slice(0, lengthMax - 1)}…`;
}

const LINK = /<(?:https?|mailto|tel):[^<>|]{0,500}\|([^<>]{0,500})>/g;
const BARE_LINK = /<((?:https?|mailto|tel):[^<>|]{0,500})>/g;
const ENTITY = /&(amp|lt|gt);/g;
const CHARACTER_OF = { amp: '&', lt: '<', gt: '>' } as const;

/** What somebody typed: links become their words, mentions of people stay `<@U123>`. */
export function typedLine(text: string): string {
  return text
    .replace(LINK, '$1')
    .replace(BARE_LINK, '$1')
    .replace(/<@([UW][A-Z0-9]{1,30})\|[^<>]{0,200}>/g, '<@$1>')
    .replace(ENTITY, (whole, name: string) => CHARACTER_OF[asEntity(name)] ?? whole)
    .replace(/\s+/g, ' ')
    .trim();
}

function asEntity(name: string): keyof typeof CHARACTER_OF {
  return name === 'lt' || name === 'gt' ? name : 'amp';
}
