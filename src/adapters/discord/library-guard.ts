/**
 * Guards against what discord.js 14.28 (@discordjs/ws 1.2) does by itself, in parts of it that have
 * no public way in. Where a later version has other parts, the guard of them does nothing.
 *
 * - An event of an unexpected shape throws inside the socket's handler, which ends the process.
 *   Here it is told to `onFault`, and the next one is taken.
 * - `destroy()` during its reconnect loop does not end the loop. Here no further try is made.
 * - It stops listening to a socket that is still connecting; when that fails, its error ends the
 *   process. Here somebody listens to every socket for as long as it lives.
 */
import type { Client, SimpleShardingStrategy } from 'discord.js';

/** Methods of a shard that the library calls without looking at what becomes of them. */
const UNWATCHED = ['onMessage', 'onClose', 'heartbeat', 'internalConnect'] as const;

export function shardsOf(strategy: SimpleShardingStrategy): readonly object[] {
  const shards: unknown = Reflect.get(strategy, 'shards');
  return shards instanceof Map ? [...shards.values()].filter(isObject) : [];
}

export function guardShard(
  shard: object,
  { hasEnded, onFault }: { hasEnded: () => boolean; onFault: (error: unknown) => void },
): void {
  for (const name of UNWATCHED) {
    const original: unknown = Reflect.get(shard, name);
    if (typeof original !== 'function') continue;
    const guarded = async (...given: readonly unknown[]): Promise<void> => {
      if (hasEnded()) return;
      try {
        await Reflect.apply(original, shard, given);
      } catch (error) {
        onFault(error);
      }
    };
    Reflect.defineProperty(shard, name, { value: guarded });
  }
}

/** Events that came before the library was ready are handled by it later, outside of any guard. */
export function guardPackets({ ws }: Client, onFault: (error: unknown) => void): void {
  const original: unknown = Reflect.get(ws, 'handlePacket');
  if (typeof original !== 'function') return;
  const guarded = (...given: readonly unknown[]): unknown => {
    try {
      return Reflect.apply(original, ws, given);
    } catch (error) {
      onFault(error);
      return false;
    }
  };
  Reflect.defineProperty(ws, 'handlePacket', { value: guarded });
}

export interface ShardWatch {
  readonly hasEnded: () => boolean;
  /** Those that are open or may yet open. */
  readonly sockets: Set<object>;
  readonly onHeartbeat: () => void;
  readonly onClosed: (code: number) => void;
}

export function watchShard(shard: object, watch: ShardWatch): void {
  const { hasEnded, sockets, onHeartbeat, onClosed } = watch;
  listen(shard, 'heartbeat', onHeartbeat);
  listen(shard, 'closed', (closing) => {
    const code: unknown = isObject(closing) ? Reflect.get(closing, 'code') : null;
    onClosed(typeof code === 'number' ? code : 0);
  });
  let current: unknown = null;
  Reflect.defineProperty(shard, 'connection', {
    get: () => current,
    set(socket: unknown) {
      current = socket;
      if (!isObject(socket)) return;
      sockets.add(socket);
      const forget = (): void => void sockets.delete(socket);
      listen(socket, 'close', forget);
      listen(socket, 'error', forget);
      // Made by what was under way when all ended.
      if (hasEnded()) terminate(socket);
    },
  });
}

/** A socket the far side never answered stays open otherwise. */
export function terminate(socket: object): void {
  const end: unknown = Reflect.get(socket, 'terminate');
  if (typeof end === 'function') Reflect.apply(end, socket, []);
}

function listen(emitter: object, event: string, listener: (value: unknown) => void): void {
  const on: unknown = Reflect.get(emitter, 'on');
  if (typeof on === 'function') Reflect.apply(on, emitter, [event, listener]);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
