/** The parser, with the trading calendar it reads dates by. */
import { parseAlert } from '#alerts/parse.ts';
import { isTradingDay } from '#market/session.ts';
import type { LaneDependencies } from './lane/lane-context.ts';

export const readAlert: LaneDependencies['read'] = (text, posted, policy, platform) =>
  parseAlert(text, { posted, policy, isTradingDay, platform });
