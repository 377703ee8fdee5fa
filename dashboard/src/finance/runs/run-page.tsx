import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Pages, Read } from '../../parts/list-state.tsx';
import { RowsTable } from '../../parts/rows-table.tsx';
import { Age, Time } from '../../parts/time.tsx';
import { CopyableId, ShortId, tonnesOf, wordsOf } from '../../parts/values.tsx';
import { BREAKS, RUN_FAILURES } from '../../words.ts';
import { factsInWords } from '../breaks/facts-table.tsx';
import { Severity } from '../breaks/badges.tsx';
import { findingsQuery, runQuery, type Run } from './run-queries.ts';
import { RunStatus } from './runs-page.tsx';

const route = getRouteApi('/finance/runs/$id');

export const RunPage = () => {
  const { id } = route.useParams();
  const query = useQuery(runQuery(id));
  return (
    <>
      <title>{`${id} · Offset gateway`}</title>
      <h1 className="order-id">
        <CopyableId id={id} name="run id" /> {query.data && <RunStatus run={query.data} />}
      </h1>
      <Read query={query}>
        {(run) => (
          <>
            <State run={run} />
            <div className="order">
              <Compared run={run} />
              <Found run={run} />
            </div>
            {run.counts && run.pruned_at === null && <Findings id={run.same_as ?? id} />}
          </>
        )}
      </Read>
    </>
  );
};

const State = ({ run }: { run: Run }) => (
  <p className="state" role="status">
    {run.provider}
    {run.account !== null && `, account ${run.account}`}, {run.period}, up to <Time at={run.cut_off} />.
    {run.dry_run && ' A dry run: it only finds.'}
    {run.status === 'collecting' && (
      <>
        {' '}
        The list of the provider is read, for <Age since={run.started_at} />
        {run.progress && `: ${run.progress.pages} pages, ${run.progress.rows} purchases so far`}.
      </>
    )}
    {run.status === 'matching' && ' It is being compared.'}
    {run.failure !== null && <strong className="reason"> {RUN_FAILURES[run.failure]}.</strong>}
    {run.pruned_at !== null && (
      <>
        {' '}
        Its findings are not kept one by one any more, since <Time at={run.pruned_at} />.
      </>
    )}
    {run.same_as !== null && (
      <>
        {' '}
        The same had been compared before, by{' '}
        <Link to="/finance/runs/$id" params={{ id: run.same_as }}>
          another run
        </Link>
        , which is the answer.
      </>
    )}
  </p>
);

const Compared = ({ run: { legs, input_hash: hash, progress } }: { run: Run }) => (
  <section aria-labelledby="compared">
    <h2 id="compared">Compared</h2>
    {legs === null ? (
      <p className="quiet">Told once it is complete.</p>
    ) : (
      <dl className="facts">
        <div>
          <dt>Our orders</dt>
          <dd>
            {legs.orders.count.toLocaleString('en')}, {tonnesOf(legs.orders.grams)} t
          </dd>
        </div>
        <div>
          <dt>Its purchases</dt>
          <dd>
            {legs.provider.rows.toLocaleString('en')},{' '}
            {legs.provider.coverage === 'complete'
              ? `its whole list${progress ? `, ${progress.pages} pages` : ''}`
              : 'those that we know of: it has no list'}
            {legs.provider.unread > 0 && (
              <strong className="reason">
                {' '}
                {legs.provider.unread} could not be read: nothing is cleared by this run
              </strong>
            )}
          </dd>
        </div>
        <div>
          <dt>Statements</dt>
          <dd>
            {legs.statements.lines.toLocaleString('en')} lines of {legs.statements.ids.length === 0 ? 'none' : null}
            {legs.statements.ids.map((id) => (
              <span key={id}>
                <Link to="/finance/statements/$id" params={{ id }}>
                  <ShortId id={id} />
                </Link>{' '}
              </span>
            ))}
          </dd>
        </div>
        <div>
          <dt>Hash of it</dt>
          <dd>
            <code>{hash}</code>
          </dd>
        </div>
      </dl>
    )}
  </section>
);

const Found = ({ run: { counts, result_hash: hash } }: { run: Run }) =>
  counts && (
    <section aria-labelledby="found">
      <h2 id="found">Found</h2>
      <table className="rows plain">
        <tbody>
          <tr>
            <th scope="row">Agreed</th>
            <td className="number">{counts.agreed.toLocaleString('en')}</td>
            <td>all legs say the same</td>
          </tr>
          <tr>
            <th scope="row">Timing</th>
            <td className="number">{counts.timing.toLocaleString('en')}</td>
            <td>time settles it</td>
          </tr>
          <tr>
            <th scope="row">Breaks</th>
            <td className="number">{counts.breaks.toLocaleString('en')}</td>
            <td>somebody has to decide, or to wait</td>
          </tr>
          {Object.entries(counts.types).map(([type, count]) => (
            <tr key={type}>
              <td>{wordsOf(type)}</td>
              <td className="number">{count}</td>
              <td className="written quiet">{BREAKS[type]?.means}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="quiet">
        Hash of it <code>{hash}</code>
      </p>
    </section>
  );

const Findings = ({ id }: { id: string }) => {
  const { cursor } = route.useSearch();
  const query = useQuery(findingsQuery(id, cursor));
  return (
    <section aria-labelledby="findings">
      <h2 id="findings">Findings, as the run saw them</h2>
      <Read query={query}>
        {({ data, next_cursor: next }) =>
          data.length === 0 ? (
            <p className="empty">Everything agrees.</p>
          ) : (
            <>
              <RowsTable
                caption="Findings"
                columns={[
                  ['What', 'break'],
                  ['Severity', 'state'],
                  ['About', 'id'],
                  ['Break', 'key'],
                  ['Ours, theirs'],
                ]}
                rows={data}
                nameOf={({ type, subject }) => `${type} ${subject}`}
                cells={(row) => (
                  <>
                    <td title={BREAKS[row.type]?.means}>{wordsOf(row.type)}</td>
                    <td>
                      <Severity of={row.severity} />
                    </td>
                    <td className="id">
                      {row.order_id === null ? (
                        row.subject
                      ) : (
                        <Link to="/orders/$id" params={{ id: row.order_id }}>
                          {row.order_id}
                        </Link>
                      )}
                    </td>
                    <td>
                      {row.break_id === null ? (
                        <span className="quiet">not yet</span>
                      ) : (
                        <Link to="/finance/breaks/$id" params={{ id: row.break_id }} data-row>
                          <ShortId id={row.break_id} />
                        </Link>
                      )}
                    </td>
                    <td className="written">{factsInWords(row.facts)}</td>
                  </>
                )}
              />
              <Pages to="." cursor={cursor} next={next} />
            </>
          )
        }
      </Read>
    </section>
  );
};
