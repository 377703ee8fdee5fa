import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useId, useState } from 'react';
import { useMay } from '../api/session.ts';
import { Read } from '../parts/list-state.tsx';
import { ProblemBox } from '../parts/problem-box.tsx';
import { Age, Time } from '../parts/time.tsx';
import { CopyableId, wordsOf } from '../parts/values.tsx';
import { endpointQuery, useCount, useReplayWindow, type Endpoint, type Window } from './delivery-queries.ts';

const route = getRouteApi('/endpoints/$id');

export const EndpointPage = () => {
  const { id } = route.useParams();
  const query = useQuery(endpointQuery(id));
  const mayAct = useMay('ops:act');
  return (
    <>
      <title>{`${id} · Offset gateway`}</title>
      <h1 className="order-id">
        <CopyableId id={id} name="endpoint id" />{' '}
        {query.data && <span className="badge">{query.data.enabled ? 'enabled' : 'disabled'}</span>}
      </h1>
      <Read query={query}>
        {(endpoint) => (
          <div className="order">
            <div>
              <Facts endpoint={endpoint} />
            </div>
            <div>{mayAct && <ReplayForm endpoint={endpoint} />}</div>
          </div>
        )}
      </Read>
    </>
  );
};

const Facts = ({ endpoint }: { endpoint: Endpoint }) => (
  <section aria-labelledby="facts">
    <h2 id="facts">Facts</h2>
    <dl className="facts">
      <div>
        <dt>Host</dt>
        <dd>{endpoint.host ?? <span className="quiet">erased</span>}</dd>
      </div>
      <div>
        <dt>Tenant</dt>
        <dd>
          <code>{endpoint.tenant_id}</code>
        </dd>
      </div>
      <div>
        <dt>Made for</dt>
        <dd>
          {endpoint.origin === 'order' ? 'the callback_url of orders' : 'all that happens to the tenant’s orders'}
        </dd>
      </div>
      <div>
        <dt>Events</dt>
        <dd>{endpoint.types.length === 0 ? 'every type' : endpoint.types.join(', ')}</dd>
      </div>
      <div>
        <dt>Failing</dt>
        <dd>
          {endpoint.failing_since === null ? (
            'no: the latest went through'
          ) : (
            <>
              for <Age since={endpoint.failing_since} />, since <Time at={endpoint.failing_since} />
            </>
          )}
        </dd>
      </div>
      {endpoint.disabled_at !== null && (
        <div>
          <dt>Disabled</dt>
          <dd>
            {wordsOf(endpoint.disabled_reason ?? '')}, since <Time at={endpoint.disabled_at} />
          </dd>
        </div>
      )}
      <div>
        <dt>Deliveries</dt>
        <dd>
          <Link to="/deliveries" search={{ endpoint_id: endpoint.id }}>
            all
          </Link>
          {', '}
          <Link to="/deliveries" search={{ endpoint_id: endpoint.id, state: 'dead' }}>
            given up
          </Link>
          {', '}
          <Link to="/deliveries" search={{ endpoint_id: endpoint.id, state: 'pending' }}>
            pending
          </Link>
        </dd>
      </div>
    </dl>
  </section>
);

const CHOICES: Readonly<Record<Window['only'], string>> = {
  failed: 'those given up',
  missing: 'those never queued, such as while it was disabled',
  all: 'both, and those delivered already',
};

/** How many first, then the act: what was counted is what is sent. */
const ReplayForm = ({ endpoint }: { endpoint: Endpoint }) => {
  const [since, until] = [useId(), useId()];
  const [times, setTimes] = useState({ since: '', until: '' });
  const [only, setOnly] = useState<Window['only']>('failed');
  const count = useCount(endpoint.id);
  const replay = useReplayWindow(endpoint.id);
  /** What was counted is about what was typed then. */
  const changed = (): void => {
    count.reset();
    replay.reset();
  };
  const write = (change: Partial<typeof times>): void => {
    setTimes({ ...times, ...change });
    changed();
  };
  const counted = count.variables;
  if (!endpoint.enabled)
    return (
      <section aria-labelledby="replay">
        <h2 id="replay">Send again</h2>
        <p className="quiet">
          Nothing is sent to it while it is disabled. Its tenant enables it: PATCH /v1/webhook-endpoints/{endpoint.id}.
        </p>
      </section>
    );
  return (
    <section aria-labelledby="replay">
      <h2 id="replay">Send again</h2>
      <p className="quiet">Each goes out under the webhook-id that it always had, at the endpoint’s own pace.</p>
      <div className="field">
        <label htmlFor={since}>Events since, in UTC</label>
        <input
          id={since}
          type="datetime-local"
          value={times.since}
          onChange={({ target }) => write({ since: target.value })}
        />
      </div>
      <div className="field">
        <label htmlFor={until}>Before, in UTC (empty: now)</label>
        <input
          id={until}
          type="datetime-local"
          value={times.until}
          onChange={({ target }) => write({ until: target.value })}
        />
      </div>
      <fieldset className="choices">
        <legend>Which</legend>
        {(Object.keys(CHOICES) as Window['only'][]).map((choice) => (
          <label key={choice}>
            <input
              type="radio"
              name="only"
              checked={choice === only}
              onChange={() => {
                setOnly(choice);
                changed();
              }}
            />
            <span>
              <strong>{choice}</strong>: {CHOICES[choice]}
            </span>
          </label>
        ))}
      </fieldset>
      <div className="acts">
        <button
          type="button"
          disabled={count.isPending || times.since === ''}
          onClick={() => {
            replay.reset();
            count.mutate({
              since: asUtc(times.since),
              only,
              // The end is set now, so that what is counted is what is sent.
              until: times.until === '' ? new Date().toISOString() : asUtc(times.until),
            });
          }}
        >
          Count
        </button>
        <span className="quiet" role="status">
          {count.data !== undefined && !replay.isSuccess && `${count.data} would be sent.`}
          {replay.isSuccess && `${replay.data} are queued.`}
        </span>
        {count.data !== undefined && count.data > 0 && counted && !replay.isSuccess && (
          <button type="button" className="grave" disabled={replay.isPending} onClick={() => replay.mutate(counted)}>
            Send {count.data} again
          </button>
        )}
      </div>
      <ProblemBox error={count.error ?? replay.error} />
    </section>
  );
};

/** The field has no zone: what is typed is UTC, as everything here is. */
const asUtc = (local: string): string => `${local.slice(0, 16)}:00Z`;
