import { queryOptions } from '@tanstack/react-query';
import { useAct } from '../../api/acts.ts';
import { api, dataOf, type Of, type QueryOf } from '../../api/client.ts';
import { LIVE_HALF, LIVE_LIST } from '../../api/polling.ts';

export type Run = Of<'Reconciliation'>;

export interface RunFilter {
  readonly provider?: string | undefined;
  readonly period?: string | undefined;
  readonly status?: string | undefined;
  readonly cursor?: string | undefined;
}

export const runsQuery = (filter: RunFilter) =>
  queryOptions({
    queryKey: ['runs', filter],
    queryFn: () =>
      dataOf(
        api.GET('/v1/finance/reconciliations', {
          params: { query: { ...filter, limit: 50 } as QueryOf<'listReconciliations'> },
        }),
      ),
    ...LIVE_LIST,
  });

export const runQuery = (id: string) =>
  queryOptions({
    queryKey: ['run', id],
    queryFn: () => dataOf(api.GET('/v1/finance/reconciliations/{id}', { params: { path: { id } } })),
    ...LIVE_HALF,
  });

export const findingsQuery = (id: string, cursor: string | undefined) =>
  queryOptions({
    queryKey: ['run', id, 'findings', cursor],
    queryFn: () =>
      dataOf(
        api.GET('/v1/finance/reconciliations/{id}/findings', {
          params: { path: { id }, query: { limit: 50, ...(cursor !== undefined && { cursor }) } },
        }),
      ),
    placeholderData: LIVE_LIST.placeholderData,
  });

export const useStart = () =>
  useAct(({ body }: { body: Of<'StartRunRequest'> }) => dataOf(api.POST('/v1/finance/reconciliations', { body })));
