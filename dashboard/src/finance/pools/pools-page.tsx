import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Choice, Filters } from '../../parts/filters.tsx';
import { useHeldRows } from '../../parts/held-rows.ts';
import { Pages, Read, Unseen } from '../../parts/list-state.tsx';
import { RowsTable } from '../../parts/rows-table.tsx';
import { Time } from '../../parts/time.tsx';
import { FigureCell, Money, placesIn, ShortId, tonnesOf, WordsCell } from '../../parts/values.tsx';
import { useSummary } from '../../shell/summary.ts';
import { POOL_STATUSES } from '../../words.ts';
import { FinanceHead } from '../finance-head.tsx';
import { poolsQuery, type Pool, type PoolFilter } from './pool-queries.ts';

const route = getRouteApi('/finance/pools');

export const PoolsPage = () => {
  const filter = route.useSearch();
  const navigate = route.useNavigate();
  const choose = (change: PoolFilter) =>
    void navigate({ search: (before: PoolFilter) => ({ ...before, ...change, cursor: undefined }) });
  const query = useQuery(poolsQuery(filter));
  const { data: summary } = useSummary();
  const latest = query.isPlaceholderData ? undefined : query.data?.data;
  const held = useHeldRows(latest, ({ id }) => id, JSON.stringify(filter));
  const providers = summary?.providers.map(({ id }) => id) ?? [];
  return (
    <>
      <title>Pools · Offset gateway</title>
      <FinanceHead>
        <Unseen count={held.unseen} show={held.show} />
      </FinanceHead>
      <Filters>
        <Choice
          label="Provider"
          value={filter.provider}
          words={providers}
          choose={(provider) => choose({ provider })}
        />
        <Choice
          label="Status"
          value={filter.status}
          words={Object.keys(POOL_STATUSES)}
          choose={(status) => choose({ status })}
        />
      </Filters>
      <Read query={query}>
        {({ next_cursor: next }) =>
          held.rows.length === 0 ? (
            <p className="empty">No pool is like this.</p>
          ) : (
            <>
              <PoolsTable rows={held.rows.map(({ row }) => row)} />
              <Pages to="/finance/pools" cursor={filter.cursor} next={next} />
            </>
          )
        }
      </Read>
    </>
  );
};

const PoolsTable = ({ rows }: { rows: readonly Pool[] }) => {
  const places = placesIn(rows.flatMap(({ mass, left }) => [mass, left?.mass ?? null]).map(decimalOf));
  return (
    <RowsTable
      caption="Pools"
      columns={[
        ['Opened', 'day'],
        ['Pool', 'pool'],
        ['Provider', 'provider'],
        ['Status', 'state'],
        ['Buys'],
        ['Members', 'number lines'],
        ['Ordered, t', 'number money'],
        ['Closes, UTC', 'time'],
        ['Bought, t', 'number mass'],
        ['Left, t', 'number mass'],
        ['Left, net', 'number money'],
      ]}
      rows={rows}
      nameOf={({ id }) => id}
      isOver={({ status }) => status === 'dissolved'}
      cells={(pool) => (
        <>
          <td className="figures">{pool.created_at.slice(0, 10)}</td>
          <td className="id">
            <Link to="/finance/pools/$id" params={{ id: pool.id }} data-row>
              <ShortId id={pool.id} />
            </Link>
          </td>
          <td>{pool.provider}</td>
          <td>
            <PoolStatus of={pool.status} />
          </td>
          <WordsCell text={pool.offering_name} />
          <td className={pool.members === 0 ? 'number quiet' : 'number'}>{pool.members.toLocaleString('en')}</td>
          <MassCell mass={pool.mass} places={places} />
          <td className="figures">
            <Time at={pool.closes_at} inColumn />
          </td>
          <MassCell mass={pool.purchase?.mass ?? null} places={3} />
          <MassCell mass={pool.left?.mass ?? null} places={places} />
          <td className="number">{pool.left?.mass && <Money money={pool.left.net} />}</td>
        </>
      )}
    />
  );
};

/** Empty for nothing. */
const MassCell = ({ mass, places }: { mass: Pool['mass']; places: number }) =>
  mass === null ? <td /> : <FigureCell decimal={decimalOf(mass)} places={places} />;

const decimalOf = (mass: Pool['mass']): string => (mass === null ? '' : tonnesOf(String(mass.grams)));

/** One that is open waits for nobody. */
export const PoolStatus = ({ of: status }: { of: Pool['status'] }) => (
  <span className={status === 'allocated' ? 'badge completed' : 'badge'} title={POOL_STATUSES[status]}>
    {status}
  </span>
);
