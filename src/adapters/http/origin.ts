/**
 * Whether a request comes from where a request may come from.
 *
 * The `Host` allow-list stops a foreign name that was rebound to this address; the `Origin` and
 * `Sec-Fetch-Site` checks stop pages of other sites (F189).
 */

const LOOPBACK_NAMES = ['127.0.0.1', 'localhost', '[::1]'];
const LOOPBACK_ADDRESS = /^(?:::ffff:)?127\.|^::1$/;

/** Whether the other end of a connection is on this machine. */
export function isLocalAddress(address: string | undefined): boolean {
  return address !== undefined && LOOPBACK_ADDRESS.test(address);
}

/** What one person holds: an IPv4 address, or the /64 around an IPv6 one. */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!address.includes(':')) return address;
  const [front = [], back = []] = address
    .split('::')
    .map((half) => half.split(':').filter(Boolean));
  const zeros = address.includes('::') ? Math.max(0, 8 - front.length - back.length) : 0;
  const groups = [...front, ...Array.from({ length: zeros }, () => '0'), ...back];
  const network = groups.slice(0, 4).map((group) => group.toLowerCase().replace(/^0+(?=.)/, ''));
  return `${network.join(':')}::/64`;
}

/** `allowed`: names beyond loopback, with or without a port. */
export function isAllowedHost(host: string | undefined, allowed: readonly string[]): boolean {
  if (host === undefined) return false;
  const lower = host.toLowerCase();
  const name = lower.replace(/:\d+$/, '');
  return LOOPBACK_NAMES.includes(name) || allowed.includes(lower) || allowed.includes(name);
}

/** `origin` absent: not a browser, or a plain navigation. Another port is another origin. */
export function isOwnOrigin(origin: string | undefined, host: string | undefined): boolean {
  if (origin === undefined) return true;
  const match = /^https?:\/\/([^/]+)$/.exec(origin.toLowerCase());
  return match?.[1] !== undefined && match[1] === host?.toLowerCase();
}

/** What a browser says of where a request started; other clients say nothing. */
export function isSameSite(fetchSite: string | undefined): boolean {
  return fetchSite === undefined || fetchSite === 'same-origin' || fetchSite === 'none';
}
