import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, dataOf, type Of } from '../api/client.ts';
import { LIVE_HALF, SLOW } from '../api/polling.ts';

export type ProviderState = Of<'ProviderState'>;
export type ActivityHour = Of<'ActivityHour'>;
export type OperationClass = ProviderState['classes'][number]['class'];

export const providersQuery = queryOptions({
  queryKey: ['providers'],
  queryFn: () => dataOf(api.GET('/v1/ops/providers')),
  ...LIVE_HALF,
});

export const providerQuery = (id: string) =>
  queryOptions({
    queryKey: ['providers', id],
    queryFn: () => dataOf(api.GET('/v1/ops/providers/{id}', { params: { path: { id } } })),
    ...LIVE_HALF,
  });

/** Of one provider, or of all. */
export const activityQuery = (provider?: string) =>
  queryOptions({
    queryKey: ['activity', provider ?? ''],
    queryFn: () =>
      dataOf(api.GET('/v1/ops/activity', { params: { query: provider === undefined ? {} : { provider } } })),
    ...SLOW,
  });

export const useProbe = (id: string) => {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => dataOf(api.POST('/v1/ops/providers/{id}/probe', { params: { path: { id } } })),
    onSettled: () => queries.invalidateQueries({ queryKey: ['providers'] }),
  });
};
