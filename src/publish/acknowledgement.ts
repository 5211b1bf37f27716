/**
 * The one message that answers an alert, written anew as its trade lives (R-12).
 *
 * In    what is told of the message and of the trade it opened or closes.
 * Out   plain text of at most 1,900 characters, which Discord (2,000) and every other chat take.
 * Rule  the same stories give the same text, so that a post is only changed when something did; no
 *       text from outside can ping, link or format.
 */
import type { MessageStory, TradeStory } from '#audit/model.ts';
import { formatPercent } from '#kernel/percent.ts';
import { formatPrice } from '#kernel/price.ts';
import { clip, oneLine } from '#kernel/text.ts';
import { countOf } from '#market/contract-name.ts';
import { neutral, quote } from './neutral.ts';
import { attentionLine, closeLines, entryLine, exitLine, resultLine } from './trade-lines.ts';

export const ACKNOWLEDGEMENT_MAX = 1_900;
const DETAIL_MAX = 400;
const QUOTE_MAX = 200;
const CANDIDATES_MAX = 5;
const CANDIDATE_MAX = 100;

/** Meaning and remedy of a reason code; `null` for a code nobody lists. */
export type ReasonOf = (code: string) => { readonly means: string; readonly remedy: string } | null;

/** The acknowledgement, or `null` for a message that asks for nothing. */
export function acknowledge(
  message: MessageStory,
  trade: TradeStory | null,
  reasonOf: ReasonOf,
): string | null {
  const lines = linesFor(message, trade, reasonOf);
  if (lines.length === 0) return null;
  const [first = '', ...rest] = lines.map(neutral);
  return clip([`[${message.badge}] ${first}`, ...rest].join('\n'), ACKNOWLEDGEMENT_MAX);
}

function linesFor(
  message: MessageStory,
  trade: TradeStory | null,
  reasonOf: ReasonOf,
): readonly string[] {
  switch (message.outcome) {
    case 'received':
    case 'ignored':
      return [];
    case 'refused':
      return [refusal(message, reasonOf)];
    case 'held':
      return [`${heading(message)}: held for an operator, nothing is sent. ${detailOf(message)}`];
    case 'previewed':
      return previewLines(message);
    case 'accepted':
      if (trade === null) return [`${heading(message)}: understood`];
      return trade.plan.message === message.key
        ? openingLines(message, trade)
        : closingLines(message, trade);
  }
}

function openingLines(message: MessageStory, trade: TradeStory): readonly string[] {
  const { plan } = trade;
  return present([
    `${heading(message)} · ${countOf(plan.instrument, plan.quantity)}`,
    sizeLine(message),
    editLine(message, trade),
    entryLine(trade),
    exitLine(trade),
    ...closeLines(trade, null),
    attentionLine(trade),
    resultLine(trade),
  ]);
}

/** What people read in the room is not what is traded: it must be said. */
function editLine(message: MessageStory, trade: TradeStory): string | null {
  const { editedText } = message;
  if (editedText === null || editedText === message.message.text) return null;
  return trade.entry.kind === 'ended'
    ? 'Edited since: an edit changes nothing, the alert counts as it was first said'
    : `Edited to ${quote(editedText, QUOTE_MAX)}: the entry works as first said, unless it is taken back`;
}

/** With nothing bought yet, getting out means taking the entry back. */
function closingLines(message: MessageStory, trade: TradeStory): readonly string[] {
  const closes = closeLines(trade, message.key);
  return present([
    `${heading(message)} · closing ${trade.contract}, bought ${trade.figures.bought}`,
    ...(closes.length === 0 ? [entryLine(trade)] : closes),
    attentionLine(trade),
    resultLine(trade),
  ]);
}

function previewLines(message: MessageStory): readonly string[] {
  const { entry = null, close = null, exit = null, contract = '' } = message.preview ?? {};
  const lines = [heading(message), sizeLine(message)];
  if (entry !== null) {
    const { quantity, limit, collar } = entry;
    const most = formatPrice(collar);
    lines.push(`Would buy ${quantity} ${contract} at ${formatPrice(limit)}, never above ${most}`);
    const { fraction, profit, quantityMin } = entry.exit;
    const share = `${formatPercent(fraction)} of ${quantity}`;
    lines.push(
      exit === null
        ? `Would place no exit: ${share} is less than ${quantityMin}`
        : `Would then sell ${exit.quantity} at ${formatPrice(exit.limit)}: ${share} at ${formatPercent(profit)} profit`,
    );
  }
  if (close !== null) {
    lines.push(`Would sell ${close.quantity} at ${formatPrice(close.limit)} to close`);
  }
  return present([...lines, 'Dry run: nothing was sent']);
}

/** One line: what is wrong, what to do, and what could have been meant. */
function refusal(message: MessageStory, reasonOf: ReasonOf): string {
  const { code, candidates, repairs, understood } = message;
  const detail = detailOf(message);
  const reason = code === null ? null : reasonOf(code);
  const why = detail === '' ? (reason?.means ?? '') : detail;
  const [repair] = repairs;
  const choices = candidates.slice(0, CANDIDATES_MAX).map(shortened).join(', ');
  return present([
    sentence(
      `Refused${understood === null ? '' : ` ${understood}`} (${code ?? 'unknown'}): ${why}`,
    ),
    reason === null || reason.remedy === '' ? null : reason.remedy,
    choices === '' ? null : `Could be: ${choices}.`,
    repair === undefined
      ? null
      : `Try: ${quote(repair.text, QUOTE_MAX)} (${shortened(repair.why)})`,
  ]).join(' ');
}

function detailOf({ detail }: MessageStory): string {
  return clip(oneLine(detail), DETAIL_MAX);
}

function shortened(text: string): string {
  return clip(oneLine(text), CANDIDATE_MAX);
}

function sentence(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}

function heading({ understood, message }: MessageStory): string {
  return understood ?? quote(message.text, QUOTE_MAX);
}

function sizeLine({ sizing }: MessageStory): string | null {
  if (sizing === null) return null;
  const line = sizing.lines.find(({ label }) => label === sizing.bound);
  const value = line === undefined ? '' : `: ${line.value}`;
  return `Size: ${sizing.quantity}, ${sizing.bound}${value}`;
}

function present(lines: readonly (string | null)[]): readonly string[] {
  return lines.filter((line) => line !== null);
}
