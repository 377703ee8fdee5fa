import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { Of } from '../api/client.ts';
import { useMay } from '../api/session.ts';
import { Read } from '../parts/list-state.tsx';
import { ProblemBox } from '../parts/problem-box.tsx';
import { Time, Until } from '../parts/time.tsx';
import { CopyableId, wordsOf } from '../parts/values.tsx';
import { DeliveryState } from './deliveries-page.tsx';
import { deliveryQuery, useReplayOne } from './delivery-queries.ts';

const route = getRouteApi('/deliveries/$id');

export const DeliveryPage = () => {
  const { id } = route.useParams();
  const query = useQuery(deliveryQuery(id));
  return (
    <>
      <title>{`${id} · Offset gateway`}</title>
      <h1 className="order-id">
        <CopyableId id={id} name="delivery id" /> {query.data && <DeliveryState state={query.data.state} />}
      </h1>
      <Read query={query}>
        {(delivery) => (
          <>
            <Replay delivery={delivery} />
            <div className="order">
              <div>
                <Facts delivery={delivery} />
                <Message message={delivery.message} />
              </div>
              <Requests delivery={delivery} />
            </div>
          </>
        )}
      </Read>
    </>
  );
};

const Replay = ({ delivery }: { delivery: Of<'OpsDelivery'> }) => {
  const mayAct = useMay('ops:act');
  const replay = useReplayOne(delivery.id);
  if (!mayAct) return <p className="quiet acts">Your role reads. Acting takes the role operator, approver or admin.</p>;
  const isOff = delivery.endpoint?.enabled !== true;
  return (
    <>
      <div className="acts" role="group" aria-label="Acts">
        <button type="button" onClick={() => replay.mutate()} disabled={replay.isPending || isOff}>
          Send it again
        </button>
        <span className="quiet" role="status">
          {isOff && 'Nothing is sent to its endpoint: it is disabled, or deleted.'}
          {!isOff &&
            (replay.isSuccess
              ? 'Queued. What comes of it is below.'
              : 'It is queued anew under the same webhook-id, with all its tries.')}
        </span>
      </div>
      <ProblemBox error={replay.error} />
    </>
  );
};

const Facts = ({ delivery }: { delivery: Of<'OpsDelivery'> }) => (
  <section aria-labelledby="facts">
    <h2 id="facts">Facts</h2>
    <dl className="facts">
      <div>
        <dt>Event</dt>
        <dd>{delivery.event_type}</dd>
      </div>
      {delivery.order_id !== null && (
        <div>
          <dt>Order</dt>
          <dd>
            <Link to="/orders/$id" params={{ id: delivery.order_id }} hash={delivery.event_id}>
              <code>{delivery.order_id}</code>
            </Link>
          </dd>
        </div>
      )}
      <div>
        <dt>Endpoint</dt>
        <dd>
          {delivery.message.host ?? <span className="quiet">its address is erased, or it is deleted</span>}{' '}
          <Link to="/endpoints/$id" params={{ id: delivery.endpoint_id }}>
            <code>{delivery.endpoint_id}</code>
          </Link>
        </dd>
      </div>
      <div>
        <dt>Tenant</dt>
        <dd>
          <code>{delivery.tenant_id}</code>
        </dd>
      </div>
      <div>
        <dt>Queued</dt>
        <dd>
          <Time at={delivery.created_at} />
        </dd>
      </div>
      <div>
        <dt>Next try</dt>
        <dd>
          {delivery.next_attempt_at === null ? (
            <span className="quiet">none</span>
          ) : (
            <>
              <Until at={delivery.next_attempt_at} />, <Time at={delivery.next_attempt_at} />
            </>
          )}
        </dd>
      </div>
      {delivery.ended_at !== null && (
        <div>
          <dt>Ended</dt>
          <dd>
            <Time at={delivery.ended_at} />
          </dd>
        </div>
      )}
    </dl>
  </section>
);

const Message = ({ message }: { message: Of<'MaskedMessage'> }) => (
  <section aria-labelledby="message">
    <h2 id="message">What every request says</h2>
    <p className="quiet">Without the signature, the rest of the address, and the person the order is for.</p>
    <pre
      tabIndex={0}
    >{`POST ${message.host ?? '…'}/…\nwebhook-id: ${message.webhook_id}\nwebhook-signature: …\n\n${indented(message.body)}`}</pre>
  </section>
);

const indented = (json: string): string => JSON.stringify(JSON.parse(json), null, 2);

const Requests = ({ delivery: { requests } }: { delivery: Of<'OpsDelivery'> }) => (
  <section aria-labelledby="requests">
    <h2 id="requests">Requests</h2>
    {requests.length === 0 && <p className="quiet">None yet.</p>}
    <ol className="requests">
      {requests.toReversed().map((request) => (
        <li key={request.number}>
          <p>
            <span className="figures">
              {request.number}. <Time at={request.started_at} />
            </span>
            , {request.duration_ms} ms: {request.status === null ? 'no answer' : <strong>{request.status}</strong>}
            {request.failure !== null && <strong className="reason"> {wordsOf(request.failure)}</strong>}
          </p>
          {request.answer !== null && request.answer !== '' && (
            <pre tabIndex={0} dir="auto" aria-label={`Answer to request ${request.number}`}>
              {request.answer}
            </pre>
          )}
        </li>
      ))}
    </ol>
  </section>
);
