import { queryOptions } from '@tanstack/react-query';
import { useAct } from '../../api/acts.ts';
import { api, dataOf, type Of, type QueryOf } from '../../api/client.ts';
import { LIVE_HALF, LIVE_LIST } from '../../api/polling.ts';

export type Break = Of<'Break'>;
export type WholeBreak = Of<'WholeBreak'>;

export interface BreakFilter {
  readonly status?: string | undefined;
  readonly type?: string | undefined;
  readonly severity?: string | undefined;
  readonly provider?: string | undefined;
  readonly period?: string | undefined;
  readonly cursor?: string | undefined;
}

export const breaksQuery = (filter: BreakFilter) =>
  queryOptions({
    queryKey: ['breaks', filter],
    queryFn: () =>
      dataOf(api.GET('/v1/finance/breaks', { params: { query: { ...filter, limit: 50 } as QueryOf<'listBreaks'> } })),
    ...LIVE_LIST,
  });

const of = (id: string) => ({ params: { path: { id } } });

export const breakQuery = (id: string) =>
  queryOptions({
    queryKey: ['break', id],
    queryFn: () => dataOf(api.GET('/v1/finance/breaks/{id}', of(id))),
    ...LIVE_HALF,
  });

/** What the books have of an order. */
export const orderLedgerQuery = (id: string) =>
  queryOptions({
    queryKey: ['order', id, 'ledger'],
    queryFn: () => dataOf(api.GET('/v1/finance/ledger/orders/{id}', of(id))),
    ...LIVE_HALF,
  });

/** Null gives it back. */
export const useAssign = (id: string) =>
  useAct((operatorId: string | null) => {
    const body = operatorId === null ? {} : { operator_id: operatorId };
    return dataOf(api.POST('/v1/finance/breaks/{id}/assign', { ...of(id), body }));
  });

export const useWait = (id: string) =>
  useAct(({ body }: { body: Of<'WaitForBreakRequest'> }) =>
    dataOf(api.POST('/v1/finance/breaks/{id}/wait', { ...of(id), body })),
  );

export const useResolve = (id: string) =>
  useAct((body: Of<'ResolveBreakRequest'>) => dataOf(api.POST('/v1/finance/breaks/{id}/resolve', { ...of(id), body })));

export const useApprove = (id: string) => useAct(() => dataOf(api.POST('/v1/finance/breaks/{id}/approve', of(id))));

/** As many as are decided together. */
export const MOST = 500;
const PAGE = 100;

/** All that a filter finds, up to MOST of them. */
export const readAll = async (filter: BreakFilter): Promise<readonly Break[]> => {
  const found: Break[] = [];
  let cursor: string | undefined;
  do {
    const query = { ...filter, cursor, limit: PAGE } as QueryOf<'listBreaks'>;
    const page = await dataOf(api.GET('/v1/finance/breaks', { params: { query } }));
    found.push(...page.data);
    cursor = page.next_cursor ?? undefined;
  } while (cursor !== undefined && found.length < MOST);
  return found.slice(0, MOST);
};

type Resolution = Of<'PreviewBreaksRequest'>['resolution'];

export const previewQuery = (breaks: readonly string[], resolution: Resolution | undefined) =>
  queryOptions({
    queryKey: ['breaks', 'preview', breaks, resolution],
    enabled: resolution !== undefined,
    queryFn: () =>
      dataOf(
        api.POST('/v1/finance/break-resolutions/preview', {
          body: { breaks: [...breaks], resolution: resolution as Resolution },
        }),
      ),
  });

export const useResolveAll = () =>
  useAct((body: Of<'ResolveBreaksRequest'>) => dataOf(api.POST('/v1/finance/break-resolutions', { body })));
