import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useMay } from '../../api/session.ts';
import { Fact } from '../../parts/fact.tsx';
import { LineErrors } from '../../parts/line-errors.tsx';
import { Read } from '../../parts/list-state.tsx';
import { Time } from '../../parts/time.tsx';
import { Amount, CopyableId, Words, wordsOf } from '../../parts/values.tsx';
import { STATEMENT_STATUSES } from '../../words.ts';
import { StatementActs } from './statement-acts.tsx';
import { StatementLines } from './statement-lines.tsx';
import { Postings } from './postings.tsx';
import { statementQuery, type Statement } from './statement-queries.ts';
import { coverOf, StatementStatus } from './statements-page.tsx';

const route = getRouteApi('/finance/statements/$id');

export const StatementPage = () => {
  const { id } = route.useParams();
  const query = useQuery(statementQuery(id));
  const mayWrite = useMay('finance:write');
  return (
    <>
      <title>{`${query.data?.number ?? 'Statement'} · Offset gateway`}</title>
      <Read query={query}>
        {(statement) => (
          <>
            <h1>
              <Words text={statement.number} /> <StatementStatus status={statement.status} />
            </h1>
            <p className="state told">{STATEMENT_STATUSES[statement.status as keyof typeof STATEMENT_STATUSES]}</p>
            <div className="order">
              <div>
                <Facts statement={statement} />
                <Totals statement={statement} />
              </div>
              {statement.status !== 'refused' && (
                <div>
                  <Postings statement={statement} />
                  {mayWrite && <StatementActs key={statement.status} statement={statement} />}
                </div>
              )}
            </div>
            {statement.errors.length > 0 && (
              <section aria-labelledby="errors">
                <h2 id="errors">What is wrong in the file</h2>
                <LineErrors of={statement.errors} />
              </section>
            )}
            {statement.status !== 'refused' && <StatementLines statement={statement} />}
          </>
        )}
      </Read>
    </>
  );
};

const Facts = ({ statement }: { statement: Statement }) => (
  <section aria-labelledby="facts">
    <h2 id="facts">Facts</h2>
    <dl className="facts">
      <Fact name="Provider">{statement.provider}</Fact>
      <Fact name="Document">
        {wordsOf(statement.document)} of {statement.issued_on}
      </Fact>
      <Fact name="Covers">{coverOf(statement) || <span className="quiet">it does not say</span>}</Fact>
      <Fact name="File">
        {statement.status === 'refused' ? (
          <span className="quiet">not kept</span>
        ) : (
          <a href={`/v1/finance/statements/${statement.id}/file`} download={`${statement.id}.csv`}>
            as it was received
          </a>
        )}
        , read as {statement.mapping}
      </Fact>
      <Fact name="SHA-256">
        <code>{statement.file_sha256}</code>
      </Fact>
      <Fact name="Id">
        <CopyableId id={statement.id} name="statement id" />
      </Fact>
      <Fact name="Taken in">
        <Time at={statement.created_at} />
      </Fact>
      {statement.accepted_at !== null && (
        <Fact name="Accepted">
          <Time at={statement.accepted_at} />
        </Fact>
      )}
      {statement.reversed_at !== null && (
        <Fact name="Reversed">
          <Time at={statement.reversed_at} />
          <br />
          <span className="written">
            <Words text={statement.reversal_reason ?? ''} />
          </span>
        </Fact>
      )}
    </dl>
  </section>
);

/** Of each kind, and what was declared: of one that is not refused they come to the same. */
const Totals = ({ statement }: { statement: Statement }) => {
  const { declared } = statement;
  return (
    <section aria-labelledby="totals">
      <h2 id="totals">Totals</h2>
      <table className="rows plain">
        <thead>
          <tr>
            <th>Kind</th>
            <th className="number">Lines</th>
            <th className="number">Net, {declared.net.currency}</th>
            <th className="number">Tax, {declared.net.currency}</th>
          </tr>
        </thead>
        <tbody>
          {statement.kinds.map((totals) => (
            <TotalsRow key={totals.kind} name={wordsOf(totals.kind)} totals={totals} />
          ))}
        </tbody>
        <tfoot>
          <TotalsRow name="declared" totals={declared} />
        </tfoot>
      </table>
    </section>
  );
};

const TotalsRow = ({ name, totals }: { name: string; totals: Statement['declared'] }) => (
  <tr>
    <td>{name}</td>
    <td className="number">{totals.lines.toLocaleString('en')}</td>
    <td className="number">
      <Amount money={totals.net} />
    </td>
    <td className="number">
      <Amount money={totals.tax} />
    </td>
  </tr>
);
