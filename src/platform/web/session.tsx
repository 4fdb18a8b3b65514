import { useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useCallback, useContext, useEffect } from 'react';
import type { Session } from '../auth/api.ts';
import { type Permission, roleHolds } from '../http/principal.ts';
import { type ApiProblem, api, onSessionLost, setCsrfToken } from './api-client.ts';

export type SignedInUser = NonNullable<Session['user']>;

export const sessionKey = ['session'] as const;

const SessionContext = createContext<Session | null>(null);

export function useSessionQuery() {
  return useQuery<Session, ApiProblem>({
    queryKey: sessionKey,
    queryFn: async () => {
      const session = await api.get<Session>('/api/session');
      setCsrfToken(session.csrfToken);
      return session;
    },
    staleTime: 60_000,
    refetchOnWindowFocus: true,
    retry: (count, problem) => (problem.status === 0 || problem.status >= 500) && count < 3,
  });
}

/** Takes over the session that an answer brought (sign-in, set-up, own account). */
export function useTakeSession(): (session: Session) => void {
  const client = useQueryClient();
  return useCallback(
    (session) => {
      setCsrfToken(session.csrfToken);
      const before = client.getQueryData<Session>(sessionKey);
      client.setQueryData(sessionKey, session);
      // Another person must not see what the one before was allowed to see.
      if (before?.user?.id !== session.user?.id) {
        client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== sessionKey[0] });
      }
    },
    [client],
  );
}

/** Ends the session here; the server has forgotten it or is about to. */
export function useForgetSession(): () => void {
  const client = useQueryClient();
  const take = useTakeSession();
  return useCallback(() => {
    const before = client.getQueryData<Session>(sessionKey);
    take({
      user: null,
      csrfToken: null,
      needsSetup: false,
      version: before?.version ?? '',
    });
  }, [client, take]);
}

export function SessionProvider({ session, children }: { session: Session; children: ReactNode }) {
  const forget = useForgetSession();
  useEffect(() => {
    onSessionLost(forget);
    return () => onSessionLost(() => {});
  }, [forget]);
  return <SessionContext value={session}>{children}</SessionContext>;
}

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === null) throw new Error('useSession outside of the SessionProvider');
  return session;
}

/** The user on whose behalf the page is shown. Only below pages that need a session. */
export function useUser(): SignedInUser {
  const { user } = useSession();
  if (user === null) throw new Error('useUser on a page without a session');
  return user;
}

/** Whether the user's role holds a permission such as `assets:write`. The server decides anyway. */
export function useHolds(permission: string | undefined): boolean {
  const { user } = useSession();
  if (permission === undefined) return true;
  return user !== null && roleHolds(user.role, permission as Permission);
}
