/** Every endpoint of the stand-in. */
import type { Clock } from '#kernel/time.ts';
import type { Catalogue } from '../catalogue.ts';
import type { ComplexOrders } from '../engine/complex.ts';
import type { Engine } from '../engine/engine.ts';
import type { EngineSettings } from '../engine/settings.ts';
import type { Access } from '../http/access.ts';
import type { Route } from '../http/route.ts';
import type { Market } from '../market.ts';
import type { FaceSettings } from '../options.ts';
import type { AccountContext } from '../wire/account-json.ts';
import { accountRoutes } from './accounts.ts';
import { complexOrderRoutes } from './complex-orders.ts';
import { instrumentRoutes } from './instruments.ts';
import { marketRoutes } from './market.ts';
import { oauthRoutes } from './oauth.ts';
import { orderRoutes } from './orders.ts';

export interface RoutesOptions {
  readonly clock: Clock;
  readonly face: FaceSettings;
  readonly settings: EngineSettings;
  readonly catalogue: Catalogue;
  readonly market: Market;
  readonly engine: Engine;
  readonly complexOrders: ComplexOrders;
  readonly access: Access;
  readonly accountContext: () => AccountContext;
  readonly quoteUrl: () => string;
}

export function routesOf(options: RoutesOptions): readonly Route[] {
  const { clock, face, settings, catalogue, market, engine, access, accountContext } = options;
  const isSandbox = face.environment === 'sandbox';
  return [
    ...oauthRoutes({ access, ...face }),
    ...orderRoutes({ clock, engine, shape: face, ...face }),
    ...complexOrderRoutes({
      ...{ clock, accounts: engine.book.accounts, shape: face },
      complexOrders: options.complexOrders,
    }),
    ...accountRoutes({
      ...{ clock, engine, accountContext, ...face },
      netLiqHistory: isSandbox ? 'absent' : 'offered',
    }),
    ...instrumentRoutes({ catalogue, optionList: isSandbox ? 'forbidden' : 'offered' }),
    ...marketRoutes({
      ...{ clock, market, catalogue, access, session: settings.session },
      services: isSandbox ? 'sandbox' : 'all',
      quoteUrl: options.quoteUrl,
    }),
  ];
}
