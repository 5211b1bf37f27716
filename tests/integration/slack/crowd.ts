/** Messages of a hostile crowd, and of people who may: as Slack sends them, from one seed. */
import type { Random } from '#kernel/random.ts';
import type { NewMessage } from '../../stand-ins/slack/world.ts';
import type { JsonObject } from '../../stand-ins/support/json.ts';

export interface Stage {
  readonly channel: string;
  /** Where nobody may trigger anything, though it is listed for another purpose. */
  readonly talk: string;
  /** A channel nobody listed. */
  readonly elsewhere: string;
  readonly trader: string;
  readonly stranger: string;
}

const SYMBOLS = ['UBER', 'AMD', 'NVDA', 'SPY', 'TSLA'] as const;
/** `ВТО` in Cyrillic, struck through, right to left: nothing to be read as an order. */
const DISGUISES: readonly ((alert: string) => string)[] = [
  (alert) => alert.replace('BTO', 'ВТО'),
  (alert) => alert.replace('BTO', 'ΒΤΟ'),
  (alert) => `~${alert}~`,
  (alert) => `~~${alert}~~`,
  (alert) => `\u202e${alert}`,
  (alert) => `&gt; ${alert}`,
  (alert) => `&gt;&gt;&gt; ${alert}`,
  (alert) => alert.replace('UBER', 'UВER').replace(/[A-Z]{3,4} /, 'ΝVDΑ '),
  (alert) => `${alert.slice(0, 6)}${'x'.repeat(4_100)}`,
];

function alertOf(random: Random): string {
  const symbol = random.pick(SYMBOLS);
  const [strike, cents] = [random.integer(20, 400), random.integer(10, 95)];
  return `BTO ${symbol} ${strike}${random.pick(['c', 'p'])} 12/18 @ 0.${cents}`;
}

/** The trader, plainly, in the right channel. */
export function legitimate(random: Random, { channel, trader }: Stage): NewMessage {
  const extra = random.chance(0.5) ? { client_msg_id: String(random.integer(1, 1e9)) } : {};
  return { channelId: channel, user: trader, text: alertOf(random), extra };
}

/** Something that looks like an alert and must never become one. */
export function hostile(random: Random, stage: Stage): NewMessage {
  const { channel, trader, stranger } = stage;
  const text = alertOf(random);
  const asTrader = { channelId: channel, user: trader, text };
  return random.pick<() => NewMessage>([
    () => ({ ...asTrader, user: stranger }),
    () => ({ ...asTrader, user: stranger, extra: { username: 'Mara', user_profile: MARA } }),
    () => ({ ...asTrader, user: trader.toLowerCase() }),
    () => ({ ...asTrader, user: `${trader}\u200b` }),
    () => ({ ...asTrader, channelId: stage.talk }),
    () => ({ ...asTrader, channelId: stage.elsewhere }),
    () => ({ ...asTrader, botId: 'B0OTHER' }),
    () => ({ ...asTrader, extra: { app_id: 'A0OTHER' } }),
    () => ({ ...asTrader, user: null, botId: 'B0HOOK', extra: webhook(trader) }),
    () => ({ ...asTrader, user: null, extra: webhook(trader) }),
    () => ({ ...asTrader, threadTs: '1600000000.000100' }),
    () => ({ ...asTrader, extra: { subtype: 'thread_broadcast', root: {} } }),
    () => ({ ...asTrader, extra: { attachments: [{ is_share: true, author_id: trader, text }] } }),
    () => ({ ...asTrader, text: 'look', extra: { attachments: [{ text, is_share: false }] } }),
    () => ({ ...asTrader, text: '', extra: { blocks: [{ type: 'section', text: { text } }] } }),
    () => ({ ...asTrader, extra: { subtype: random.pick(SUBTYPES) } }),
    () => ({ ...asTrader, extra: { hidden: true } }),
    () => ({ ...asTrader, extra: { edited: { user: trader, ts: '1600000000.000100' } } }),
    () => ({ ...asTrader, extra: { team: 'T0OTHER' } }),
    () => ({ ...asTrader, extra: { user_team: 'T0OTHER' } }),
    () => ({ ...asTrader, extra: { channel_type: random.pick(['im', 'mpim', 'app_home']) } }),
    () => ({ ...asTrader, text: random.pick(DISGUISES)(text) }),
    () => ({ ...asTrader, agoMs: random.integer(60_000, 86_400_000) }),
  ])();
}

const MARA = { display_name: 'Mara', real_name: 'Mara' } as const;
const SUBTYPES = [
  'file_share',
  'me_message',
  'channel_topic',
  'bot_message',
  'new_in_2027',
] as const;

function webhook(trader: string): JsonObject {
  return { subtype: 'bot_message', username: 'Mara', icons: {}, bot_profile: { name: trader } };
}
