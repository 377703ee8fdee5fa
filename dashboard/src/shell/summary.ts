import { queryOptions, useQuery } from '@tanstack/react-query';
import { api, dataOf, type Of } from '../api/client.ts';
import { LIVE } from '../api/polling.ts';

/** What the gateway told last, and its mark: while nothing changes it answers with the mark alone. */
let last: { readonly tag: string; readonly summary: Of<'Summary'> } | undefined;

const readSummary = async (): Promise<Of<'Summary'>> => {
  const asked = await api
    .GET('/v1/ops/summary', last && { headers: { 'if-none-match': last.tag } })
    // Nobody answers: `dataOf` says so.
    .catch(async (thrown: unknown) => dataOf(Promise.reject(thrown as Error)));
  if ('response' in asked && asked.response.status === 304 && last) return last.summary;
  if (!('response' in asked)) return asked;
  const summary = await dataOf(Promise.resolve(asked));
  const tag = asked.response.headers.get('etag');
  last = tag === null ? undefined : { tag, summary };
  return summary;
};

const summaryQuery = queryOptions({ queryKey: ['summary'], queryFn: readSummary, ...LIVE });

export const useSummary = () => useQuery(summaryQuery);
