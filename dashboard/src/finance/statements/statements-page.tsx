import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useMay } from '../../api/session.ts';
import { Choice, Filters } from '../../parts/filters.tsx';
import { useHeldRows } from '../../parts/held-rows.ts';
import { Pages, Read, Unseen } from '../../parts/list-state.tsx';
import { RowsTable } from '../../parts/rows-table.tsx';
import { Time } from '../../parts/time.tsx';
import { Money, wordsOf } from '../../parts/values.tsx';
import { useSummary } from '../../shell/summary.ts';
import { STATEMENT_DOCUMENTS, STATEMENT_STATUSES } from '../../words.ts';
import { FinanceHead } from '../finance-head.tsx';
import { statementsQuery, type Statement, type StatementFilter } from './statement-queries.ts';
import { UploadForm } from './upload-form.tsx';

const route = getRouteApi('/finance/statements');

export const StatementsPage = () => {
  const filter = route.useSearch();
  const navigate = route.useNavigate();
  const choose = (change: StatementFilter) =>
    void navigate({ search: (before: StatementFilter) => ({ ...before, ...change, cursor: undefined }) });
  const query = useQuery(statementsQuery(filter));
  const { data: summary } = useSummary();
  const mayWrite = useMay('finance:write');
  const latest = query.isPlaceholderData ? undefined : query.data?.data;
  const held = useHeldRows(latest, ({ id }) => id, JSON.stringify(filter));
  const providers = summary?.providers.map(({ id }) => id) ?? [];
  return (
    <>
      <title>Statements · Offset gateway</title>
      <FinanceHead>
        <Unseen count={held.unseen} show={held.show} />
      </FinanceHead>
      {mayWrite && <UploadForm providers={providers} />}
      <Filters>
        <Choice
          label="Provider"
          value={filter.provider}
          words={providers}
          choose={(provider) => choose({ provider })}
        />
        <Choice
          label="Document"
          value={filter.document}
          words={STATEMENT_DOCUMENTS}
          choose={(document) => choose({ document })}
        />
        <Choice
          label="Status"
          value={filter.status}
          words={Object.keys(STATEMENT_STATUSES)}
          choose={(status) => choose({ status })}
        />
      </Filters>
      <Read query={query}>
        {({ next_cursor: next }) =>
          held.rows.length === 0 ? (
            <p className="empty">No statement is like this.</p>
          ) : (
            <>
              <StatementsTable rows={held.rows.map(({ row }) => row)} />
              <Pages to="/finance/statements" cursor={filter.cursor} next={next} />
            </>
          )
        }
      </Read>
    </>
  );
};

const StatementsTable = ({ rows }: { rows: readonly Statement[] }) => (
  <RowsTable
    caption="Statements"
    columns={[
      ['Number'],
      ['Provider', 'provider'],
      ['Document', 'document'],
      ['Status', 'state'],
      ['Its date', 'day'],
      ['Covers', 'days'],
      ['Lines', 'number lines'],
      ['Net', 'number sum'],
      ['Tax', 'number tax'],
      ['Taken in, UTC', 'time'],
    ]}
    rows={rows}
    nameOf={({ id }) => id}
    isOver={({ status }) => status === 'reversed'}
    cells={(row) => (
      <>
        <td className="text" dir="auto" title={row.number}>
          <Link to="/finance/statements/$id" params={{ id: row.id }} data-row>
            {row.number}
          </Link>
        </td>
        <td>{row.provider}</td>
        <td>{wordsOf(row.document)}</td>
        <td>
          <StatementStatus status={row.status} />
        </td>
        <td className="figures">{row.issued_on}</td>
        <td className="figures">{coverOf(row)}</td>
        <td className="number">{row.declared.lines.toLocaleString('en')}</td>
        <td className="number">
          <Money money={row.declared.net} />
        </td>
        <td className="number">
          <Money money={row.declared.tax} />
        </td>
        <td className="figures">
          <Time at={row.created_at} inColumn />
        </td>
      </>
    )}
  />
);

/** The days that it is about, as far as it says. */
export const coverOf = ({ covers_from: from, covers_to: to }: Statement): string =>
  from === null && to === null ? '' : `${from ?? ''} – ${to ?? ''}`;

export const StatementStatus = ({ status }: { status: Statement['status'] }) => (
  <span className={`badge ${status}`} title={STATEMENT_STATUSES[status as keyof typeof STATEMENT_STATUSES]}>
    {wordsOf(status)}
  </span>
);
