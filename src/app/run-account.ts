/** The account a run trades, as its record names it: enough to tell another one, and no more. */
import { shortDigest } from '#kernel/digest.ts';
import type { Config } from './config.ts';

const DIGEST_LENGTH = 12;

/** 12 characters of base 32 (60 bits). */
export function accountDigest(account: string): string {
  return shortDigest(`account ${account}`, DIGEST_LENGTH);
}

/** Of a desk as it is configured; `null` where its account is made up. */
export function configuredAccountDigest({ environment, tastytrade }: Config): string | null {
  const { account } = tastytrade;
  return environment === 'simulated' || account === null ? null : accountDigest(account);
}
