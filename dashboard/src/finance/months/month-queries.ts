import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { under, useAct, type Under } from '../../api/acts.ts';
import { api, dataOf, type Of } from '../../api/client.ts';
import { SLOW } from '../../api/polling.ts';

export type Month = Of<'Period'>;
export type Balance = Of<'Balance'>;
export type Checklist = Of<'Checklist'>;
export type Closing = Of<'Closing'>;

export const monthsQuery = queryOptions({
  queryKey: ['months'],
  queryFn: () => dataOf(api.GET('/v1/finance/periods')),
  ...SLOW,
});

/** The books of every order of the month are looked at for it: only when somebody asks, or has done something. */
export const checklistQuery = (id: string) =>
  queryOptions({
    queryKey: ['month', id, 'checklist'],
    queryFn: () => dataOf(api.GET('/v1/finance/periods/{id}/close-checklist', { params: { path: { id } } })),
    staleTime: Infinity,
    refetchOnWindowFocus: false,
  });

export type Apart = 'provider' | 'tenant';

export const balancesQuery = (period: string, apart: Apart | undefined, cursor: string | undefined) =>
  queryOptions({
    queryKey: ['month', period, 'balances', apart, cursor],
    queryFn: () => {
      const query = {
        period,
        limit: 100,
        ...(apart !== undefined && { group_by: [apart] }),
        ...(cursor !== undefined && { cursor }),
      };
      return dataOf(api.GET('/v1/finance/ledger/balances', { params: { query } }));
    },
    ...SLOW,
    placeholderData: keepPreviousData,
  });

export const useClose = (id: string) =>
  useAct(({ body, ...key }: Under & { body: Of<'ClosePeriodRequest'> }) =>
    dataOf(api.POST('/v1/finance/periods/{id}/close', { params: { path: { id }, ...under(key) }, body })),
  );

export const useReopen = (id: string) =>
  useAct(({ body, ...key }: Under & { body: Of<'ReopenPeriodRequest'> }) =>
    dataOf(api.POST('/v1/finance/periods/{id}/reopen', { params: { path: { id }, ...under(key) }, body })),
  );
