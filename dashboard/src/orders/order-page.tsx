import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Read } from '../parts/list-state.tsx';
import { Time, Until } from '../parts/time.tsx';
import { CopyableId, Status, wordsOf } from '../parts/values.tsx';
import { REVIEW_REASONS } from '../words.ts';
import { Acts } from './acts.tsx';
import { caseQuery, type Case } from './case-queries.ts';
import { Differences } from './differences.tsx';
import { Facts } from './facts.tsx';
import { Notes } from './notes.tsx';
import { Sends } from './sends.tsx';
import { Timeline } from './timeline.tsx';

const route = getRouteApi('/orders/$id');

export const OrderPage = () => {
  const { id } = route.useParams();
  const query = useQuery(caseQuery(id));
  return (
    <>
      <title>{`${id} · Offset gateway`}</title>
      <h1 className="order-id">
        <CopyableId id={id} name="order id" /> {query.data && <Status status={query.data.order.status} />}
      </h1>
      <Read query={query}>{(found) => <Whole key={id} found={found} />}</Read>
    </>
  );
};

const Whole = ({ found }: { found: Case }) => (
  <>
    <State found={found} />
    <Acts found={found} />
    <div className="order">
      <div>
        <Differences of={found.differences} />
        <Facts found={found} />
        <Sends found={found} />
        <Notes id={found.order.id} notes={found.notes} />
      </div>
      <Timeline id={found.order.id} />
    </div>
  </>
);

/** Where it stands, why somebody must look, and what happens without anybody. */
const State = ({ found: { order, task } }: { found: Case }) => (
  <div className="state">
    {order.review && (
      <p className="review">
        <strong>{wordsOf(order.review.reason)}</strong>: {REVIEW_REASONS[order.review.reason].means}. Since{' '}
        <Time at={order.review.since} />.
      </p>
    )}
    <p>
      {order.status_detail ?? (order.status_reason === null ? null : `${wordsOf(order.status_reason)}.`)}{' '}
      <NextStep task={task} />
    </p>
  </div>
);

const NextStep = ({ task }: { task: Case['task'] }) => {
  if (task === null) return <span className="quiet">The gateway does nothing with it by itself.</span>;
  if (task.leased_until !== null) return <span>A process is at it now.</span>;
  const what = task.kind === 'purchase' ? 'goes on with the purchase' : 'looks at it again';
  return (
    <span>
      The gateway {what} <Until at={task.run_at} />.
    </span>
  );
};
