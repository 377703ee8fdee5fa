import { queryOptions, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { api, dataOf, type Of, type QueryOf } from '../api/client.ts';
import { LIVE_LIST, SLOW } from '../api/polling.ts';
import { Filters, Text } from '../parts/filters.tsx';
import { useHeldRows } from '../parts/held-rows.ts';
import { Pages, Read, Unseen } from '../parts/list-state.tsx';
import { Time } from '../parts/time.tsx';
import { ShortId, wordsOf, Words } from '../parts/values.tsx';
import { ProblemBox } from '../parts/problem-box.tsx';

const route = getRouteApi('/audit');

type Filter = ReturnType<typeof route.useSearch>;
const actsQuery = (filter: Filter) =>
  queryOptions({
    queryKey: ['audit', filter],
    queryFn: () =>
      dataOf(api.GET('/v1/ops/audit', { params: { query: { ...filter, limit: 50 } as QueryOf<'listActs'> } })),
    ...LIVE_LIST,
  });

/** The gateway follows the chain at most once a minute. */
const chainQuery = queryOptions({
  queryKey: ['audit', 'chain'],
  queryFn: () => dataOf(api.GET('/v1/ops/audit/verify')),
  ...SLOW,
});

export const AuditPage = () => {
  const filter = route.useSearch();
  const navigate = route.useNavigate();
  const choose = (change: Partial<Filter>) =>
    void navigate({ search: (before: Filter) => ({ ...before, ...change, cursor: undefined }) });
  const query = useQuery(actsQuery(filter));
  const latest = query.isPlaceholderData ? undefined : query.data?.data;
  const held = useHeldRows(latest, ({ id }) => id, JSON.stringify(filter));
  return (
    <>
      <title>Audit · Offset gateway</title>
      <header className="head">
        <h1>Audit</h1>
        <Unseen count={held.unseen} show={held.show} />
      </header>
      <Chain />
      <Filters>
        <Text
          label="Operator"
          value={filter.operator_id}
          placeholder="opr_…"
          choose={(operator_id) => choose({ operator_id })}
        />
        <Text label="Act" value={filter.act} placeholder="order.claim" choose={(act) => choose({ act })} />
        <Text label="About" value={filter.subject} placeholder="any id" choose={(subject) => choose({ subject })} />
        <Text label="From" value={filter.from} placeholder="2026-11-26T00:00:00Z" choose={(from) => choose({ from })} />
        <Text label="Before" value={filter.to} placeholder="2026-11-27T00:00:00Z" choose={(to) => choose({ to })} />
      </Filters>
      <Read query={query}>
        {({ next_cursor: next }) =>
          held.rows.length === 0 ? (
            <p className="empty">No act is like this.</p>
          ) : (
            <>
              <ActsTable rows={held.rows.map(({ row }) => row)} />
              <Pages to="/audit" cursor={filter.cursor} next={next} />
            </>
          )
        }
      </Read>
    </>
  );
};

const Chain = () => {
  const { data, error } = useQuery(chainQuery);
  return (
    <div className="chain" role="status">
      <ProblemBox error={error} />
      {data?.intact === true && (
        <p>
          The chain is intact: {data.rows} rows
          {data.up_to !== null && (
            <>
              , up to <Time at={data.up_to} />
            </>
          )}
          .
        </p>
      )}
      {data?.intact === false && (
        <p className="review">
          <strong>The chain is broken</strong> at row {data.broken_at ?? 'unknown'}: something was changed, taken out or
          put in between. Tell whoever answers for the gateway.
        </p>
      )}
    </div>
  );
};

const ActsTable = ({ rows }: { rows: readonly Of<'Act'>[] }) => (
  <table className="rows">
    <caption className="hidden">Acts</caption>
    <thead>
      <tr>
        <th className="number no">No.</th>
        <th className="time">Time, UTC</th>
        <th className="act">Act</th>
        <th className="id">About</th>
        <th className="actor">By</th>
        <th className="outcome">Outcome</th>
        <th>Reason, and what changed</th>
      </tr>
    </thead>
    <tbody>
      {rows.map((row) => (
        <tr key={row.id}>
          <td className="number">{row.number}</td>
          <td className="figures">
            <Time at={row.at} inColumn />
          </td>
          <td>{row.act}</td>
          <td className="id">
            {row.subject?.startsWith('ord_') ? (
              <Link to="/orders/$id" params={{ id: row.subject }} data-row>
                {row.subject}
              </Link>
            ) : (
              <code>{row.subject}</code>
            )}
          </td>
          <td>
            <Actor row={row} />
          </td>
          <td>
            {row.outcome}
            {row.problem_code !== null && <strong className="reason"> {wordsOf(row.problem_code)}</strong>}
          </td>
          <td className="written">
            {row.reason !== null && <Words text={row.reason} />} {row.before !== null && <code>− {row.before}</code>}{' '}
            {row.after !== null && <code>+ {row.after}</code>}
          </td>
        </tr>
      ))}
    </tbody>
  </table>
);

/** A person, who may be at the command line; else the key of a machine. */
const Actor = ({ row }: { row: Of<'Act'> }) => {
  if (row.operator_id !== null)
    return (
      <>
        <Words text={row.operator_name ?? ''} /> <ShortId id={row.operator_id} />
      </>
    );
  if (row.operator !== null) return <Words text={row.operator} />;
  return row.key_id === null ? null : <ShortId id={row.key_id} />;
};
