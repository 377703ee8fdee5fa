import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, dataOf, type Of, type QueryOf } from '../api/client.ts';
import { LIVE_LIST } from '../api/polling.ts';

export type Switch = Of<'Switch'>;
export type SwitchScope = Of<'SwitchScopeRequest'>;

export const switchesQuery = (filter: { state?: string | undefined; cursor?: string | undefined }) =>
  queryOptions({
    queryKey: ['switches', filter],
    queryFn: () =>
      dataOf(api.GET('/v1/ops/switches', { params: { query: { ...filter, limit: 50 } as QueryOf<'listSwitches'> } })),
    ...LIVE_LIST,
  });

export const useTurnOn = () => {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: Of<'TurnOnRequest'>) => dataOf(api.POST('/v1/ops/switches', { body })),
    onSettled: () => queries.invalidateQueries(),
  });
};

export const useTurnOff = (id: string) => {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (reason: string) =>
      dataOf(api.POST('/v1/ops/switches/{id}/off', { params: { path: { id } }, body: { reason } })),
    onSettled: () => queries.invalidateQueries(),
  });
};
