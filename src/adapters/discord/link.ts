/**
 * One discord.js client for one life: opened, logged in, ended for good. Whoever wants to connect
 * again opens another. What the library would do wrong by itself is in `library-guard.ts`.
 */
import {
  Client,
  Events,
  GatewayIntentBits,
  Options,
  Partials,
  SimpleShardingStrategy,
} from 'discord.js';
import type { Secret } from '#kernel/secret.ts';
import type { Clock } from '#kernel/time.ts';
import { guardPackets, guardShard, shardsOf, terminate, watchShard } from './library-guard.ts';

export interface LinkOptions {
  readonly apiUrl: string;
  readonly token: Secret;
  readonly clock: Clock;
  readonly requestWithinMs: number;
  /** `none` in tests: by default the library waits 5 s before it identifies again. */
  readonly identifyThrottle: 'library' | 'none';
  /** Every event, before the library's own cache and whatever that makes of it. */
  readonly onEvent: (event: string, data: unknown) => void;
  readonly onHeartbeat: () => void;
  readonly onClosed: (code: number) => void;
  /** All servers have been told of, or have been waited for long enough. */
  readonly onServers: () => void;
  readonly onFault: (error: unknown) => void;
}

export interface Link {
  readonly client: Client;
  /** Settles once: ready, refused or broken; perhaps never while the far side does not answer. */
  login(): Promise<void>;
  end(): Promise<void>;
}

const SERVERS_WITHIN_MS = 3_000;
const CLOSING_WITHIN_MS = 1_000;

export function openLink(options: LinkOptions): Link {
  const { token, clock, onEvent, onFault, onHeartbeat, onClosed } = options;
  const sockets = new Set<object>();
  let hasEnded = false;
  const client = createClient(options, (strategy) => {
    for (const shard of shardsOf(strategy)) {
      guardShard(shard, { hasEnded: () => hasEnded, onFault });
      watchShard(shard, { hasEnded: () => hasEnded, sockets, onHeartbeat, onClosed });
    }
  });
  guardPackets(client, onFault);
  client.on('raw', (packet: unknown) => {
    const { t, d } = packetOf(packet);
    if (!hasEnded && typeof t === 'string') onEvent(t, d);
  });
  // Without a listener for it, a rejection inside the library would end the process.
  client.on(Events.Error, onFault);
  client.on(Events.ShardError, onFault);
  client.on(Events.ShardReady, () => {
    if (!hasEnded) options.onServers();
  });
  return {
    client,
    async login() {
      await client.login(token.reveal());
    },
    async end() {
      hasEnded = true;
      await within(clock, CLOSING_WITHIN_MS, client.destroy().catch(onFault));
      for (const socket of sockets) terminate(socket);
    },
  };
}

function createClient(
  options: LinkOptions,
  onSpawn: (strategy: SimpleShardingStrategy) => void,
): Client {
  const { apiUrl, requestWithinMs, identifyThrottle } = options;
  const { Guilds, GuildMessages, MessageContent } = GatewayIntentBits;
  return new Client({
    intents: [Guilds, GuildMessages, MessageContent],
    partials: [Partials.Message, Partials.Channel],
    allowedMentions: { parse: [] },
    failIfNotExists: false,
    waitGuildTimeout: SERVERS_WITHIN_MS,
    // Messages are read from the events themselves; only servers and channels are looked up.
    makeCache: Options.cacheWithLimits({ ...Options.DefaultMakeCacheSettings, MessageManager: 0 }),
    rest: { api: apiUrl, timeout: requestWithinMs, retries: 0, invalidRequestWarningInterval: 100 },
    ws: {
      buildStrategy: (manager) => {
        const strategy = new SimpleShardingStrategy(manager);
        return {
          async spawn(ids) {
            await strategy.spawn(ids);
            onSpawn(strategy);
          },
          connect: () => strategy.connect(),
          destroy: (how) => strategy.destroy(how),
          send: (id, payload) => strategy.send(id, payload),
          fetchStatus: () => strategy.fetchStatus(),
        };
      },
      ...(identifyThrottle === 'none' && {
        buildIdentifyThrottler: async () => ({ waitForIdentify: async () => undefined }),
      }),
    },
  });
}

function packetOf(packet: unknown): { readonly t?: unknown; readonly d?: unknown } {
  return typeof packet === 'object' && packet !== null ? packet : {};
}

/** Resolves with the work or after so long, whichever is sooner. */
function within(clock: Clock, ms: number, work: Promise<void>): Promise<void> {
  return new Promise((resolve) => {
    const cancel = clock.after(ms, resolve);
    void work.then(() => {
      cancel();
      resolve();
    });
  });
}
