import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, dataOf, type Of } from './client.ts';

type Session = Of<'Session'>;
type Scope = Session['scopes'][number];

const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: () => dataOf(api.GET('/v1/ops/session')),
  staleTime: Infinity,
  refetchOnWindowFocus: false,
});

export const useSession = () => useQuery(sessionQuery);

export const useMay = (scope: Scope): boolean => useSession().data?.scopes.includes(scope) ?? false;

/** Everything that was refused without a session is asked for again. */
export const useSignIn = () => {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (key: string) => dataOf(api.POST('/v1/ops/session', { body: { key } })),
    onSuccess: async (session) => {
      queries.setQueryData(sessionQuery.queryKey, session);
      await queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' });
    },
  });
};

/** Nothing that was read stays in the page. */
export const useSignOut = () =>
  useMutation({
    mutationFn: () => dataOf(api.DELETE('/v1/ops/session')),
    onSuccess: () => location.assign('/ops'),
  });
