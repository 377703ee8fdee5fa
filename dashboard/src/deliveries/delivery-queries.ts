import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, dataOf, type Of, type QueryOf } from '../api/client.ts';
import { LIVE_HALF, LIVE_LIST, SLOW } from '../api/polling.ts';

export type Delivery = Of<'Delivery'>;
export type Endpoint = Of<'OpsEndpoint'>;

/** More receivers that fail than these are one trouble, and it is ours. */
const MOST_FAILING = 20;

export interface DeliveryFilter {
  readonly state?: string | undefined;
  readonly endpoint_id?: string | undefined;
  readonly order_id?: string | undefined;
  readonly tenant_id?: string | undefined;
  readonly cursor?: string | undefined;
}

export const deliveriesQuery = (filter: DeliveryFilter) =>
  queryOptions({
    queryKey: ['deliveries', filter],
    queryFn: () =>
      dataOf(
        api.GET('/v1/ops/webhook-deliveries', {
          params: { query: { ...filter, limit: 50 } as QueryOf<'searchWebhookDeliveries'> },
        }),
      ),
    ...LIVE_LIST,
  });

export const failingQuery = queryOptions({
  queryKey: ['endpoints', 'failing'],
  queryFn: () => dataOf(api.GET('/v1/ops/webhook-endpoints', { params: { query: { limit: MOST_FAILING } } })),
  ...SLOW,
});

export const deliveryQuery = (id: string) =>
  queryOptions({
    queryKey: ['delivery', id],
    queryFn: () => dataOf(api.GET('/v1/ops/webhook-deliveries/{id}', { params: { path: { id } } })),
    ...LIVE_HALF,
  });

export const endpointQuery = (id: string) =>
  queryOptions({
    queryKey: ['endpoint', id],
    queryFn: () => dataOf(api.GET('/v1/ops/webhook-endpoints/{id}', { params: { path: { id } } })),
    ...LIVE_HALF,
  });

export const useReplayOne = (id: string) => {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => dataOf(api.POST('/v1/ops/webhook-deliveries/{id}/replay', { params: { path: { id } } })),
    onSettled: () => queries.invalidateQueries({ queryKey: ['delivery', id] }),
  });
};

export type Window = Of<'ReplayRequest'>;

/** How many the window would queue. Nothing is queued. */
export const useCount = (id: string) =>
  useMutation({
    mutationFn: async (window: Window): Promise<number> => {
      const body = { ...window, dry_run: true };
      const counted = await dataOf(
        api.POST('/v1/ops/webhook-endpoints/{id}/replay', { params: { path: { id } }, body }),
      );
      return (counted as Of<'ReplayCount'>).would_queue;
    },
  });

export const useReplayWindow = (id: string) => {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (body: Window): Promise<number> => {
      const queued = await dataOf(
        api.POST('/v1/ops/webhook-endpoints/{id}/replay', { params: { path: { id } }, body }),
      );
      return (queued as Of<'Queued'>).queued;
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['deliveries'] }),
  });
};
