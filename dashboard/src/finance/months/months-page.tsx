import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Read } from '../../parts/list-state.tsx';
import { RowsTable } from '../../parts/rows-table.tsx';
import { Time, useNow } from '../../parts/time.tsx';
import { FinanceHead } from '../finance-head.tsx';
import { monthsQuery, type Month } from './month-queries.ts';

export const MonthsPage = () => {
  const query = useQuery(monthsQuery);
  return (
    <>
      <title>Finance · Offset gateway</title>
      <FinanceHead />
      <Read query={query}>
        {({ data }) =>
          data.length === 0 ? (
            <p className="empty">There is no month yet: the first begins with the first order.</p>
          ) : (
            <RowsTable
              caption="Months"
              columns={[
                ['Month', 'day'],
                ['Status', 'status'],
                ['Begins, UTC', 'time'],
                ['Ends, UTC', 'time'],
                ['Closed so often', 'number often'],
                ['Retired in its year, for disclosure', 'text'],
              ]}
              rows={data}
              nameOf={({ id }) => id}
              cells={(month) => (
                <>
                  <td className="figures">
                    <Link to="/finance/months/$id" params={{ id: month.id }} data-row>
                      {month.id}
                    </Link>
                  </td>
                  <td>
                    <MonthStatus month={month} />
                  </td>
                  <td className="figures">
                    <Time at={month.starts_at} inColumn />
                  </td>
                  <td className="figures">
                    <Time at={month.ends_at} inColumn />
                  </td>
                  <td className="number">{month.version === 0 ? '' : month.version}</td>
                  <td>{isLastOfYear(month, data) && <Disclosure year={month.id.slice(0, 4)} />}</td>
                </>
              )}
            />
          )
        }
      </Read>
    </>
  );
};

/** Each year is told once, at the latest of its months. */
const isLastOfYear = ({ id }: Month, all: readonly Month[]): boolean =>
  all.find((each) => each.id.startsWith(id.slice(0, 4)))?.id === id;

const Disclosure = ({ year }: { year: string }) => (
  <a href={`/v1/finance/exports/retirements/${year}`} download={`retirements-${year}.csv`}>
    retirements of {year}, CSV
  </a>
);

/** An open month that is over waits for somebody. */
export const MonthStatus = ({ month: { status, ends_at: endsAt } }: { month: Month }) => {
  const isOver = Date.parse(endsAt) <= useNow(60_000);
  if (status === 'closed') return <span className="badge closed">closed</span>;
  return <span className={isOver ? 'badge due' : 'badge'}>{isOver ? 'to be closed' : 'running'}</span>;
};
