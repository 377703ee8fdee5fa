import { queryOptions } from '@tanstack/react-query';
import { api, dataOf, type Of, type QueryOf } from '../../api/client.ts';
import { LIVE_HALF, LIVE_LIST } from '../../api/polling.ts';

export type Pool = Of<'Pool'>;

export interface PoolFilter {
  readonly status?: string | undefined;
  readonly provider?: string | undefined;
  readonly cursor?: string | undefined;
}

export const poolsQuery = (filter: PoolFilter) =>
  queryOptions({
    queryKey: ['pools', filter],
    queryFn: () =>
      dataOf(api.GET('/v1/finance/pools', { params: { query: { ...filter, limit: 50 } as QueryOf<'listPools'> } })),
    ...LIVE_LIST,
  });

export const poolQuery = (id: string) =>
  queryOptions({
    queryKey: ['pool', id],
    queryFn: () => dataOf(api.GET('/v1/finance/pools/{id}', { params: { path: { id } } })),
    ...LIVE_HALF,
  });

/** They change with their pool: asked again as that is. */
export const membersQuery = ({ id, status, members }: Pool, cursor: string | undefined) =>
  queryOptions({
    queryKey: ['pool', id, 'members', status, members, cursor],
    queryFn: () =>
      dataOf(
        api.GET('/v1/finance/pools/{id}/members', {
          params: { path: { id }, query: { limit: 50, ...(cursor !== undefined && { cursor }) } },
        }),
      ),
    ...LIVE_HALF,
    placeholderData: LIVE_LIST.placeholderData,
  });
