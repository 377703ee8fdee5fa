import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Choice, Filters } from '../../parts/filters.tsx';
import { useHeldRows } from '../../parts/held-rows.ts';
import { Pages, Read, Unseen } from '../../parts/list-state.tsx';
import { RowsTable } from '../../parts/rows-table.tsx';
import { Age } from '../../parts/time.tsx';
import { ShortId, WordsCell, wordsOf } from '../../parts/values.tsx';
import { useSummary } from '../../shell/summary.ts';
import { BREAK_STATUSES, BREAKS, SEVERITIES } from '../../words.ts';
import { FinanceHead } from '../finance-head.tsx';
import { monthsQuery } from '../months/month-queries.ts';
import { BreakStatus, Severity } from './badges.tsx';
import { breaksQuery, type Break, type BreakFilter } from './break-queries.ts';
import { factsInWords } from './facts-table.tsx';

const route = getRouteApi('/finance/breaks');

export const BreaksPage = () => {
  const filter = route.useSearch();
  const navigate = route.useNavigate();
  const choose = (change: BreakFilter) =>
    void navigate({ search: (before: BreakFilter) => ({ ...before, ...change, cursor: undefined }) });
  const query = useQuery(breaksQuery(filter));
  const providers = useSummary().data?.providers.map(({ id }) => id) ?? [];
  const periods = useQuery(monthsQuery).data?.data.map(({ id }) => id) ?? [];
  const latest = query.isPlaceholderData ? undefined : query.data?.data;
  const held = useHeldRows(latest, ({ id }) => id, JSON.stringify(filter));
  return (
    <>
      <title>Breaks · Offset gateway</title>
      <FinanceHead>
        <Unseen count={held.unseen} show={held.show} />
      </FinanceHead>
      <Filters>
        <Choice label="Status" value={filter.status} words={BREAK_STATUSES} choose={(status) => choose({ status })} />
        <Choice label="What" value={filter.type} words={Object.keys(BREAKS)} choose={(type) => choose({ type })} />
        <Choice
          label="Severity"
          value={filter.severity}
          words={SEVERITIES}
          choose={(severity) => choose({ severity })}
        />
        <Choice
          label="Provider"
          value={filter.provider}
          words={providers}
          choose={(provider) => choose({ provider })}
        />
        <Choice label="First seen in" value={filter.period} words={periods} choose={(period) => choose({ period })} />
      </Filters>
      <Read query={query}>
        {({ next_cursor: next }) =>
          held.rows.length === 0 ? (
            <p className="empty">No break is like this.</p>
          ) : (
            <>
              <BreaksTable rows={held.rows} />
              <Pages to="/finance/breaks" cursor={filter.cursor} next={next} />
            </>
          )
        }
      </Read>
    </>
  );
};

const BreaksTable = ({ rows }: { rows: readonly { readonly row: Break; readonly isGone: boolean }[] }) => (
  <RowsTable
    caption="Breaks"
    columns={[
      ['Age', 'number age'],
      ['What', 'break'],
      ['Severity', 'state'],
      ['Status', 'state'],
      ['Provider', 'provider'],
      ['Month', 'period'],
      ['About', 'key'],
      ['Ours and theirs', 'text'],
      ['In hand of', 'owner'],
      ['Waits until', 'day'],
    ]}
    rows={rows}
    nameOf={({ row }) => row.id}
    isOver={({ isGone }) => isGone}
    cells={({ row }) => (
      <>
        <td className="number">
          <Age since={row.opened_at} />
        </td>
        <td title={BREAKS[row.type]?.means}>
          <Link to="/finance/breaks/$id" params={{ id: row.id }} data-row>
            {wordsOf(row.type)}
          </Link>
        </td>
        <td>
          <Severity of={row.severity} />
        </td>
        <td>
          <BreakStatus of={row.status} />
        </td>
        <td>{row.provider}</td>
        <td className="figures">{row.period}</td>
        <td>
          <ShortId id={row.subject} />
        </td>
        <WordsCell text={factsInWords(row.facts)} />
        <WordsCell text={row.assignee?.name ?? null} />
        <td className="figures">{row.waiting_until}</td>
      </>
    )}
  />
);
