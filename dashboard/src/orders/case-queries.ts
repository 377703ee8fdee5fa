import { keepPreviousData, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, dataOf, type Of } from '../api/client.ts';
import { LIVE_HALF } from '../api/polling.ts';

export type Case = Of<'Case'>;
export type Entry = Of<'CaseEntry'>;

/** What a page of the timeline holds, and how many are read before somebody asks for more. */
const PAGE = 100;

export const caseQuery = (id: string) =>
  queryOptions({
    queryKey: ['case', id],
    queryFn: () => dataOf(api.GET('/v1/ops/orders/{id}', { params: { path: { id } } })),
    ...LIVE_HALF,
  });

export const timelineQuery = (id: string, pages: number) =>
  queryOptions({
    queryKey: ['timeline', id, pages],
    queryFn: async () => {
      const entries: Entry[] = [];
      let after: string | null = null;
      for (let page = 0; page < pages; page++) {
        const query: { limit: number; after?: string } = { limit: PAGE, ...(after !== null && { after }) };
        const read: Of<'CaseTimeline'> = await dataOf(
          api.GET('/v1/ops/orders/{id}/timeline', { params: { path: { id }, query } }),
        );
        entries.push(...read.data);
        after = read.next_cursor;
        if (after === null) break;
      }
      return { entries, hasMore: after !== null };
    },
    ...LIVE_HALF,
    placeholderData: keepPreviousData,
  });

export type CaseAct = 'claim' | 'release' | 'refresh';

/** The answer is the order as it is then. */
export const actOn = (id: string, act: CaseAct): Promise<Case> => {
  const asked = { params: { path: { id } } };
  switch (act) {
    case 'claim':
      return dataOf(api.POST('/v1/ops/orders/{id}/claim', asked));
    case 'release':
      return dataOf(api.POST('/v1/ops/orders/{id}/release', asked));
    case 'refresh':
      return dataOf(api.POST('/v1/ops/orders/{id}/refresh', asked));
  }
};

/** An act about an order. */
export const useCaseAct = (id: string) => {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (act: CaseAct) => actOn(id, act),
    onSuccess: (answer) => queries.setQueryData(caseQuery(id).queryKey, answer),
    onSettled: () => queries.invalidateQueries({ queryKey: ['timeline', id] }),
  });
};

/** @param key the same for the same note, so that a second try takes no second one */
export const useTakeNote = (id: string) => {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ text, key }: { text: string; key: string }) =>
      dataOf(
        api.POST('/v1/ops/orders/{id}/notes', {
          params: { path: { id }, header: { 'Idempotency-Key': key } },
          body: { text },
        }),
      ),
    onSuccess: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: ['case', id] }),
        queries.invalidateQueries({ queryKey: ['timeline', id] }),
      ]),
  });
};
