/**
 * One connection to Redis, bounded and fail-fast.
 *
 * Rules
 * 1. Without a connection a call is refused at once: nothing is queued for later.
 * 2. A call that is not answered in time gives up, and so does its connection: what a stalled
 *    server would have to be told piles up nowhere.
 * 3. A lost connection is made anew by itself, each pause about twice the one before, with chance
 *    in it so that many who lost the same server do not come back in step.
 */
import type { BusFault, BusLimits } from '#bus/model.ts';
import type { Random } from '#kernel/random.ts';
import { err, ok, type Result } from '#kernel/result.ts';
import type { Secret } from '#kernel/secret.ts';
import type { Cancel, Clock } from '#kernel/time.ts';
import { BUSY, faultOf, needsNewConnection } from './faults.ts';
import { list } from './replies.ts';

const RETRY_MS_FIRST = 50;

export interface ConnectionParts {
  readonly url: Secret;
  readonly clock: Clock;
  readonly random: Random;
  readonly settings: Pick<
    BusLimits,
    'connectWithinMs' | 'commandWithinMs' | 'commandsMax' | 'retryMsMax'
  >;
  /** Whether a call may wait for a connection that is just being made: for who waits anyway. */
  readonly isPatient: boolean;
  /** Told of every fault, for health. */
  readonly onFault: (fault: BusFault) => void;
}

export type Command = readonly string[];
type Client = Awaited<ReturnType<typeof makeClient>>;

/** The client is loaded by who dials: most desks have no Redis, and start without it. */
async function makeClient(url: Secret, connectTimeout: number, commandsQueueMaxLength: number) {
  const { createClient } = await import('@redis/client');
  return createClient({
    url: url.reveal(),
    RESP: 2,
    name: 'strikewire',
    disableOfflineQueue: true,
    disableClientInfo: true,
    maintNotifications: 'disabled',
    commandsQueueMaxLength,
    socket: { connectTimeout, reconnectStrategy: false, keepAlive: true, noDelay: true },
  });
}

export class Connection {
  readonly #parts: ConnectionParts;
  #client: Client | null = null;
  #dialling: Promise<void> | null = null;
  #cancelRetry: Cancel | null = null;
  #tries = 0;
  #underWay = 0;
  #isClosed = false;
  #absence: BusFault = { kind: 'away', detail: 'there is no connection to Redis yet' };

  constructor(parts: ConnectionParts) {
    this.#parts = parts;
  }

  get isUp(): boolean {
    return this.#client !== null;
  }

  /** The first try to connect; resolves when it is over, however it ended. */
  async open(): Promise<void> {
    if (this.#client !== null || this.#isClosed) return;
    this.#dialling ??= this.#dial();
    await this.#dialling;
  }

  /** One command, or several in one go; the raw replies. `waitMs`: what it may take by itself. */
  async run(commands: readonly Command[], waitMs = 0): Promise<Result<unknown[], BusFault>> {
    const { settings, onFault, isPatient } = this.#parts;
    if (isPatient && this.#cancelRetry === null) await this.open();
    const client = this.#client;
    if (client === null) return err(this.#absence);
    if (this.#underWay + commands.length > settings.commandsMax) {
      onFault(BUSY);
      return err(BUSY);
    }
    this.#underWay += commands.length;
    try {
      const replies = await this.#answer(client, commands, waitMs + settings.commandWithinMs);
      this.#tries = 0;
      return ok(replies);
    } catch (error) {
      const fault = error instanceof Unanswered ? error.fault : faultOf(error);
      onFault(fault);
      if (needsNewConnection(fault.kind)) this.#drop(client, fault);
      return err(fault);
    } finally {
      this.#underWay -= commands.length;
    }
  }

  close(): void {
    this.#isClosed = true;
    this.#cancelRetry?.();
    this.#cancelRetry = null;
    this.#client?.destroy();
    this.#client = null;
  }

  async #answer(client: Client, commands: readonly Command[], ms: number): Promise<unknown[]> {
    const { promise: late, reject } = Promise.withResolvers<never>();
    const cancel = this.#parts.clock.after(ms, () => reject(new Unanswered(ms)));
    try {
      return await Promise.race([this.#send(client, commands), late]);
    } finally {
      cancel();
    }
  }

  async #send(client: Client, commands: readonly Command[]): Promise<unknown[]> {
    const [only] = commands;
    if (commands.length === 1 && only !== undefined)
      return [await client.sendCommand<unknown>(only)];
    // Sent together, answered together.
    const pipeline = client.multi();
    for (const command of commands) pipeline.addCommand([...command]);
    return [...list(await pipeline.execAsPipeline())];
  }

  async #dial(): Promise<void> {
    const { url, settings, onFault } = this.#parts;
    const client = await makeClient(url, settings.connectWithinMs, settings.commandsMax);
    // Without a listener an error of the socket would end the process; `run` tells of it.
    client.on('error', (error: unknown) => this.#drop(client, faultOf(error)));
    try {
      await this.#connected(client);
      if (this.#isClosed) client.destroy();
      else this.#client = client;
    } catch (error) {
      const fault = error instanceof Unanswered ? error.fault : faultOf(error);
      onFault(fault);
      this.#absence = fault.kind === 'unanswered' ? { ...fault, kind: 'away' } : fault;
      if (client.isOpen) client.destroy();
      this.#retry();
    } finally {
      this.#dialling = null;
    }
  }

  /** A server that takes the connection and says nothing is none either. */
  async #connected(client: Client): Promise<void> {
    const { clock, settings } = this.#parts;
    const { promise: late, reject } = Promise.withResolvers<never>();
    const ms = settings.connectWithinMs;
    const cancel = clock.after(ms, () => reject(new Unanswered(ms)));
    const dialled = client.connect();
    // When it is late, nobody waits for what becomes of it.
    dialled.catch(() => undefined);
    try {
      await Promise.race([dialled, late]);
    } finally {
      cancel();
    }
  }

  #drop(client: Client, fault: BusFault): void {
    if (this.#client !== client) return;
    this.#client = null;
    this.#absence = { ...fault, kind: fault.kind === 'unanswered' ? 'away' : fault.kind };
    if (client.isOpen) client.destroy();
    this.#retry();
  }

  #retry(): void {
    if (this.#isClosed || this.#cancelRetry !== null) return;
    const { clock, random, settings } = this.#parts;
    const pause = Math.min(settings.retryMsMax, RETRY_MS_FIRST * 2 ** Math.min(this.#tries, 20));
    this.#tries += 1;
    this.#cancelRetry = clock.after(pause * (0.5 + random.next() / 2), () => {
      this.#cancelRetry = null;
      void this.open();
    });
  }
}

class Unanswered extends Error {
  override readonly name = 'Unanswered';
  readonly fault: BusFault;

  constructor(ms: number) {
    super(`no answer in ${ms} ms`);
    this.fault = { kind: 'unanswered', detail: `Redis did not answer in ${ms} ms` };
  }
}
