/** Access to a real broker, as commands show and renew it. */
import { formatInstant } from '#kernel/time.ts';
import type { CommandDesk, Told } from '#operate/commands/desk.ts';
import type { ActOutcome } from '#operate/ports.ts';
import type { Venue } from '../venue.ts';

export function brokerAccess({
  client,
  account,
}: Pick<Venue, 'client' | 'account'>): NonNullable<CommandDesk['access']> {
  return {
    async status(): Promise<Told> {
      const { token, skew } = client.health();
      const left =
        token.expiresInMs === null ? 'none held' : `${Math.round(token.expiresInMs / 1000)} s left`;
      const lines = [
        `account ****${account.slice(-4)}`,
        `access token: ${left}, ${token.refreshes} refreshes`,
        ...(token.fault === null ? [] : [`fault: ${token.fault.kind}, ${token.fault.detail}`]),
        ...(skew === null
          ? []
          : [`venue's clock ${skew.skewMs} ms ahead at ${formatInstant(skew.at)}`]),
      ];
      return { kind: 'told', lines };
    },
    async refresh(): Promise<ActOutcome> {
      client.tokens.tryAgain();
      const token = await client.tokens.current();
      return token.ok
        ? { kind: 'done', detail: 'the venue gave an access token' }
        : { kind: 'refused', code: token.error.kind, detail: token.error.detail };
    },
    async accounts(): Promise<Told> {
      const accounts = await client.accounts();
      if (!accounts.ok) return { kind: 'failed', detail: accounts.error.detail };
      const lines = accounts.value.map(({ number, type, nickname }) =>
        [`****${number.slice(-4)}`, type ?? '', nickname ?? ''].join(' ').trim(),
      );
      return { kind: 'told', lines };
    },
  };
}
