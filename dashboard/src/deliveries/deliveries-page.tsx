import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Choice, Filters, Text } from '../parts/filters.tsx';
import { useHeldRows } from '../parts/held-rows.ts';
import { Pages, Read, Unseen } from '../parts/list-state.tsx';
import { Age, Time, Until } from '../parts/time.tsx';
import { ShortId, wordsOf } from '../parts/values.tsx';
import { deliveriesQuery, failingQuery, type Delivery, type Endpoint } from './delivery-queries.ts';

const route = getRouteApi('/deliveries');

type Filter = ReturnType<typeof route.useSearch>;

export const DeliveriesPage = () => {
  const filter = route.useSearch();
  const navigate = route.useNavigate();
  const choose = (change: Partial<Filter>) =>
    void navigate({ search: (before: Filter) => ({ ...before, ...change, cursor: undefined }) });
  const query = useQuery(deliveriesQuery(filter));
  const latest = query.isPlaceholderData ? undefined : query.data?.data;
  const held = useHeldRows(latest, ({ id }) => id, JSON.stringify(filter));
  return (
    <>
      <title>Deliveries · Offset gateway</title>
      <header className="head">
        <h1>Deliveries</h1>
        <Unseen count={held.unseen} show={held.show} />
      </header>
      <Failing />
      <section aria-labelledby="all-deliveries">
        <h2 id="all-deliveries">Webhooks</h2>
        <Filters>
          <Choice
            label="State"
            value={filter.state}
            words={['pending', 'delivered', 'dead']}
            choose={(state) => choose({ state })}
          />
          <Text
            label="Endpoint"
            value={filter.endpoint_id}
            placeholder="whe_…"
            choose={(endpoint_id) => choose({ endpoint_id })}
          />
          <Text label="Order" value={filter.order_id} placeholder="ord_…" choose={(order_id) => choose({ order_id })} />
          <Text
            label="Tenant"
            value={filter.tenant_id}
            placeholder="ten_…"
            choose={(tenant_id) => choose({ tenant_id })}
          />
        </Filters>
        <Read query={query}>
          {({ next_cursor: next }) =>
            held.rows.length === 0 ? (
              <p className="empty">No delivery is like this.</p>
            ) : (
              <>
                <DeliveriesTable rows={held.rows} />
                <Pages to="/deliveries" cursor={filter.cursor} next={next} />
              </>
            )
          }
        </Read>
      </section>
    </>
  );
};

const Failing = () => {
  const query = useQuery(failingQuery);
  return (
    <section aria-labelledby="failing">
      <h2 id="failing">Endpoints at which nothing comes through</h2>
      <Read query={query}>
        {({ data, next_cursor: next }) =>
          data.length === 0 ? (
            <p className="quiet">None. The latest delivery of every endpoint went through.</p>
          ) : (
            <>
              <FailingTable rows={data} />
              {next !== null && (
                <p className="quiet">There are more. So many at once are seldom their receivers’ fault.</p>
              )}
            </>
          )
        }
      </Read>
    </section>
  );
};

const FailingTable = ({ rows }: { rows: readonly Endpoint[] }) => (
  <table className="rows">
    <caption className="hidden">Endpoints at which nothing comes through</caption>
    <thead>
      <tr>
        <th className="number age">Failing for</th>
        <th>Host</th>
        <th className="id">Endpoint</th>
        <th className="tenant">Tenant</th>
        <th className="flag">Sent to it</th>
      </tr>
    </thead>
    <tbody>
      {rows.map((row) => (
        <tr key={row.id}>
          <td className="number">{row.failing_since !== null && <Age since={row.failing_since} />}</td>
          <td className="text" title={row.host ?? undefined}>
            {row.host ?? <span className="quiet">erased</span>}
          </td>
          <td className="id">
            <Link to="/endpoints/$id" params={{ id: row.id }} data-row>
              {row.id}
            </Link>
          </td>
          <td>
            <ShortId id={row.tenant_id} />
          </td>
          <td>
            {row.enabled ? (
              'still tried'
            ) : (
              <strong className="reason">{wordsOf(row.disabled_reason ?? 'disabled')}</strong>
            )}
          </td>
        </tr>
      ))}
    </tbody>
  </table>
);

const DeliveriesTable = ({ rows }: { rows: readonly { row: Delivery; isGone: boolean }[] }) => (
  <table className="rows">
    <caption className="hidden">Deliveries</caption>
    <thead>
      <tr>
        <th className="time">Queued, UTC</th>
        <th>Event</th>
        <th className="tenant">Delivery</th>
        <th className="state">State</th>
        <th className="number no">Tries</th>
        <th className="next">Next try</th>
        <th className="id">Order</th>
        <th className="tenant">Endpoint</th>
        <th className="tenant">Tenant</th>
      </tr>
    </thead>
    <tbody>
      {rows.map(({ row, isGone }) => (
        <tr key={row.id} className={isGone ? 'gone' : undefined}>
          <td className="figures">
            <Time at={row.created_at} inColumn />
          </td>
          <td>{row.event_type}</td>
          <td>
            <Link to="/deliveries/$id" params={{ id: row.id }} data-row>
              <ShortId id={row.id} />
            </Link>
          </td>
          <td>
            <DeliveryState state={row.state} />
          </td>
          <td className="number">{row.attempts}</td>
          <td>{row.next_attempt_at !== null && <Until at={row.next_attempt_at} />}</td>
          <td className="id">
            {row.order_id !== null && (
              <Link to="/orders/$id" params={{ id: row.order_id }}>
                {row.order_id}
              </Link>
            )}
          </td>
          <td>
            <Link to="/endpoints/$id" params={{ id: row.endpoint_id }}>
              <ShortId id={row.endpoint_id} />
            </Link>
          </td>
          <td>
            <ShortId id={row.tenant_id} />
          </td>
        </tr>
      ))}
    </tbody>
  </table>
);

export const DeliveryState = ({ state }: { state: Delivery['state'] }) => (
  <span className={`badge ${state}`}>{state === 'dead' ? 'given up' : state}</span>
);
