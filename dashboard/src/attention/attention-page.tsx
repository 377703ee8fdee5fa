import { queryOptions, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { api, dataOf, type Of, type QueryOf } from '../api/client.ts';
import { LIVE_LIST } from '../api/polling.ts';
import { Choice, Filters } from '../parts/filters.tsx';
import { useHeldRows } from '../parts/held-rows.ts';
import { Pages, Read, Unseen } from '../parts/list-state.tsx';
import { useNow } from '../parts/time.tsx';
import { wordsOf } from '../parts/values.tsx';
import { useSummary } from '../shell/summary.ts';
import { REVIEW_REASONS } from '../words.ts';
import { AttentionTable, type AttentionRow } from './attention-table.tsx';

const route = getRouteApi('/');

type Filter = ReturnType<typeof route.useSearch>;
const attentionQuery = (filter: Filter) =>
  queryOptions({
    queryKey: ['attention', filter],
    queryFn: () =>
      dataOf(
        api.GET('/v1/ops/attention', { params: { query: { ...filter, limit: 100 } as QueryOf<'listAttention'> } }),
      ),
    ...LIVE_LIST,
  });

/** Doubt that mostly ends by itself before anybody has read about it. */
const YOUNG_MS = 30 * 60_000;

export const AttentionPage = () => {
  const filter = route.useSearch();
  const navigate = route.useNavigate();
  const choose = (change: Partial<Filter>) =>
    void navigate({ search: (before: Filter) => ({ ...before, ...change, cursor: undefined }) });
  const query = useQuery(attentionQuery(filter));
  const { data: summary } = useSummary();
  const latest = query.isPlaceholderData ? undefined : query.data?.data;
  const held = useHeldRows(latest, ({ order }) => order.id, JSON.stringify(filter));
  return (
    <>
      <title>Attention · Offset gateway</title>
      <header className="head">
        <h1>Attention</h1>
        <Unseen count={held.unseen} show={held.show} />
      </header>
      <Filters>
        <Choice
          label="Reason"
          value={filter.reason}
          words={[...Object.keys(REVIEW_REASONS), 'in_doubt']}
          choose={(reason) => choose({ reason })}
        />
        <Choice
          label="Provider"
          value={filter.provider}
          words={summary?.providers.map(({ id }) => id) ?? []}
          choose={(provider) => choose({ provider })}
        />
        <Choice
          label="In hand of"
          value={filter.owner}
          words={['me', 'none']}
          any="anybody"
          choose={(owner) => choose({ owner })}
        />
      </Filters>
      <Read query={query}>
        {({ next_cursor: next }) => (
          <>
            <Groups rows={held.rows.map(({ row, isGone }) => ({ ...row, isGone }))} counts={summary?.attention ?? []} />
            <Pages to="/" cursor={filter.cursor} next={next} />
          </>
        )}
      </Read>
    </>
  );
};

const Groups = ({ rows, counts }: { rows: readonly AttentionRow[]; counts: Of<'Summary'>['attention'] }) => {
  const now = useNow(10_000);
  if (rows.length === 0) return <p className="empty">Nothing needs you.</p>;
  const isYoung = ({ reason, since }: AttentionRow): boolean =>
    reason === 'in_doubt' && now - Date.parse(since) < YOUNG_MS;
  const young = rows.filter(isYoung);
  const groups = Map.groupBy(
    rows.filter((row) => !isYoung(row)),
    ({ reason }) => reason,
  );
  return (
    <>
      {[...groups].map(([reason, members]) => (
        <section key={reason} aria-labelledby={reason}>
          <h2 id={reason}>
            {wordsOf(reason)} <Total reason={reason} counts={counts} />
          </h2>
          <p className="means">{meaningOf(reason)}</p>
          <AttentionTable rows={members} label={wordsOf(reason)} />
        </section>
      ))}
      {young.length > 0 && (
        <details className="young">
          <summary>{young.length} in doubt for less than 30 minutes: the gateway is at it</summary>
          <AttentionTable rows={young} label="in doubt for less than 30 minutes" />
        </details>
      )}
    </>
  );
};

const Total = ({ reason, counts }: { reason: string; counts: Of<'Summary'>['attention'] }) => {
  const count = counts.find((group) => group.reason === reason);
  return <span className="count">{count && `${count.count}${count.capped ? '+' : ''}`}</span>;
};

const meaningOf = (reason: AttentionRow['reason']): string => {
  if (reason === 'in_doubt')
    return 'Sent, and no readable response came. The gateway looks for the purchase by itself and never sends it again blindly.';
  const { means, endedBy } = REVIEW_REASONS[reason];
  const end =
    endedBy === 'person' ? 'It stays until a person has decided.' : 'It ends by itself once a read settles it.';
  return `${means.charAt(0).toUpperCase()}${means.slice(1)}. ${end}`;
};
