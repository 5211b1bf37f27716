/** The running desk as chat commands use it. Who may ask was decided before any of this. */
import type { Platform, Reading } from '#alerts/model.ts';
import { WIDE_PARSE_POLICY } from '#alerts/parser/settings.ts';
import type { InstrumentSource } from '#feeds/ports.ts';
import { asMessageKey, messageKey } from '#kernel/ids.ts';
import { formatPrice } from '#kernel/price.ts';
import { words } from '#kernel/text.ts';
import type { Clock } from '#kernel/time.ts';
import { newYorkDate } from '#market/session.ts';
import { alertLine } from '#operate/commands/answer.ts';
import type { CommandDesk, OrderRequest } from '#operate/commands/desk.ts';
import type {
  ActOutcome,
  AlarmsControl,
  AlertAnswer,
  ArmingControl,
  DeskControl,
  DeskFeed,
} from '#operate/ports.ts';
import type { Desk } from '#orders/desk.ts';
import { commandMessageId } from '#publish/made-messages.ts';
import { needsArming } from '#risk/arming.ts';
import type { Environment } from '#risk/model.ts';
import type { AlertLane } from '../lane/alert-lane.ts';
import type { LaneDependencies } from '../lane/lane-context.ts';
import { cancelOrder, replaceLimit } from '../order-acts.ts';
import { recordableText } from '../recordable-text.ts';
import type { Reload } from '../reload.ts';
import type { Venue } from '../venue.ts';
import type { AllowList } from './allow-list.ts';
import { allowListActs } from './allow-list-acts.ts';
import { brokerAccess } from './broker-access.ts';
import { quoteLine } from './quote-line.ts';

export interface CommandsDeskParts {
  readonly desk: Desk;
  readonly lane: AlertLane;
  readonly control: DeskControl;
  readonly arming: Pick<ArmingControl, 'state'>;
  readonly feed: Pick<DeskFeed, 'snapshot'>;
  readonly allowList: AllowList;
  readonly reload: Reload;
  readonly alarms?: Pick<AlarmsControl, 'list' | 'acknowledge'>;
  /** The newest certification, in lines; none where there is none. */
  readonly certified?: () => readonly string[];
  readonly environment: Environment;
  /** `real`: where orders are real or treated so; `always`: everywhere. */
  readonly confirmOrders: 'real' | 'always';
  readonly read: LaneDependencies['read'];
  readonly instruments: InstrumentSource;
  readonly clock: Clock;
  /** `null` on the simulated broker. */
  readonly venue: Pick<Venue, 'client' | 'account'> | null;
}

export function createCommandsDesk(parts: CommandsDeskParts): CommandDesk {
  const { desk, lane, control, arming, feed, environment, venue } = parts;
  const read = (text: string, platform: Platform): Reading =>
    parts.read(text, newYorkDate(desk.now()), WIDE_PARSE_POLICY, platform);
  return {
    control,
    feed,
    read,
    confirmsOrders: () => parts.confirmOrders === 'always' || needsArming(environment),
    async note({ actor, act, outcome }) {
      const said = { act: `command ${recordableText(act)}`, reason: recordableText(outcome) };
      const body = { ...said, at: desk.now() };
      await desk.record([{ kind: 'operator.acted', body, actor }], 'sync').durable;
    },
    place: (request) => place(parts, request),
    broker: desk.deps.broker,
    orders: {
      cancel: (order, actor, reason) => cancelOrder(parts, order, { actor, reason }),
      replace: (order, limit, actor) => replaceLimit(parts, order, limit, { actor, reason: '' }),
    },
    quote: (contract) => quoteLine({ ...parts, read }, contract),
    arming: () => arming.state(),
    held: {
      find: (key) => heldLine(lane.held(asMessageKey(key))),
      approve: async (key, actor) => decided(await lane.release(asMessageKey(key), actor)),
      dismiss: async (key, actor) => dismissed(await lane.dismiss(asMessageKey(key), actor)),
    },
    ...(parts.alarms !== undefined && { alarms: parts.alarms }),
    allowList: { ...allowListActs(parts), reload: parts.reload },
    certification: {
      run: async () => NO_CERTIFYING,
      async result() {
        const { certificate, certificateFault } = arming.state();
        const line = certificate ?? certificateFault ?? 'this environment needs none';
        const newest = parts.certified?.() ?? [];
        return { kind: 'told', lines: [...newest, `certificate: ${line}`] };
      },
    },
    ...(venue !== null && { access: brokerAccess(venue) }),
  };
}

/** It trades the account and signs in with the desk's own refresh token: never beside a desk. */
const NO_CERTIFYING: ActOutcome = {
  kind: 'refused',
  code: 'not_offered',
  detail: 'run `strikewire certify` on the machine, with the desk stopped',
};

async function place(
  { desk, lane }: CommandsDeskParts,
  { id, platform, channelId, by, text, at, dryRun }: OrderRequest,
): Promise<AlertAnswer> {
  const messageId = commandMessageId(id);
  const key = messageKey(platform, channelId, messageId);
  const said = { key, platform, channelId, messageId, text: recordableText(text), dryRun };
  const times = { postedAt: at, receivedAt: desk.now() };
  const author = { ...by, kind: 'person' } as const;
  return lane.take({ ...said, ...times, author, relation: 'initial' }, 'order').answer;
}

function decided(answer: AlertAnswer | null): ActOutcome {
  if (answer === null) return NOTHING_HELD;
  const { code, detail, tradeId, orders } = answer;
  return tradeId === null && orders.length === 0
    ? { kind: 'refused', code, detail }
    : { kind: 'done', detail: `let through: ${tradeId ?? 'a dry run, nothing sent'}` };
}

/** The contract, how many and at what price: size and limit are worked out anew in the end. */
function heldLine(held: ReturnType<AlertLane['held']>): string | null {
  if (held === null) return null;
  const { alert, sizing, quote, gates } = held;
  const parts = [
    ...(alert === null ? [] : [alertLine(alert)]),
    ...(sizing === null ? [] : [`limits allow ${sizing.quantity}`]),
    ...(quote === null
      ? []
      : [`bid ${formatPrice(quote.bid)}, ask ${formatPrice(quote.ask)} then`]),
    `held by ${gates.map(words).join(', ')}`,
  ];
  return parts.join(' · ');
}

function dismissed(answer: AlertAnswer | null): ActOutcome {
  return answer === null ? NOTHING_HELD : { kind: 'done', detail: 'put aside' };
}

const NOTHING_HELD: ActOutcome = {
  kind: 'refused',
  code: 'nothing_held',
  detail: 'no alert is held under this key, or it has waited too long',
};
