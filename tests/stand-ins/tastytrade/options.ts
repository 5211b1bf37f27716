/** What can be chosen about a stand-in, with what is usual. */
import type { Clock } from '#kernel/time.ts';
import type { EngineSettings } from './engine/settings.ts';

export interface StandInAccount {
  readonly number?: string;
  /** Dollars as a decimal. */
  readonly cash?: string;
  readonly kind?: 'Margin' | 'Cash';
  readonly nickname?: string;
}

export interface DxLinkOptions {
  /** `strict` ends the connection of a client that does not wait for each reply. */
  readonly handshake: 'strict' | 'lenient';
  /** Of each step of the handshake; what comes earlier was sent without waiting. */
  readonly replyMs: number;
  /** What is granted, in seconds; the wish of the client when absent. */
  readonly aggregationPeriod: number | null;
  /** Type and array pairs in one frame of data. */
  readonly pairsPerFrame: 'one' | 'several';
  /** `FEED_CONFIG` with the fields: with the answer to `FEED_SETUP`, or just before the data. */
  readonly feedConfig: 'at_once' | 'late';
  readonly keepaliveMs: number;
  readonly frameBytesMax: number;
}

/** Everything but the clock, the accounts and the settings of the engine. */
export interface FaceSettings {
  readonly seed: number | string;
  /** 0 takes a free one. */
  readonly port: number;
  /** `sandbox`: delayed feed, missing services. */
  readonly environment: 'production' | 'sandbox';
  readonly market: 'set' | 'walk';
  readonly walkEveryMs: number;
  /** Of every answer. */
  readonly answerMs: number;
  readonly tokenLifetimeMs: number;
  readonly quoteTokenLifetimeMs: number;
  readonly scopes: readonly string[];
  readonly oauthErrors: 'oauth' | 'envelope';
  /** Nothing is answered any more after so many refused logins; `null` for never. */
  readonly lockoutAfter: number | null;
  readonly refreshRotation: 'none' | 'kept' | 'revoked';
  readonly expiresIn: 'told' | 'absent';
  /** What a request without `Accept-Version` is answered in. */
  readonly unversioned: 'oldest' | 'latest';
  readonly userAgent: 'present' | 'product_version';
  /** Of unversioned answers. */
  readonly balances: 'items' | 'single';
  readonly multipliers: 'numbers' | 'text';
  readonly zeroPositions: 'hidden' | 'shown';
  readonly replaceLinks: 'shown' | 'absent';
  readonly dryRunRefusalStatus: number;
  readonly versionedPlacement: 'works' | 'not_found';
  /** At midnight in New York everything but users and accounts is deleted. */
  readonly dailyReset: 'off' | 'midnight';
  /** Of the account stream. */
  readonly heartbeatTimeoutMs: number;
  readonly streamFrames: 'single' | 'results';
}

export interface StandInOptions extends Partial<EngineSettings>, Partial<FaceSettings> {
  readonly clock?: Clock;
  readonly accounts?: readonly StandInAccount[];
  readonly dxlink?: Partial<DxLinkOptions>;
}

export const USUAL_FACE: FaceSettings = {
  seed: 1,
  port: 0,
  environment: 'production',
  market: 'set',
  walkEveryMs: 500,
  answerMs: 0,
  tokenLifetimeMs: 900_000,
  quoteTokenLifetimeMs: 86_400_000,
  scopes: ['read', 'trade', 'openid'],
  oauthErrors: 'oauth',
  lockoutAfter: null,
  refreshRotation: 'none',
  expiresIn: 'told',
  unversioned: 'oldest',
  userAgent: 'present',
  balances: 'items',
  multipliers: 'numbers',
  zeroPositions: 'hidden',
  replaceLinks: 'absent',
  dryRunRefusalStatus: 422,
  versionedPlacement: 'works',
  dailyReset: 'off',
  heartbeatTimeoutMs: 60_000,
  streamFrames: 'single',
};

export const USUAL_DXLINK: DxLinkOptions = {
  handshake: 'lenient',
  replyMs: 0,
  aggregationPeriod: null,
  pairsPerFrame: 'one',
  feedConfig: 'at_once',
  keepaliveMs: 30_000,
  frameBytesMax: 65_536,
};

export const USUAL_ACCOUNT: Required<StandInAccount> = {
  number: '5WT00001',
  cash: '100000',
  kind: 'Margin',
  nickname: 'Stand-in',
};
