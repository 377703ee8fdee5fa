import { queryOptions } from '@tanstack/react-query';
import { under, useAct, type Under } from '../api/acts.ts';
import { api, dataOf, type Of } from '../api/client.ts';
import { LIVE_LIST } from '../api/polling.ts';

export type Admission = Of<'Admission'>;
export type NewAdmission = Of<'NewAdmission'>;

interface Filter {
  readonly cursor?: string | undefined;
}
const page = ({ cursor }: Filter) => ({ params: { query: { limit: 50, ...(cursor !== undefined && { cursor }) } } });

export const tenantsQuery = (filter: Filter) =>
  queryOptions({
    queryKey: ['tenants', filter],
    queryFn: () => dataOf(api.GET('/v1/ops/tenants', page(filter))),
    ...LIVE_LIST,
  });

export const keysQuery = (filter: Filter) =>
  queryOptions({
    queryKey: ['keys', filter],
    queryFn: () => dataOf(api.GET('/v1/ops/keys', page(filter))),
    ...LIVE_LIST,
  });

export const operatorsQuery = (filter: Filter) =>
  queryOptions({
    queryKey: ['operators', filter],
    queryFn: () => dataOf(api.GET('/v1/ops/operators', page(filter))),
    ...LIVE_LIST,
  });

export const sessionsQuery = (filter: Filter) =>
  queryOptions({
    queryKey: ['sessions', filter],
    queryFn: () => dataOf(api.GET('/v1/ops/sessions', page(filter))),
    ...LIVE_LIST,
  });

export const admissionsQuery = (filter: Filter) =>
  queryOptions({
    queryKey: ['admissions', filter],
    queryFn: () => dataOf(api.GET('/v1/ops/admissions', page(filter))),
    ...LIVE_LIST,
  });

export const useRevokeKey = () =>
  useAct((id: string) => dataOf(api.POST('/v1/ops/keys/{id}/revoke', { params: { path: { id } } })));

export const useDisableOperator = () =>
  useAct((id: string) => dataOf(api.POST('/v1/ops/operators/{id}/disable', { params: { path: { id } } })));

export const useEndSession = () =>
  useAct((id: string) => dataOf(api.POST('/v1/ops/sessions/{id}/end', { params: { path: { id } } })));

export const useDecide = () =>
  useAct(({ id, verdict }: { id: string; verdict: 'approve' | 'reject' }) => {
    const params = { path: { id } };
    return verdict === 'approve'
      ? dataOf(api.POST('/v1/ops/admissions/{id}/approve', { params }))
      : dataOf(api.POST('/v1/ops/admissions/{id}/reject', { params }));
  });

export const useCreateTenant = () =>
  useAct(({ body, ...key }: Under & { body: Of<'CreateTenantRequest'> }) =>
    dataOf(api.POST('/v1/ops/tenants', { params: under(key), body })),
  );

export const useCreateKey = () =>
  useAct(({ body, ...key }: Under & { body: Of<'CreateKeyRequest'> }) =>
    dataOf(api.POST('/v1/ops/keys', { params: under(key), body })),
  );

export const useCreateOperator = () =>
  useAct(({ body, ...key }: Under & { body: Of<'CreateOperatorRequest'> }) =>
    dataOf(api.POST('/v1/ops/operators', { params: under(key), body })),
  );
