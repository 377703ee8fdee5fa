import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, dataOf, type Of, type QueryOf } from '../api/client.ts';
import { LIVE, LIVE_LIST } from '../api/polling.ts';

export type Resolution = Of<'Resolution'>;

export const resolutionsQuery = (filter: { state?: string | undefined; cursor?: string | undefined }) =>
  queryOptions({
    queryKey: ['resolutions', filter],
    queryFn: () =>
      dataOf(
        api.GET('/v1/ops/resolutions', { params: { query: { ...filter, limit: 50 } as QueryOf<'listResolutions'> } }),
      ),
    ...LIVE_LIST,
  });

export const resolutionQuery = (id: string) =>
  queryOptions({
    queryKey: ['resolution', id],
    queryFn: () => dataOf(api.GET('/v1/ops/resolutions/{id}', { params: { path: { id } } })),
    ...LIVE,
  });

interface Verdict {
  readonly act: 'approve' | 'reject' | 'withdraw';
  readonly note: string;
  /** Of the order as it is on the screen. */
  readonly version: number;
}

export const useVerdict = (id: string) => {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ act, note, version }: Verdict): Promise<Resolution> => {
      const params = { path: { id } };
      switch (act) {
        case 'approve':
          return dataOf(
            api.POST('/v1/ops/resolutions/{id}/approve', { params, body: { note, expected_version: version } }),
          );
        case 'reject':
          return dataOf(api.POST('/v1/ops/resolutions/{id}/reject', { params, body: { note } }));
        case 'withdraw':
          return dataOf(api.POST('/v1/ops/resolutions/{id}/withdraw', { params, body: { note } }));
      }
    },
    onSuccess: (resolution) => queries.setQueryData(resolutionQuery(id).queryKey, resolution),
    // What was refused may have become of it meanwhile, too.
    onSettled: () => queries.invalidateQueries(),
  });
};
