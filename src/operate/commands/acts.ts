/**
 * Commands that change something, each first as what it would do, in words, and then done.
 *
 * The words are what a person confirms: what is done is what was prepared with them.
 */
import type { Permission, Platform } from '#alerts/model.ts';
import { PERMISSIONS, PLATFORMS } from '#alerts/model.ts';
import { asOrderId, asTradeId } from '#kernel/ids.ts';
import { formatPrice, parsePrice } from '#kernel/price.ts';
import { clip } from '#kernel/text.ts';
import type { EpochMs } from '#kernel/time.ts';
import type { ActOutcome } from '#operate/ports.ts';
import type { Actor } from '#publish/ports.ts';
import type { KillState } from '#risk/model.ts';
import { type Answer, alertLine, notHere, ofAct, ofOrder, refused } from './answer.ts';
import type { Asker } from './authorise.ts';
import type { CommandDesk } from './desk.ts';

export interface Given {
  /** Of the command: an order carries it, so that it is placed once. */
  readonly id: string;
  /** `platform:user id`. */
  readonly actor: string;
  readonly by: Actor;
  readonly asker: Asker;
  readonly platform: Platform;
  readonly channelId: string;
  readonly values: Readonly<Record<string, string>>;
  readonly at: EpochMs;
}

export type Prepared =
  | {
      readonly kind: 'ready';
      /** What will be done, in words. */
      readonly shown: string;
      readonly act: () => Promise<Answer>;
    }
  | { readonly kind: 'not'; readonly answer: Answer };

const TRADE_ID = /^t_[a-z0-9]{1,40}$/i;
const MENTION = /^<@!?([A-Za-z0-9]{1,30})>$/;
const QUALIFIED = new RegExp(`^(?:${PLATFORMS.join('|')}):[A-Za-z0-9_.:-]{1,80}$`);

/** An order in the words of an alert; the reader of alerts alone says what it means. */
export function order(desk: CommandDesk, given: Given, action: 'BTO' | 'STC'): Prepared {
  const said = value(given, 'order');
  const text = `${action} ${said}`;
  const { alert, verdict, detail } = desk.read(text, given.platform);
  const own = desk.read(said, given.platform).alert;
  const wanted = action === 'BTO' ? 'order' : 'exit';
  // “sell BTO …” says two things.
  const isOne = own === null || own.action === action;
  if (alert?.action !== action || verdict !== wanted || !isOne) {
    const form = 'Expected an order such as 2 UBER 78p 12/05 @ .75';
    return not(refused(`“${clip(text, 120)}”: ${isOne ? detail : 'two verbs'}. ${form}`));
  }
  return placing(desk, given, { text, shown: alertLine(alert), dryRun: false });
}

/** Everything an alert would do; nothing is sent. */
export function preview(desk: CommandDesk, given: Given): Prepared {
  const text = value(given, 'alert');
  return placing(desk, given, { text, shown: text, dryRun: true });
}

function placing(
  { place }: CommandDesk,
  { id, platform, channelId, by, at }: Given,
  what: { readonly text: string; readonly shown: string; readonly dryRun: boolean },
): Prepared {
  if (place === undefined) return not(notHere('Orders'));
  const { text, shown, dryRun } = what;
  const request = { id, platform, channelId, by, text, at, dryRun };
  return { kind: 'ready', shown, act: async () => ofOrder(await place(request)) };
}

export function killState({ control }: CommandDesk, given: Given, to: KillState): Prepared {
  const reason = given.values['reason'] ?? 'asked for in chat';
  return ready(`${control.killState()} → ${to} (${reason})`, () =>
    control.setKillState(to, given.actor, reason),
  );
}

export function close({ control }: CommandDesk, given: Given): Prepared {
  const trade = value(given, 'trade');
  if (!TRADE_ID.test(trade)) return not(refused(`“${clip(trade, 40)}” is no id of a trade.`));
  const reason = given.values['reason'] ?? 'asked for in chat';
  return ready(`sell all that ${trade} holds`, () =>
    control.closeTrade(asTradeId(trade), given.actor, reason),
  );
}

