import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, dataOf, type Of, type QueryOf } from '../api/client.ts';
import { LIVE_LIST } from '../api/polling.ts';

export type Budget = Of<'Budget'>;

export const budgetsQuery = (filter: { period?: string | undefined; cursor?: string | undefined }) =>
  queryOptions({
    queryKey: ['budgets', filter],
    queryFn: () =>
      dataOf(api.GET('/v1/ops/budgets', { params: { query: { ...filter, limit: 50 } as QueryOf<'listBudgets'> } })),
    ...LIVE_LIST,
  });

export const useSetBudget = ({ tenant_id: id, period }: Budget) => {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ amount, reason }: { amount: string; reason: string }) =>
      dataOf(
        api.PUT('/v1/ops/budgets/{id}/{period}', {
          params: { path: { id, period } },
          body: { limit: { amount, currency: 'USD' }, reason },
        }),
      ),
    onSettled: () => queries.invalidateQueries(),
  });
};
