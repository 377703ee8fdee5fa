import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, dataOf, type Of } from '../api/client.ts';
import { LIVE_HALF } from '../api/polling.ts';

export type Proposal = Of<'ProposeResolutionRequest'>;

export const choicesQuery = (id: string) =>
  queryOptions({
    queryKey: ['choices', id],
    queryFn: () => dataOf(api.GET('/v1/ops/orders/{id}/resolutions', { params: { path: { id } } })),
    ...LIVE_HALF,
  });

/** Has the gateway read the provider and say what would come of it. Nothing is done. */
export const useCheck = (id: string) =>
  useMutation({
    mutationFn: async (body: Proposal): Promise<Of<'DryRun'>> =>
      (await dataOf(
        api.POST('/v1/ops/orders/{id}/resolutions', {
          params: { path: { id }, query: { dry_run: 'true' }, header: { 'Idempotency-Key': crypto.randomUUID() } },
          body,
        }),
      )) as Of<'DryRun'>,
  });

/** @param key the same for every try of the same decision, so that it is made once */
export const usePropose = (id: string) => {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ body, key }: { body: Proposal; key: string }): Promise<Of<'Resolution'>> =>
      (await dataOf(
        api.POST('/v1/ops/orders/{id}/resolutions', {
          params: { path: { id }, header: { 'Idempotency-Key': key } },
          body,
        }),
      )) as Of<'Resolution'>,
    onSettled: () => queries.invalidateQueries(),
  });
};
