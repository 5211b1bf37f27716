/** What the stand-in for Discord is made of. Ids are snowflakes, as text. */
import type { JsonObject } from '../support/json.ts';

/** https://discord.com/developers/docs/topics/permissions */
export const PERMISSION = {
  VIEW_CHANNEL: 1n << 10n,
  SEND_MESSAGES: 1n << 11n,
  READ_MESSAGE_HISTORY: 1n << 16n,
  CREATE_PUBLIC_THREADS: 1n << 35n,
  SEND_MESSAGES_IN_THREADS: 1n << 38n,
} as const;
export const ALL_PERMISSIONS = Object.values(PERMISSION).reduce((all, bit) => all | bit, 0n);

export interface User {
  readonly id: string;
  readonly username: string;
  readonly bot: boolean;
}

export interface Member {
  readonly user: User;
  roles: readonly string[];
}

export interface Channel {
  readonly id: string;
  readonly name: string;
  /** 0 text · 1 direct · 5 announcement · 11 public thread. */
  readonly type: 0 | 1 | 5 | 11;
  /** `null` for a direct channel. */
  readonly guildId: string | null;
  readonly parentId: string | null;
  /** Taken from the bot in this channel. */
  denied: bigint;
  /** For a direct channel: with whom. */
  readonly person: string | null;
}

export interface Guild {
  readonly id: string;
  readonly name: string;
  readonly roles: readonly { readonly id: string; readonly name: string }[];
  readonly members: readonly Member[];
}

/** As it is shown now; `wire` is what the API sends. */
export interface Message {
  readonly id: string;
  readonly channelId: string;
  readonly author: User;
  readonly content: string;
  readonly wire: JsonObject;
}

/** A REST answer: status and JSON, `undefined` for an empty body. */
export interface Reply {
  readonly status: number;
  readonly body: JsonObject | readonly JsonObject[] | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

export function fault(status: number, code: number, message: string, errors?: JsonObject): Reply {
  return { status, body: { code, message, ...(errors && { errors }) } };
}
