import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useMay } from '../api/session.ts';
import { Read } from '../parts/list-state.tsx';
import { ProblemBox } from '../parts/problem-box.tsx';
import { durationOf, Time } from '../parts/time.tsx';
import { wordsOf } from '../parts/values.tsx';
import type { Of } from '../api/client.ts';
import { CallCharts } from './activity-charts.tsx';
import { Classes, Quotas } from './provider-parts.tsx';
import { activityQuery, providerQuery, useProbe } from './provider-queries.ts';

const route = getRouteApi('/providers/$id');

export const ProviderPage = () => {
  const { id } = route.useParams();
  const query = useQuery(providerQuery(id));
  const activity = useQuery(activityQuery(id));
  return (
    <>
      <title>{`${query.data?.name ?? id} · Offset gateway`}</title>
      <h1>{query.data?.name ?? id}</h1>
      <Acts id={id} />
      <Read query={query}>
        {(provider) => (
          <>
            <div className="cards">
              <section className="card" aria-labelledby="calls">
                <h2 id="calls">Calls</h2>
                <Classes of={provider} />
              </section>
              <section className="card" aria-labelledby="quota">
                <h2 id="quota">Quota</h2>
                <Quotas of={provider} />
              </section>
            </div>
            <Failures of={provider.failures} />
          </>
        )}
      </Read>
      <section className="of-hours" aria-labelledby="hours">
        <h2 id="hours">The last 48 hours, to the minute</h2>
        <Read query={activity}>
          {({ data }) => (
            <div className="charts">
              {(['purchases', 'status', 'catalog'] as const).map((each) => (
                <CallCharts key={each} of={each} hours={data} />
              ))}
            </div>
          )}
        </Read>
      </section>
    </>
  );
};

const Acts = ({ id }: { id: string }) => {
  const mayAct = useMay('ops:act');
  const probe = useProbe(id);
  if (!mayAct) return null;
  return (
    <>
      <div className="acts" role="group" aria-label="Acts">
        <button type="button" onClick={() => probe.mutate()} disabled={probe.isPending}>
          Ask it now
        </button>
        <Link className="button" to="/switches" search={{ provider: id }}>
          Switch off…
        </Link>
        <span className="quiet" role="status">
          {probe.isPending ? 'Asking…' : probe.data ? <Found probe={probe.data} /> : 'By a read: no pause ends by it.'}
        </span>
      </div>
      <ProblemBox error={probe.error} />
    </>
  );
};

const RESULTS: Readonly<Record<Of<'Probe'>['result'], string>> = {
  answered: 'It has answered',
  refused: 'It is there, and has refused',
  no_answer: 'It has not answered',
  not_asked: 'It was not asked: reads are paused, or the quota is used up',
};

const Found = ({ probe: { result, reason, took_ms: tookMs, at } }: { probe: Of<'Probe'> }) => (
  <>
    {RESULTS[result]}
    {reason !== null && `: ${wordsOf(reason)}`}, within {tookMs < 1_000 ? `${tookMs} ms` : durationOf(tookMs)}, at{' '}
    <Time at={at} />
  </>
);

const Failures = ({ of }: { of: readonly Of<'CallFailure'>[] }) => (
  <section className="of-hours" aria-labelledby="failures">
    <h2 id="failures">What failed within a day</h2>
    {of.length === 0 ? (
      <p className="quiet">Nothing has.</p>
    ) : (
      <table className="rows">
        <caption className="hidden">What failed within a day, hour by hour</caption>
        <thead>
          <tr>
            <th className="time">Last, UTC</th>
            <th className="number age">Times</th>
            <th className="outcome">What was asked</th>
            <th>Why it failed</th>
          </tr>
        </thead>
        <tbody>
          {of.map(({ operation, reason, count, last_at: at }) => (
            <tr key={`${at} ${operation} ${reason}`}>
              <td className="figures">
                <Time at={at} inColumn />
              </td>
              <td className="number">{count.toLocaleString('en')}</td>
              <td>{operation.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)}</td>
              <td>{wordsOf(reason)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    )}
  </section>
);
