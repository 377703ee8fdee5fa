import { queryOptions } from '@tanstack/react-query';
import { under, useAct, type Under } from '../../api/acts.ts';
import { api, dataOf, Unsent, type Of, type QueryOf } from '../../api/client.ts';
import { LIVE_HALF, LIVE_LIST, SLOW } from '../../api/polling.ts';

export type Statement = Of<'ProviderStatement'>;

export interface StatementFilter {
  readonly provider?: string | undefined;
  readonly document?: string | undefined;
  readonly status?: string | undefined;
  readonly cursor?: string | undefined;
}

export const statementsQuery = (filter: StatementFilter) =>
  queryOptions({
    queryKey: ['statements', filter],
    queryFn: () =>
      dataOf(
        api.GET('/v1/finance/statements', { params: { query: { ...filter, limit: 50 } as QueryOf<'listStatements'> } }),
      ),
    ...LIVE_LIST,
  });

const of = (id: string) => ({ params: { path: { id } } });

export const statementQuery = (id: string) =>
  queryOptions({
    queryKey: ['statement', id],
    queryFn: () => dataOf(api.GET('/v1/finance/statements/{id}', of(id))),
    ...LIVE_HALF,
  });

/** What it posts can change until it is accepted. Every line is read for it, so it is not asked for often. */
export const postingsQuery = (id: string) =>
  queryOptions({
    queryKey: ['statement', id, 'postings'],
    queryFn: () => dataOf(api.GET('/v1/finance/statements/{id}/postings', of(id))),
    ...SLOW,
  });

/** Lines stay as they were read. */
export const linesQuery = (id: string, cursor: string | undefined) =>
  queryOptions({
    queryKey: ['statement', id, 'lines', cursor],
    queryFn: () =>
      dataOf(
        api.GET('/v1/finance/statements/{id}/lines', {
          params: { path: { id }, query: { limit: 50, ...(cursor !== undefined && { cursor }) } },
        }),
      ),
    placeholderData: LIVE_LIST.placeholderData,
    staleTime: Infinity,
  });

export interface Upload {
  readonly file: File;
  readonly header: QueryOf<'uploadStatement'>;
}

/** The file is sent as it is, read by the browser while it goes. */
export const useUpload = () =>
  useAct(async ({ body: { file, header }, ...key }: Under & { body: Upload }) => {
    await readable(file);
    return dataOf(
      api.POST('/v1/finance/statements', {
        params: { query: header, ...under(key) },
        headers: { 'content-type': 'text/csv' },
        body: file as unknown as string,
        bodySerializer: (body) => body,
      }),
    );
  });

/** A browser does not send a file that has changed since it was chosen, and does not say so. */
const readable = async (file: File): Promise<void> => {
  try {
    await file.slice(0, 1).arrayBuffer();
  } catch {
    throw new Unsent('The file has changed since it was chosen, or is there no more. Choose it again.');
  }
};

export const useAccept = (id: string) => useAct(() => dataOf(api.POST('/v1/finance/statements/{id}/accept', of(id))));

export const useReverse = (id: string) =>
  useAct((reason: string) => dataOf(api.POST('/v1/finance/statements/{id}/reverse', { ...of(id), body: { reason } })));
