import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useMay } from '../../api/session.ts';
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
import { breaksQuery, readAll, type Break, type BreakFilter } from './break-queries.ts';
import { BulkBar } from './bulk-bar.tsx';
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
  const mayWrite = useMay('finance:write');
  const selection = useSelection(JSON.stringify({ ...filter, cursor: undefined }));
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
              {selection.breaks.length > 0 && (
                <BulkBar
                  breaks={selection.breaks}
                  clear={() => selection.set([])}
                  addAll={async () => selection.set((await readAll(filter)).filter(isUndecided))}
                />
              )}
              <BreaksTable rows={held.rows} selection={mayWrite ? selection : undefined} />
              <Pages to="/finance/breaks" cursor={filter.cursor} next={next} />
            </>
          )
        }
      </Read>
    </>
  );
};

interface Selection {
  readonly breaks: readonly Break[];
  readonly set: (breaks: readonly Break[]) => void;
}

/** Goes on over the pages of a list, and ends with the list. */
const useSelection = (list: string): Selection => {
  const [selected, select] = useState<{ readonly list: string; readonly breaks: readonly Break[] }>();
  const breaks = selected?.list === list ? selected.breaks : [];
  return { breaks, set: (to) => select({ list, breaks: to }) };
};

const isUndecided = ({ status }: Break): boolean => status === 'open' || status === 'waiting';

const Selecting = ({ row, selection: { breaks, set } }: { row: Break; selection: Selection }) => {
  const isSelected = breaks.some(({ id }) => id === row.id);
  return (
    <input
      type="checkbox"
      data-select
      aria-label={`Select ${row.id}`}
      disabled={!isUndecided(row)}
      checked={isSelected}
      onChange={() => set(isSelected ? breaks.filter(({ id }) => id !== row.id) : [...breaks, row])}
    />
  );
};

const BreaksTable = ({
  rows,
  selection,
}: {
  rows: readonly { readonly row: Break; readonly isGone: boolean }[];
  selection: Selection | undefined;
}) => (
  <RowsTable
    caption="Breaks"
    columns={[
      ...(selection ? [['Selected', 'select'] as const] : []),
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
        {selection && (
          <td className="select">
            <Selecting row={row} selection={selection} />
          </td>
        )}
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
