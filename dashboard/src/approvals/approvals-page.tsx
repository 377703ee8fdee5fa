import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Choice, Filters } from '../parts/filters.tsx';
import { useHeldRows } from '../parts/held-rows.ts';
import { Pages, Read, Unseen } from '../parts/list-state.tsx';
import { Age, Until } from '../parts/time.tsx';
import { wordsOf, WordsCell } from '../parts/values.tsx';
import { RESOLUTION_STATES } from '../words.ts';
import { resolutionsQuery, type Resolution } from './approval-queries.ts';

const route = getRouteApi('/approvals');

export const ApprovalsPage = () => {
  const filter = route.useSearch();
  const navigate = route.useNavigate();
  const query = useQuery(resolutionsQuery(filter));
  const latest = query.isPlaceholderData ? undefined : query.data?.data;
  const held = useHeldRows(latest, ({ id }) => id, JSON.stringify(filter));
  return (
    <>
      <title>Approvals · Offset gateway</title>
      <header className="head">
        <h1>Approvals</h1>
        <Unseen count={held.unseen} show={held.show} />
      </header>
      <Filters>
        <Choice
          label="State"
          value={filter.state}
          any="waiting for a second person"
          words={Object.keys(RESOLUTION_STATES).filter((state) => state !== 'proposed')}
          choose={(state) => void navigate({ search: state === undefined ? {} : { state } })}
        />
      </Filters>
      <Read query={query}>
        {({ next_cursor: next }) =>
          held.rows.length === 0 ? (
            <p className="empty">
              {filter.state === undefined ? 'Nothing waits for a second person.' : 'There is none.'}
            </p>
          ) : (
            <>
              <ResolutionsTable rows={held.rows} />
              <Pages to="/approvals" cursor={filter.cursor} next={next} />
            </>
          )
        }
      </Read>
    </>
  );
};

const ResolutionsTable = ({ rows }: { rows: readonly { row: Resolution; isGone: boolean }[] }) => (
  <table className="rows">
    <caption className="hidden">Decisions</caption>
    <thead>
      <tr>
        <th className="number age">Proposed</th>
        <th className="decision">Decision</th>
        <th className="id">Order</th>
        <th className="owner">By</th>
        <th>Why</th>
        <th className="status">State</th>
        <th className="expires">Expires</th>
      </tr>
    </thead>
    <tbody>
      {rows.map(({ row, isGone }) => (
        <tr key={row.id} className={isGone ? 'gone' : undefined}>
          <td className="number">
            <Age since={row.proposed_at} />
          </td>
          <td>
            <Link to="/approvals/$id" params={{ id: row.id }} data-row>
              {wordsOf(row.decision)}
            </Link>
          </td>
          <td className="id">{row.order_id}</td>
          <WordsCell text={row.proposed_by?.name ?? 'a machine'} />
          <WordsCell text={row.reason} />
          <td>{isGone ? 'decided' : row.state}</td>
          <td>{row.state === 'proposed' && row.expires_at !== null && <Until at={row.expires_at} />}</td>
        </tr>
      ))}
    </tbody>
  </table>
);
