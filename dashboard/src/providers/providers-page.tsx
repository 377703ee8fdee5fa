import { queryOptions, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api, dataOf, type Of } from '../api/client.ts';
import { LIVE } from '../api/polling.ts';
import { Read } from '../parts/list-state.tsx';
import { Age, durationOf, Time, Until } from '../parts/time.tsx';
import { wordsOf } from '../parts/values.tsx';
import { useSummary } from '../shell/summary.ts';

const providersQuery = queryOptions({
  queryKey: ['providers'],
  queryFn: () => dataOf(api.GET('/v1/providers')),
  ...LIVE,
});

export const ProvidersPage = () => {
  const query = useQuery(providersQuery);
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
                state={summary?.providers.find(({ id }) => id === provider.id)}
                open={summary?.open_orders.filter((count) => count.provider === provider.id) ?? []}
              />
            ))}
          </div>
        )}
      </Read>
    </>
  );
};

const Card = ({
  provider,
  state,
  open,
}: {
  provider: Of<'Provider'>;
  state: Of<'ProviderSummary'> | undefined;
  open: Of<'Summary'>['open_orders'];
}) => (
  <section className="card" aria-labelledby={provider.id}>
    <h2 id={provider.id}>{provider.name}</h2>
    <dl className="facts">
      <div>
        <dt>Purchases</dt>
        <dd>{state && <Purchases of={state.purchases} />}</dd>
      </div>
      <div>
        <dt>Reads</dt>
        <dd>
          {wordsOf(provider.health)}
          {provider.checked_at !== null && (
            <span className="quiet">
              {' '}
              when last tried, <Time at={provider.checked_at} />
            </span>
          )}
        </dd>
      </div>
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
    {state?.quota.length === 0 && <p className="quiet">None is known.</p>}
    <ul className="quotas">
      {state?.quota.map((quota) => (
        <li key={quota.limit}>
          <span>{limitOf(quota.limit)}</span>
          <meter min={0} max={100} low={10} value={quota.percent_left} aria-label={`Left of ${limitOf(quota.limit)}`} />
          <span className="number">{quota.percent_left} % left</span>
          <span className="number">at {quota.pace_percent} % pace</span>
          <span>
            {quota.blocked_until !== null && (
              <>
                blocked, free <Until at={quota.blocked_until} />
              </>
            )}
          </span>
        </li>
      ))}
    </ul>
  </section>
);

const Purchases = ({ of: { state, why, since, probe_at: probeAt } }: { of: Of<'PurchasesState'> }) => {
  if (state === 'ok') return <>are sent</>;
  if (state === 'switched_off')
    return (
      <strong className="reason">
        switched off by a person: <Link to="/switches">Switches</Link>
      </strong>
    );
  if (state === 'failing')
    return <strong className="reason">are sent; the latest had no response, and after a few more they pause</strong>;
  return (
    <strong className="reason">
      paused{why && `: ${wordsOf(why)}`}
      {since && (
        <>
          , for <Age since={since} />
        </>
      )}
      {probeAt && (
        <>
          , asked again <Until at={probeAt} />
        </>
      )}
    </strong>
  );
};

/** `all/60000` as people say it. */
const limitOf = (limit: string): string => {
  const [counts = '', ms = ''] = limit.split('/');
  return `${counts === 'all' ? 'calls' : counts} in ${durationOf(Number(ms))}`;
};
