import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Of } from '../api/client.ts';
import { Read } from '../parts/list-state.tsx';
import { wordsOf } from '../parts/values.tsx';
import { useSummary } from '../shell/summary.ts';
import { OrdersChart } from './activity-charts.tsx';
import { Classes, Quotas } from './provider-parts.tsx';
import { activityQuery, providersQuery, type ProviderState } from './provider-queries.ts';

export const ProvidersPage = () => {
  const query = useQuery(providersQuery);
  const activity = useQuery(activityQuery());
  const { data: summary } = useSummary();
  return (
    <>
      <title>Providers · Offset gateway</title>
      <h1>Providers</h1>
      <Read query={query}>
        {({ data }) => (
          <div className="cards">
            {data.map((provider) => (
              <Card
                key={provider.id}
                provider={provider}
                open={summary?.open_orders.filter((count) => count.provider === provider.id) ?? []}
              />
            ))}
          </div>
        )}
      </Read>
      <section className="of-hours" aria-labelledby="hours">
        <h2 id="hours">The last 48 hours</h2>
        <Read query={activity}>{({ data }) => <OrdersChart hours={data} />}</Read>
      </section>
    </>
  );
};

const Card = ({ provider, open }: { provider: ProviderState; open: Of<'Summary'>['open_orders'] }) => (
  <section className="card" aria-labelledby={provider.id}>
    <h2 id={provider.id}>
      <Link to="/providers/$id" params={{ id: provider.id }} data-row>
        {provider.name}
      </Link>
    </h2>
    <Classes of={provider} />
    <dl className="facts">
      <div>
        <dt>Open orders</dt>
        <dd>
          {open.length === 0 && <span className="quiet">none</span>}
          {open.map(({ status, count, capped }, at) => (
            <span key={status}>
              {at > 0 && ', '}
              <Link to="/orders" search={{ provider: provider.id, status }}>
                {count}
                {capped && '+'} {wordsOf(status)}
              </Link>
            </span>
          ))}
        </dd>
      </div>
    </dl>
    <h3>Quota</h3>
    <Quotas of={provider} />
  </section>
);
