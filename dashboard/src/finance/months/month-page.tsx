import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useMay } from '../../api/session.ts';
import { Read } from '../../parts/list-state.tsx';
import { Time } from '../../parts/time.tsx';
import { Balances } from './balances.tsx';
import { ChecksTable } from './checks-table.tsx';
import { CloseForm } from './close-form.tsx';
import { Closings } from './closings.tsx';
import { Exports } from './exports.tsx';
import { checklistQuery, monthsQuery, type Checklist, type Month } from './month-queries.ts';
import { MonthStatus } from './months-page.tsx';
import { ReopenForm } from './reopen-form.tsx';

const route = getRouteApi('/finance/months/$id');

export const MonthPage = () => {
  const { id } = route.useParams();
  const months = useQuery(monthsQuery);
  return (
    <>
      <title>{`${id} · Offset gateway`}</title>
      <Read query={months}>
        {({ data }) => {
          const month = data.find((each) => each.id === id);
          return month ? <OneMonth month={month} /> : <p className="empty">There is no month {id}.</p>;
        }}
      </Read>
    </>
  );
};

const OneMonth = ({ month }: { month: Month }) => {
  const query = useQuery(checklistQuery(month.id));
  const look = (): void => void query.refetch();
  return (
    <>
      <header className="head">
        <h1>
          {month.id} <MonthStatus month={month} />
        </h1>
        <span className="quiet">
          <Time at={month.starts_at} /> to <Time at={month.ends_at} />
        </span>
      </header>
      <Read query={query}>
        {(checklist) => (
          <>
            {checklist.status === 'open' ? (
              <Open month={month} checklist={checklist} look={look} isLooking={query.isFetching} />
            ) : (
              <Closed checklist={checklist} />
            )}
            <Exports checklist={checklist} />
            <Balances period={month.id} />
            {checklist.closings.length > 0 && <Closings of={checklist.closings} />}
          </>
        )}
      </Read>
    </>
  );
};

const Open = ({
  month,
  checklist: { checks },
  look,
  isLooking,
}: {
  month: Month;
  checklist: Checklist;
  look: () => void;
  isLooking: boolean;
}) => {
  const mayWrite = useMay('finance:write');
  const broken = checks.filter(({ ok }) => !ok).length;
  return (
    <section aria-labelledby="checks">
      <header className="head">
        <h2 id="checks">To close it</h2>
        <span role="status">
          {broken === 0 ? 'All is as it has to be.' : `${broken} of ${checks.length} checks are not so yet.`}
        </span>
        <button type="button" className="small" disabled={isLooking} onClick={look}>
          Look again
        </button>
      </header>
      <ChecksTable checks={checks} />
      {mayWrite && <CloseForm month={month} checks={checks} />}
    </section>
  );
};

const Closed = ({ checklist: { period, closings } }: { checklist: Checklist }) => {
  const mayApprove = useMay('finance:approve');
  const last = closings.at(-1);
  return (
    <section aria-labelledby="closed">
      <h2 id="closed">Closed</h2>
      <p>
        Nothing is posted to it any more: what is late goes to the first open month.
        {last && (
          <>
            {' '}
            Closed <Time at={last.at} />, version {last.version}.
          </>
        )}
      </p>
      {mayApprove && <ReopenForm period={period} />}
    </section>
  );
};
