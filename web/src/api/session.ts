/** Who is at the page. A desk that is only simulated logs its own machine's browser in by itself. */
import { QueryClient, useQuery } from '@tanstack/react-query';
import { call, keepCsrf } from './client.ts';
import { RefusalError } from './problem.ts';
import type { Role, SessionView } from './types.ts';

/** Acts are never repeated by themselves, and questions only when they are looked at again. */
export const queries = new QueryClient({
  defaultOptions: {
    queries: { retry: false, staleTime: 2_000, networkMode: 'always' },
    mutations: { retry: false, networkMode: 'always' },
  },
});

const SESSION = ['session'];

let wasLoggedIn = false;

/** Whether somebody was logged in at this page, and did not log out: the desk has ended it. */
export function isEnded(): boolean {
  return wasLoggedIn;
}

/** `null`: nobody is logged in. Rejects when the desk does not answer. */
async function readSession(): Promise<SessionView | null> {
  const session = (await find()) ?? (await findAfterWelcome());
  keepCsrf(session?.csrf ?? null);
  wasLoggedIn ||= session !== null;
  return session;
}

/** Opening the page is what logs this machine's browser in, where the desk is set up so. */
async function findAfterWelcome(): Promise<SessionView | null> {
  await fetch('/', { cache: 'no-store' });
  return find();
}

async function find(): Promise<SessionView | null> {
  try {
    return await call<SessionView>('GET', '/api/v1/session');
  } catch (error) {
    if (error instanceof RefusalError && error.refusal.status === 401) return null;
    throw error;
  }
}

export function useSession() {
  return useQuery({ queryKey: SESSION, queryFn: readSession, staleTime: Number.POSITIVE_INFINITY });
}

/** Whether somebody is still logged in, asked of the desk anew. */
export async function isLoggedIn(): Promise<boolean> {
  try {
    const session = await queries.query({
      queryKey: SESSION,
      queryFn: readSession,
      staleTime: 0,
    });
    return session !== null;
  } catch {
    return false;
  }
}

function takeSession(session: SessionView): void {
  wasLoggedIn = true;
  keepCsrf(session.csrf);
  queries.setQueryData(SESSION, session);
}

export type Proof =
  | { readonly key: string }
  | { readonly name: string; readonly password: string; readonly code?: string };

export async function logIn(proof: Proof): Promise<void> {
  takeSession(await call<SessionView>('POST', '/api/v1/session', { body: proof }));
}

/** Proves the second factor for acts of an admin. */
export async function stepUp(code: string): Promise<void> {
  takeSession(await call<SessionView>('POST', '/api/v1/session/totp', { body: { code } }));
}

/** Answered with a new session for this page; every other one of the person has ended. */
export async function changePassword(password: string, next: string): Promise<void> {
  const body = { password, next };
  takeSession(await call<SessionView>('PUT', '/api/v1/session/password', { body }));
}

export interface Enrolment {
  readonly secret: string;
  readonly uri: string;
}

export async function beginEnrolment(password: string): Promise<Enrolment> {
  return call<Enrolment>('POST', '/api/v1/session/totp/enrolment', { body: { password } });
}

/**
 * Recovery codes, told this once. The session is read again by `refreshSession`, once a person has
 * them: before, the page would go on and take them off the screen.
 */
export async function confirmEnrolment(code: string): Promise<readonly string[]> {
  const path = '/api/v1/session/totp/enrolment';
  const { recoveryCodes } = await call<{ recoveryCodes: readonly string[] }>('PUT', path, {
    body: { code },
  });
  return recoveryCodes;
}

export async function refreshSession(): Promise<void> {
  await queries.invalidateQueries({ queryKey: SESSION });
}

export async function dropTotp(code: string): Promise<string> {
  const { detail } = await call<{ detail: string }>('DELETE', '/api/v1/session/totp', {
    body: { code },
  });
  await refreshSession();
  return detail;
}

export async function logOut(): Promise<void> {
  await call('DELETE', '/api/v1/session');
  wasLoggedIn = false;
  keepCsrf(null);
  queries.removeQueries({ queryKey: ['desk'] });
  queries.setQueryData(SESSION, null);
}

const RANK: Readonly<Record<Role, number>> = { viewer: 0, operator: 1, admin: 2 };

/** Whether the person at the page may do what takes a role; the desk judges again. */
export function useMay(needed: Role): boolean {
  const { data } = useSession();
  return data !== null && data !== undefined && RANK[data.role] >= RANK[needed];
}
