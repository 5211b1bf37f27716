/** Settings of the HTTP side: where it listens and how much it takes. */
import { z } from 'zod';

const LOOPBACK_HOSTS = ['127.0.0.1', 'localhost', '::1'] as const;

/** Whether an address to listen on is reachable from this machine alone. */
export function isLoopback(host: string): boolean {
  return LOOPBACK_HOSTS.some((known) => known === host) || /^127\.\d+\.\d+\.\d+$/.test(host);
}

export const HTTP_SETTINGS = z
  .strictObject({
    /** Address to listen on. Anything but loopback needs `exposure` and `allowedHosts`. */
    host: z.string().min(1).max(255).default('127.0.0.1'),
    /** Port to listen on; 0 takes any free one. */
    port: z.int().min(0).max(65_535).default(7420),
    /** loopback: this machine only. behind_tls_proxy: a proxy of yours ends TLS in front of it. */
    exposure: z.enum(['loopback', 'behind_tls_proxy']).default('loopback'),
    /** Host names a browser may reach the desk by, beyond loopback (DNS rebinding). */
    allowedHosts: z
      .array(z.string().regex(/^[a-z0-9.-]+(:\d+)?$/, 'expected a host name such as desk.example'))
      .max(20)
      .default([]),
    /** Where people reach the page, as in https://desk.example/: answers in chats link to it. */
    publicUrl: z
      .url({ protocol: /^https?$/ })
      .max(2_048)
      .nullable()
      .default(null),
    /** Largest request body taken, in bytes. */
    bodyBytesMax: z.int().min(1_024).max(102_400).default(102_400),
    /** Time a client has to send a whole request. */
    requestTimeoutMs: z.int().min(1_000).max(120_000).default(10_000),
    /** How long an idle connection is kept. */
    keepAliveMs: z.int().min(1_000).max(300_000).default(30_000),
    /** How long a page stays logged in, whatever it does. */
    sessionMs: z.int().min(60_000).max(43_200_000).default(43_200_000),
    /** After so long without a request a page is logged out; an open stream is none. */
    sessionIdleMs: z.int().min(60_000).max(43_200_000).default(7_200_000),
    /** Requests of one caller in a minute; setting the kill state is never counted. */
    requestsPerMinute: z.int().min(10).max(1_000_000).default(6_000),
    /** Event streams open at once. */
    streamsMax: z.int().min(1).max(500).default(200),
    /** Of these, one caller's: a page that is open takes one. */
    streamsPerCaller: z.int().min(1).max(500).default(16),
  })
  .superRefine((http, context) => {
    if (isLoopback(http.host)) return;
    if (http.exposure === 'loopback') {
      context.addIssue({
        code: 'custom',
        path: ['exposure'],
        message: `expected behind_tls_proxy, because host ${http.host} can be reached from outside`,
      });
    }
    if (http.allowedHosts.length === 0) {
      context.addIssue({
        code: 'custom',
        path: ['allowedHosts'],
        message: `expected at least one host name, because host ${http.host} is public`,
      });
    }
  });
