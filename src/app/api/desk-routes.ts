/** Acts on the desk over HTTP: messages, trades, kill state, arming. */
import { asMessageKey, asTradeId } from '#kernel/ids.ts';
import { ALERT_ROUTES } from '#operate/api/alerts.ts';
import { bind, done, no, ok } from '#operate/api/bind.ts';
import { RISK_ROUTES } from '#operate/api/risk.ts';
import { TRADE_ROUTES } from '#operate/api/trades.ts';
import type { AlertAnswer, ArmingControl, BoundRoute, DeskControl } from '#operate/ports.ts';
import { needsArming } from '#risk/arming.ts';
import { type Environment, KILL_STATES } from '#risk/model.ts';
import { answerJson } from '../answer.ts';
import type { AlertLane } from '../lane/alert-lane.ts';

export interface ActParts {
  readonly control: DeskControl;
  readonly environment: Environment;
  readonly arming: ArmingControl;
  readonly lane: Pick<AlertLane, 'release' | 'dismiss'>;
  /** A message that is a valid order now; `null` when nothing can be quoted. */
  readonly example: () => Promise<string | null>;
}

export function actRoutes(parts: ActParts): readonly BoundRoute[] {
  return [...alertActs(parts), ...tradeActs(parts), killStateAct(parts), ...armingRoutes(parts)];
}

const NOT_HELD = 'no message is held under this key, or it has waited too long';

const ROOMS_ONLY =
  'where orders are real, alerts come from the configured rooms; ' +
  'use dry_run: true or POST /api/v1/orders';

function alertActs({ control, environment, lane, example }: ActParts): readonly BoundRoute[] {
  return [
    bind(ALERT_ROUTES.process, async ({ body }) => {
      // It names any author, and asks nobody first.
      if (needsArming(environment) && !body.dry_run) return no('refused', ROOMS_ONLY);
      const answer = await control.process({
        platform: body.platform,
        channelId: body.channel_id,
        userId: body.user_id,
        messageId: body.message_id ?? null,
        text: body.text,
        postedAt: body.posted_at ?? null,
        dryRun: body.dry_run,
      });
      return ok(answerJson(answer));
    }),
    bind(ALERT_ROUTES.example, async () => ok({ text: await example() })),
    bind(ALERT_ROUTES.release, async ({ body, actor }) => {
      const answer = await lane.release(asMessageKey(body.message), actor);
      return answer === null ? no('refused', NOT_HELD) : ok(answerJson(answer));
    }),
    bind(ALERT_ROUTES.dismiss, async ({ body, actor }) => {
      const answer: AlertAnswer | null = await lane.dismiss(asMessageKey(body.message), actor);
      return answer === null ? no('refused', NOT_HELD) : ok({ done: true, detail: 'put aside' });
    }),
  ];
}

function tradeActs({ control }: ActParts): readonly BoundRoute[] {
  return [
    bind(TRADE_ROUTES.cancel, async ({ params, body, actor }) =>
      done(await control.cancelEntry(asTradeId(params.id), actor, body.reason), {}),
    ),
    bind(TRADE_ROUTES.close, async ({ params, body, actor }) =>
      done(await control.closeTrade(asTradeId(params.id), actor, body.reason), {}),
    ),
    bind(TRADE_ROUTES.release, async ({ params, body, actor }) =>
      done(await control.releaseTrade(asTradeId(params.id), actor, body.reason), {}),
    ),
  ];
}

/** Lowering it is an act of an admin, whatever the route says. */
function killStateAct({ control }: ActParts): BoundRoute {
  return bind(RISK_ROUTES.setKillState, async ({ body, caller, actor, needsCode }) => {
    const { to, reason } = body;
    const from = control.killState();
    const lowers = KILL_STATES.indexOf(to) < KILL_STATES.indexOf(from);
    if (lowers && caller?.role !== 'admin') {
      return no('forbidden', `lowering ${from} to ${to} needs the role admin`);
    }
    if (lowers && needsCode) return no('totp_needed', 'give a code of your authenticator first');
    const outcome = await control.setKillState(to, actor, reason);
    return done(outcome, { killState: control.killState() });
  });
}

function armingRoutes({ arming }: ActParts): readonly BoundRoute[] {
  return [
    bind(RISK_ROUTES.arming, () => ok(arming.state())),
    bind(RISK_ROUTES.armingCode, async ({ actor }) => {
      const outcome = await arming.challenge(actor);
      if (outcome.kind === 'refused') return no('refused', `${outcome.detail} (${outcome.code})`);
      if (outcome.kind === 'done') return no('refused', outcome.detail);
      const { code, expiresAt } = outcome;
      return ok({ code, expires_at: expiresAt }, { code: '', expires_at: expiresAt });
    }),
    bind(RISK_ROUTES.arm, async ({ body: { code, last_four: lastFour, reason }, actor }) =>
      done(await arming.arm({ actor, code, lastFour, reason }), arming.state()),
    ),
    bind(RISK_ROUTES.disarm, async ({ body, actor }) =>
      done(await arming.disarm(actor, body.reason), arming.state()),
    ),
  ];
}
