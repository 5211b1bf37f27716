/** One message of the room: what was said, what was understood, what was decided and why. */
import { el } from './dom.js';
import { time, words } from './format.js';
import { state } from './state.js';

/** @typedef {import('./state.js').MessageView} MessageView */

/** @type {Record<string, string>} */
const MARKS = { pass: '✓', hold: '?', refuse: '✗' };

/**
 * @param {MessageView} message
 * @param {(text: string) => void} onRepair
 * @param {(message: MessageView) => void} onRelease
 */
export function messageCard(message, onRepair, onRelease) {
  const outcome = message.outcome;
  return el(
    'article',
    { class: `card message ${outcome} ${message.verdict ?? 'pending'}`, id: cardId(message.key) },
    el(
      'header',
      {},
      el('strong', { title: message.author.id }, message.author.name || message.author.id),
      el('span', { class: 'quiet' }, `#${message.channel}`),
      message.relation !== 'initial' && el('span', { class: 'chip plain' }, message.relation),
      el('span', { class: 'grow' }),
      el('span', { class: `chip ${chipClass(message)}` }, chipText(message)),
      el('time', { class: 'quiet', datetime: message.postedAt }, time(message.postedAt)),
    ),
    el('p', { class: 'said' }, ...highlighted(message)),
    message.editedAt !== null && el('p', { class: 'quiet' }, `edited ${time(message.editedAt)}`),
    message.understood !== null && el('p', { class: 'understood' }, `→ ${message.understood}`),
    saysMore(message) && el('p', { class: 'why' }, message.detail),
    ...message.repairs.map((repair) => repairLine(repair, onRepair)),
    outcome === 'held' &&
      el(
        'button',
        {
          type: 'button',
          class: 'small',
          'data-name': 'release',
          onclick: () => onRelease(message),
        },
        'Let it through',
      ),
    message.candidates.length > 0 &&
      el('p', { class: 'quiet' }, `fits: ${message.candidates.join(', ')}`),
    ...(state.posts.get(message.key) ?? []).map((post) => el('pre', { class: 'reply' }, post.text)),
    hasReasons(message) && reasons(message),
    message.tradeId !== null &&
      el('a', { href: `#${tradeCardId(message.tradeId)}`, class: 'jump' }, 'its trade'),
  );
}

/** @param {string} key */
export function cardId(key) {
  return `m-${key}`;
}

/** @param {string} id */
export function tradeCardId(id) {
  return `trade-${id}`;
}

/** Whether the detail tells what neither understanding nor answer do. @param {MessageView} message */
function saysMore({ detail, verdict, understood, key }) {
  if (detail === '' || verdict === 'chatter' || state.posts.has(key)) return false;
  return understood === null || !understood.startsWith(detail);
}

/** @param {MessageView} message */
function chipText(message) {
  if (message.verdict === null) return 'reading…';
  if (message.verdict === 'chatter') return 'chatter';
  if (message.outcome === 'refused') return `refused · ${words(message.code ?? '')}`;
  if (message.outcome === 'held') return `held · ${words(message.code ?? '')}`;
  if (message.outcome === 'previewed') return `${message.verdict} · dry run`;
  return message.verdict;
}

/** @param {MessageView} message */
function chipClass(message) {
  if (message.outcome === 'refused') return 'refused';
  if (message.outcome === 'held') return 'held';
  return message.verdict ?? 'pending';
}

/**
 * The text as it was posted, with the characters that each field came from.
 * @param {MessageView} message
 */
function highlighted({ text, spans }) {
  const fields = Object.entries(spans)
    .flatMap(([field, span]) => (span === undefined ? [] : [{ field, ...span }]))
    .sort((a, b) => a.from - b.from || a.to - b.to);
  /** @type {(Node | string)[]} */
  const parts = [];
  let at = 0;
  for (const { field, from, to } of fields) {
    if (from < at || to > text.length) continue;
    parts.push(text.slice(at, from));
    parts.push(el('mark', { class: `field ${field}`, title: field }, text.slice(from, to)));
    at = to;
  }
  parts.push(text.slice(at));
  return parts;
}

/**
 * @param {{ readonly text: string, readonly why: string }} repair
 * @param {(text: string) => void} onRepair
 */
function repairLine(repair, onRepair) {
  return el(
    'p',
    { class: 'repair' },
    'did you mean ',
    el('code', {}, repair.text),
    ` (${repair.why}) `,
    el(
      'button',
      {
        type: 'button',
        class: 'small',
        'data-name': `repair ${repair.text}`,
        onclick: () => onRepair(repair.text),
      },
      'use it',
    ),
  );
}

/** @param {MessageView} message */
function hasReasons(message) {
  return message.gates.length > 0 || message.sizing !== null;
}

/** @param {MessageView} message */
function reasons({ gates, sizing }) {
  return el(
    'details',
    { 'data-name': 'why' },
    el('summary', { 'data-name': 'why summary' }, `why: ${summary(gates, sizing)}`),
    sizing !== null &&
      el(
        'table',
        { class: 'sizing' },
        el(
          'tbody',
          {},
          ...sizing.lines.map((line) =>
            el(
              'tr',
              { class: line.label === sizing.bound ? 'bound' : line.label },
              el('th', { scope: 'row' }, line.label),
              el('td', {}, line.value),
            ),
          ),
        ),
      ),
    el(
      'ul',
      { class: 'gates' },
      ...gates.map((gate) =>
        el(
          'li',
          { class: gate.outcome },
          el('span', { 'aria-label': gate.outcome }, MARKS[gate.outcome] ?? '?'),
          ` ${words(gate.gate)}: ${gate.detail}`,
        ),
      ),
    ),
  );
}

/** @param {MessageView['gates']} gates @param {MessageView['sizing']} sizing */
function summary(gates, sizing) {
  const failed = gates.filter((gate) => gate.outcome !== 'pass');
  if (failed.length === 0)
    return `all ${gates.length} gates passed${sizing === null ? '' : ', and the sizing'}`;
  return `${failed.map((gate) => words(gate.gate)).join(', ')} of ${gates.length} gates`;
}
