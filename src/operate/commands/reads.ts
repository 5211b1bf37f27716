/** Commands that only tell. */
import { asOrderId } from '#kernel/ids.ts';
import { formatMoney, formatPrice } from '#kernel/price.ts';
import { clip, words } from '#kernel/text.ts';
import { type EpochMs, plus } from '#kernel/time.ts';
import { nameOfSymbol } from '#market/contract-name.ts';
import type { MessageView, TradeView } from '#operate/api.ts';
import type { BrokerOrder, QueryFault } from '#orders/ports.ts';
import { type Answer, done, notHere, ofTold, refused } from './answer.ts';
import type { CommandDesk } from './desk.ts';

const DAY_MS = 86_400_000;
const SHOWN_MAX = 15;

export function status({ feed, control }: CommandDesk): Answer {
  const { desk, incidents } = feed.snapshot();
  const { counters, account, killReason, journal } = desk;
  const why = killReason === null ? '' : ` (${killReason})`;
  const [newest] = incidents;
  return done(
    `${control.killState()}${why}`,
    `${counters.openTrades} open trades, ${counters.trades} in all, ${counters.fills} fills`,
    ...(account === null
      ? []
      : [`buying power ${account.availableBuyingPower ?? account.initialBuyingPower}`]),
    ...(journal === null || journal.writable ? [] : [`record: ${journal.fault ?? 'not writable'}`]),
    ...(newest === undefined ? [] : [`newest incident: ${newest.text}`]),
  );
}

export function environment({ feed, arming }: CommandDesk): Answer {
  const { environment: name, version } = feed.snapshot().desk;
  const view = arming?.() ?? null;
  const armed =
    view === null
      ? []
      : [
          `${words(view.state)}${view.until === null ? '' : ` until ${view.until}`}`,
          `certificate: ${view.certificate ?? view.certificateFault ?? 'none'}`,
        ];
  return done(name, ...(version === null ? [] : [`version ${version}`]), ...armed);
}

export function alarms({ alarms: watched }: CommandDesk): Answer {
  if (watched === undefined) return notHere('Alarms');
  const raised = watched.list().filter(({ since }) => since !== null);
  if (raised.length === 0) return done('No alarm is raised.');
  return done(
    ...raised.map(({ name, detail, remedy, acknowledgedBy }) => {
      const who = acknowledgedBy === null ? '' : ` (${acknowledgedBy} takes care of it)`;
      return `${name}: ${detail ?? ''}${who}. ${remedy}`;
    }),
  );
}

export function trades({ feed }: CommandDesk): Answer {
  const shown = feed.snapshot().trades.slice(0, SHOWN_MAX);
  return shown.length === 0 ? done('No trades.') : done(...shown.map(tradeLine));
}

function tradeLine({ id, contract, phase, entry, held, result, attention }: TradeView): string {
  const average = entry.averagePrice === null ? '' : ` @ ${entry.averagePrice}`;
  const parts = [
    `${id} ${contract}: ${phase}`,
    `filled ${entry.filled}${average}`,
    `held ${held}`,
    ...(result === null ? [] : [`result ${result}`]),
    ...(attention === null ? [] : [`look: ${words(attention)}`]),
  ];
  return parts.join(' · ');
}

export function alerts({ feed }: CommandDesk): Answer {
  const { messages } = feed.snapshot();
  const held = messages.filter(({ outcome }) => outcome === 'held');
  const rest = messages.filter(({ outcome }) => outcome !== 'held' && outcome !== 'ignored');
  const shown = [...held, ...rest].slice(0, SHOWN_MAX);
  return shown.length === 0 ? done('No alerts.') : done(...shown.map(messageLine));
}

function messageLine({ key, outcome, understood, text, code, author }: MessageView): string {
  const said = understood ?? clip(text, 80);
  const why = code === null ? '' : ` (${words(code)})`;
  return `${outcome}${why}: ${said} · ${author.name} · ${key}`;
}

export async function balance({ broker }: CommandDesk): Promise<Answer> {
  const read = await broker?.balances();
  if (read === undefined) return notHere('The balance');
  if (!read.ok) return unread(read.error);
  const { buyingPower, cash, netLiquidation, restriction } = read.value;
  return done(
    `buying power ${formatMoney(buyingPower)}`,
    `cash ${formatMoney(cash)}`,
    `net liquidation value ${formatMoney(netLiquidation)}`,
    ...(typeof restriction === 'string' ? [`restricted: ${restriction}`] : []),
  );
}

export async function positions({ broker }: CommandDesk): Promise<Answer> {
  const read = await broker?.positions();
  if (read === undefined) return notHere('Positions');
  if (!read.ok) return unread(read.error);
  if (read.value.length === 0) return done('No positions.');
  return done(
    ...read.value.map(
      ({ symbol, net, averagePrice }) =>
        `${net} ${nameOfSymbol(symbol)} @ ${formatPrice(averagePrice)}`,
    ),
  );
}

export async function orders({ broker }: CommandDesk, now: EpochMs): Promise<Answer> {
  const read = await broker?.orders(plus(now, -DAY_MS));
  if (read === undefined) return notHere('Orders');
  if (!read.ok) return unread(read.error);
  if (read.value.length === 0) return done('No orders in the last 24 hours.');
  const newest = read.value.toSorted((one, other) => other.updatedAt - one.updatedAt);
  return done(...newest.slice(0, SHOWN_MAX).map(orderLine));
}

export async function oneOrder({ broker }: CommandDesk, id: string): Promise<Answer> {
  const read = await broker?.orderById(asOrderId(id));
  if (read === undefined) return notHere('Orders');
  if (!read.ok) return unread(read.error);
  return read.value === null
    ? refused(`The broker knows no order ${clip(id, 40)}.`)
    : done(orderLine(read.value));
}

function orderLine(order: BrokerOrder): string {
  const { orderId, side, quantity, remaining, symbol, terms, rejectReason } = order;
  const price = terms.kind === 'market' ? 'at the market' : `@ ${formatPrice(terms.limit)}`;
  const why = rejectReason === null ? '' : ` (${rejectReason})`;
  const filled = `${quantity - remaining} of ${quantity}`;
  return `${orderId} ${side} ${filled} ${nameOfSymbol(symbol)} ${price}: ${words(order.status)}${why}`;
}

export async function authStatus({ access }: CommandDesk): Promise<Answer> {
  return access === undefined ? notHere('Access to a broker') : ofTold(await access.status());
}

export async function accounts({ access }: CommandDesk): Promise<Answer> {
  return access === undefined ? notHere('Accounts') : ofTold(await access.accounts());
}

export async function quote({ quote: ask }: CommandDesk, contract: string): Promise<Answer> {
  return ask === undefined ? notHere('Quotes') : ofTold(await ask(contract));
}

export async function certificationResult({ certification }: CommandDesk): Promise<Answer> {
  return certification === undefined
    ? notHere('Certification')
    : ofTold(await certification.result());
}

export function allowed({ allowList }: CommandDesk): Answer {
  if (allowList === undefined) return notHere('The list of who may do what');
  const lines = allowList.show();
  return lines.length === 0 ? done('Nobody may do anything.') : done(...lines);
}

/** A failed query says nothing about what is there. */
function unread({ kind, detail }: QueryFault): Answer {
  return refused(`The broker could not be asked (${words(kind)}): ${detail}`);
}
