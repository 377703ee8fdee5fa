import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useMay } from '../../api/session.ts';
import { Choice, Filters } from '../../parts/filters.tsx';
import { useHeldRows } from '../../parts/held-rows.ts';
import { Pages, Read, Unseen } from '../../parts/list-state.tsx';
import { RowsTable } from '../../parts/rows-table.tsx';
import { durationOf, Time } from '../../parts/time.tsx';
import { ShortId, wordsOf } from '../../parts/values.tsx';
import { useSummary } from '../../shell/summary.ts';
import { RUN_STATUSES } from '../../words.ts';
import { FinanceHead } from '../finance-head.tsx';
import { monthsQuery } from '../months/month-queries.ts';
import { runsQuery, type Run, type RunFilter } from './run-queries.ts';
import { StartForm } from './start-form.tsx';

const route = getRouteApi('/finance/runs');

export const RunsPage = () => {
  const filter = route.useSearch();
  const navigate = route.useNavigate();
  const choose = (change: RunFilter) =>
    void navigate({ search: (before: RunFilter) => ({ ...before, ...change, cursor: undefined }) });
  const query = useQuery(runsQuery(filter));
  const { data: summary } = useSummary();
  const { data: months } = useQuery(monthsQuery);
  const mayWrite = useMay('finance:write');
  const latest = query.isPlaceholderData ? undefined : query.data?.data;
  const held = useHeldRows(latest, ({ id }) => id, JSON.stringify(filter));
  const providers = summary?.providers.map(({ id }) => id) ?? [];
  const periods = months?.data.map(({ id }) => id) ?? [];
  return (
    <>
      <title>Runs · Offset gateway</title>
      <FinanceHead>
        <Unseen count={held.unseen} show={held.show} />
      </FinanceHead>
      {mayWrite && <StartForm providers={providers} periods={periods} />}
      <Filters>
        <Choice label="Provider" value={filter.provider} words={providers} choose={(to) => choose({ provider: to })} />
        <Choice label="Month" value={filter.period} words={periods} choose={(to) => choose({ period: to })} />
        <Choice label="Status" value={filter.status} words={RUN_STATUSES} choose={(to) => choose({ status: to })} />
      </Filters>
      <Read query={query}>
        {({ next_cursor: next }) =>
          held.rows.length === 0 ? (
            <p className="empty">No run is like this.</p>
          ) : (
            <>
              <RunsTable rows={held.rows.map(({ row }) => row)} />
              <Pages to="/finance/runs" cursor={filter.cursor} next={next} />
            </>
          )
        }
      </Read>
    </>
  );
};

const RunsTable = ({ rows }: { rows: readonly Run[] }) => (
  <RowsTable
    caption="Runs"
    columns={[
      ['Started, UTC', 'time'],
      ['Run', 'key'],
      ['Provider', 'provider'],
      ['Month', 'day'],
      ['Up to, UTC', 'time'],
      ['Status', 'status'],
      ['Agreed', 'number lines'],
      ['Timing', 'number lines'],
      ['Breaks', 'number lines'],
      ['Took', 'number age'],
      ['Of note'],
    ]}
    rows={rows}
    nameOf={({ id }) => id}
    cells={(run) => (
      <>
        <td className="figures">
          <Time at={run.started_at} inColumn />
        </td>
        <td className="id">
          <Link to="/finance/runs/$id" params={{ id: run.id }} data-row>
            <ShortId id={run.id} />
          </Link>
        </td>
        <td>{run.provider}</td>
        <td className="figures">{run.period}</td>
        <td className="figures">
          <Time at={run.cut_off} inColumn />
        </td>
        <td>
          <RunStatus run={run} />
        </td>
        <Count of={run.counts?.agreed} />
        <Count of={run.counts?.timing} />
        <Count of={run.counts?.breaks} />
        <td className="number">
          {run.ended_at !== null && durationOf(Date.parse(run.ended_at) - Date.parse(run.started_at))}
        </td>
        <td className="quiet">
          {run.dry_run && 'dry run '}
          {run.same_as !== null && 'the same as before'}
        </td>
      </>
    )}
  />
);

const Count = ({ of }: { of: number | undefined }) => (
  <td className={of === 0 ? 'number quiet' : 'number'}>{of?.toLocaleString('en')}</td>
);

export const RunStatus = ({ run }: { run: Pick<Run, 'status'> }) => (
  <span className={`badge ${run.status}`}>{wordsOf(run.status)}</span>
);