export function release({ control }: CommandDesk, given: Given): Prepared {
  const trade = value(given, 'trade');
  if (!TRADE_ID.test(trade)) return not(refused(`“${clip(trade, 40)}” is no id of a trade.`));
  return ready(`let ${trade} go on`, () =>
    control.releaseTrade(asTradeId(trade), given.actor, value(given, 'reason')),
  );
}

export function cancel({ control, orders }: CommandDesk, given: Given): Prepared {
  const which = value(given, 'order');
  const reason = given.values['reason'] ?? 'asked for in chat';
  if (TRADE_ID.test(which)) {
    return ready(`take back the entry of ${which}`, () =>
      control.cancelEntry(asTradeId(which), given.actor, reason),
    );
  }
  if (orders === undefined) return not(notHere('Single orders'));
  return ready(`cancel order ${which}`, () => orders.cancel(asOrderId(which), given.actor, reason));
}

export function replace({ orders }: CommandDesk, given: Given): Prepared {
  const limit = parsePrice(
    value(given, 'limit')
      .replace(/^\$?\./, '0.')
      .replace('$', ''),
  );
  if (orders === undefined) return not(notHere('Single orders'));
  if (!limit.ok || limit.value <= 0n) return not(refused('A limit is above 0.'));
  const which = value(given, 'order');
  return ready(`change the limit of order ${which} to ${formatPrice(limit.value)}`, () =>
    orders.replace(asOrderId(which), limit.value, given.actor),
  );
}

export function refreshAuth({ access }: CommandDesk, { actor }: Given): Prepared {
  if (access === undefined) return not(notHere('Access to a broker'));
  return ready('renew the access to the broker', () => access.refresh(actor));
}

export function decideHeld(
  { held }: CommandDesk,
  given: Given,
  how: 'approve' | 'dismiss',
): Prepared {
  const key = value(given, 'alert');
  if (held === undefined) return not(notHere('Held alerts'));
  const what = held.find(key);
  const shown = what === null ? `${how} ${key}` : `${how} ${key}: ${what}`;
  return ready(shown, () => held[how](key, given.actor));
}

export function acknowledge({ alarms }: CommandDesk, given: Given): Prepared {
  const name = value(given, 'alarm');
  if (alarms === undefined) return not(notHere('Alarms'));
  return ready(`take care of the alarm ${name}`, () => alarms.acknowledge(name, given.actor));
}

export function certify({ certification }: CommandDesk, { actor }: Given): Prepared {
  if (certification === undefined) return not(notHere('Certification'));
  return ready('run the certification', () => certification.run(actor));
}

export function allow({ allowList }: CommandDesk, given: Given, how: 'add' | 'remove'): Prepared {
  const who = personIn(value(given, 'who'), given.platform);
  const permission = permissionIn(value(given, 'permission'));
  if (allowList === undefined) return not(notHere('The list of who may do what'));
  if (who === null || permission === null) {
    return not(refused('Expected a mention, or platform:id. Names are never compared.'));
  }
  const words = how === 'add' ? `let ${who} ${permission}` : `let ${who} ${permission} no more`;
  return ready(words, () => allowList[how](who, permission, given.actor));
}

export function reload({ allowList }: CommandDesk, { actor }: Given): Prepared {
  if (allowList === undefined) return not(notHere('The list of who may do what'));
  return ready('read the configuration again', () => allowList.reload(actor));
}

/** Immutable ids alone: a name can be chosen to look like anybody's. */
function personIn(text: string, platform: Platform): string | null {
  const mention = MENTION.exec(text);
  if (mention !== null) return `${platform}:${mention[1] ?? ''}`;
  return QUALIFIED.test(text) ? text : null;
}

function permissionIn(text: string): Permission | null {
  return PERMISSIONS.find((one) => one === text) ?? null;
}

function value({ values }: Given, name: string): string {
  return values[name] ?? '';
}

function ready(shown: string, act: () => Promise<ActOutcome>): Prepared {
  return { kind: 'ready', shown, act: async () => ofAct(await act()) };
}

function not(answer: Answer): Prepared {
  return { kind: 'not', answer };
}
