/** The planned alerts as messages: worded, priced by the market of the moment, said by somebody. */
import type { ChatMessage } from '#alerts/model.ts';
import { messageKey } from '#kernel/ids.ts';
import { invariant } from '#kernel/invariant.ts';
import { formatPrice } from '#kernel/price.ts';
import { type EpochMs, plus } from '#kernel/time.ts';
import { addTicks } from '#market/tick-grid.ts';
import { type Listed, type SimMarket, UNIVERSE } from './market.ts';
import type { PlannedAlert } from './seed-plan.ts';

export function messageOf(
  alert: PlannedAlert,
  number: number,
  market: SimMarket,
  now: EpochMs,
): ChatMessage {
  const channelId = roomOf(alert);
  const messageId = `m${number}`;
  const author = alert.kind === 'stranger' ? 'eve' : alert.author;
  return {
    key: messageKey('local', channelId, messageId),
    platform: 'local',
    channelId,
    messageId,
    author: {
      id: author,
      kind: alert.kind === 'bot' ? 'bot' : 'person',
      displayName: author,
      roleIds: [],
    },
    text: textOf(alert, market),
    postedAt: alert.kind === 'old' ? plus(now, -40_000) : plus(now, -30),
    receivedAt: now,
    relation: alert.kind === 'reply' ? 'reply' : 'initial',
    dryRun: alert.kind === 'dry',
  };
}

function roomOf({ kind, wording }: PlannedAlert): string {
  if (kind === 'foreign_room') return wording % 2 === 0 ? 'elsewhere' : 'ops';
  if (kind === 'paper_room') return 'paper';
  return wording === 3 ? 'second' : 'room';
}

function textOf(alert: PlannedAlert, market: SimMarket): string {
  const listed = UNIVERSE[alert.contract];
  invariant(listed !== undefined, 'an alert names a contract of the universe');
  const { name } = listed;
  const price = priceOf(alert, listed, market);
  switch (alert.kind) {
    case 'exit':
      return alert.wording % 2 === 0 ? `STC ${name}${price}` : `STC ${alert.quantity} ${name}`;
    case 'context_exit':
      return alert.wording % 2 === 0 ? `all out ${root(name)}` : `trim half ${root(name)}`;
    case 'chatter':
      return 'good morning, what a day';
    default:
      return opening(alert, name, price);
  }
}

function opening({ wording, quantity }: PlannedAlert, name: string, price: string): string {
  if (wording === 0) return `BTO ${name}${price}`;
  if (wording === 1) return `Bought to open ${quantity} ${name}${price}`;
  return `BTO ${quantity} ${name}${price}`;
}

function priceOf({ priced, kind }: PlannedAlert, listed: Listed, market: SimMarket): string {
  const mid = market.midOf(listed);
  const { grid } = listed.instrument;
  if (kind === 'far_price') return ` @ ${formatPrice(addTicks(grid, mid, 60))}`;
  if (priced === 'none') return '';
  const ticks = { mid: 0, above: 2, below: -2 }[priced];
  return ` @ ${formatPrice(addTicks(grid, mid, ticks))}`;
}

function root(name: string): string {
  return name.split(' ')[0] ?? name;
}
