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

/** Has the gateway check what was proposed once more, as it would before it carries it out. Nothing is done. */
export const checkQuery = (resolution: Resolution, version: number, enabled: boolean) =>
  queryOptions({
    queryKey: ['check', resolution.id, version],
    queryFn: async (): Promise<Of<'DryRun'>> => {
      const { id, order_id: orderId, decision, evidence, reason } = resolution;
      const asked = {
        params: { path: { id: orderId }, query: { dry_run: 'true' as const }, header: { 'Idempotency-Key': id } },
        body: { decision, evidence: givenOf(evidence), reason, expected_version: version },
      };
      return (await dataOf(api.POST('/v1/ops/orders/{id}/resolutions', asked))) as Of<'DryRun'>;
    },
    enabled,
    // Each reads the provider: once for an order as it is, and when somebody asks.
    staleTime: Infinity,
    retry: false,
  });

/** Evidence as it is sent: without what nobody gave. */
const givenOf = (evidence: Resolution['evidence']): Of<'EvidenceRequest'> => {
  const { provider_order_id: purchase, cancelled, refunded, kept, statement } = evidence;
  return {
    ...(purchase !== null && { provider_order_id: purchase }),
    ...(cancelled.length > 0 && { cancelled }),
    ...(refunded.length > 0 && { refunded }),
    ...(kept.length > 0 && { kept }),
    ...(statement && {
      statement: {
        from: statement.from,
        received_at: statement.received_at,
        quote: statement.quote,
        ...(statement.ticket !== null && { ticket: statement.ticket }),
        ...(statement.file_sha256 !== null && { file_sha256: statement.file_sha256 }),
      },
    }),
  };
};

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
