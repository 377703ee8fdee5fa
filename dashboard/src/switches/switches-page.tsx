import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useMay } from '../api/session.ts';
import { Pages, Read } from '../parts/list-state.tsx';
import { Age, Time, Until } from '../parts/time.tsx';
import { Words, WordsCell } from '../parts/values.tsx';
import { useSummary } from '../shell/summary.ts';
import { switchesQuery, type Switch } from './switch-queries.ts';
import { scopeOf } from './switch-words.ts';
import { TurnOffForm } from './turn-off-form.tsx';
import { TurnOnForm } from './turn-on-form.tsx';

const route = getRouteApi('/switches');

export const SwitchesPage = () => {
  const { cursor, provider } = route.useSearch();
  const query = useQuery(switchesQuery({ cursor }));
  const { data: summary } = useSummary();
  const mayAct = useMay('ops:act');
  return (
    <>
      <title>Switches · Offset gateway</title>
      <h1>Switches</h1>
      {summary?.switches.length === 0 && <p className="empty">Nothing is switched off.</p>}
      <div className="cards">
        {summary?.switches.map((found) => (
          <Card key={found.id} found={found} mayAct={mayAct} />
        ))}
      </div>
      {mayAct ? (
        <TurnOnForm key={provider} at={provider} />
      ) : (
        <p className="quiet">Switching something off takes the role operator.</p>
      )}
      <h2>History</h2>
      <Read query={query}>
        {({ data, next_cursor: next }) => (
          <>
            <SwitchesTable rows={data} />
            <Pages to="/switches" cursor={cursor} next={next} />
          </>
        )}
      </Read>
    </>
  );
};

const Card = ({ found, mayAct }: { found: Switch; mayAct: boolean }) => (
  <section className="card" aria-labelledby={found.id}>
    <h2 id={found.id}>{scopeOf(found.scope)}</h2>
    <dl className="facts">
      <div>
        <dt>Switched off by</dt>
        <dd>
          <Words text={found.owner?.name ?? 'a machine'} />, <Age since={found.on_at} /> ago
        </dd>
      </div>
      <div>
        <dt>Ends</dt>
        <dd>
          <Until at={found.until} />, <Time at={found.until} />
        </dd>
      </div>
      <div>
        <dt>Why</dt>
        <dd className="written">
          <Words text={found.reason} />
        </dd>
      </div>
      {found.off_proposal && (
        <div>
          <dt>To be turned off</dt>
          <dd className="written">
            <Words text={found.off_proposal.by.name} />, <Age since={found.off_proposal.at} /> ago:{' '}
            <Words text={found.off_proposal.reason} />
          </dd>
        </div>
      )}
    </dl>
    {mayAct && <TurnOffForm found={found} />}
  </section>
);

const SwitchesTable = ({ rows }: { rows: readonly Switch[] }) => (
  <table className="rows">
    <caption className="hidden">What was switched off</caption>
    <thead>
      <tr>
        <th className="time">On since, UTC</th>
        <th>What</th>
        <th className="owner">By</th>
        <th>Why</th>
        <th className="status">State</th>
        <th className="time">Until, UTC</th>
        <th className="owner">Off by</th>
        <th>Why off</th>
      </tr>
    </thead>
    <tbody>
      {rows.map((row) => (
        <tr key={row.id}>
          <td className="figures">
            <Time at={row.on_at} inColumn />
          </td>
          <WordsCell text={scopeOf(row.scope)} />
          <WordsCell text={row.owner?.name ?? 'a machine'} />
          <WordsCell text={row.reason} />
          <td>{row.state}</td>
          <td className="figures">
            <Time at={row.off?.at ?? row.until} inColumn />
          </td>
          <WordsCell text={row.off?.by.name ?? null} />
          <WordsCell text={row.off?.reason ?? null} />
        </tr>
      ))}
    </tbody>
  </table>
);
