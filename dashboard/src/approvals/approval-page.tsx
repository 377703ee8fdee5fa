import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useMay } from '../api/session.ts';
import { caseQuery, type Case } from '../orders/case-queries.ts';
import { ComparedFindings, Findings } from '../parts/findings.tsx';
import { Read } from '../parts/list-state.tsx';
import { ProblemBox } from '../parts/problem-box.tsx';
import { Time } from '../parts/time.tsx';
import { Mass, Money, Status, wordsOf, Words } from '../parts/values.tsx';
import { DECISIONS, REFUSALS, RESOLUTION_STATES } from '../words.ts';
import { checkQuery, resolutionQuery, type Resolution } from './approval-queries.ts';
import { VerdictForm } from './verdict-form.tsx';

const route = getRouteApi('/approvals/$id');

export const ApprovalPage = () => {
  const { id } = route.useParams();
  const query = useQuery(resolutionQuery(id));
  return (
    <>
      <title>Approval · Offset gateway</title>
      <Read query={query}>{(resolution) => <Whole key={id} resolution={resolution} />}</Read>
    </>
  );
};

const Whole = ({ resolution }: { resolution: Resolution }) => {
  const order = useQuery(caseQuery(resolution.order_id));
  return (
    <>
      <h1>
        {wordsOf(resolution.decision)} <span className="badge">{resolution.state}</span>
      </h1>
      <p className="means">
        It says: {DECISIONS[resolution.decision]}. {capital(RESOLUTION_STATES[resolution.state])}.
        {resolution.refusal !== null && ` ${capital(REFUSALS[resolution.refusal])}.`}
      </p>
      <div className="order">
        <div>
          <Read query={order}>{(found) => <OrderInShort found={found} />}</Read>
          <Proposal resolution={resolution} />
          {resolution.state === 'proposed' && order.data && (
            <VerdictForm resolution={resolution} version={order.data.order.version} />
          )}
        </div>
        <Found resolution={resolution} version={order.data?.order.version} />
      </div>
    </>
  );
};

/** What was found when it was proposed, beside what is found now; once it is decided on, beside what was found then. */
const Found = ({ resolution, version }: { resolution: Resolution; version: number | undefined }) => {
  const { findings, decided_findings: decided } = resolution;
  const mayCheck = useMay('ops:act') && resolution.state === 'proposed' && version !== undefined;
  const check = useQuery(checkQuery(resolution, version ?? 0, mayCheck));
  if (mayCheck)
    return (
      <div>
        <ComparedFindings then={findings} now={check.data?.findings ?? null} when="Now" />
        <div className="acts">
          <button type="button" onClick={() => void check.refetch()} disabled={check.isFetching}>
            Check again
          </button>
          <span className="quiet" role="status">
            {check.isFetching
              ? 'The gateway reads the provider…'
              : check.data?.allowed === false && 'It would be refused now, and overtaken when somebody approves it.'}
          </span>
        </div>
        <ProblemBox error={check.error} />
      </div>
    );
  if (decided.length > 0) return <ComparedFindings then={findings} now={decided} when="When decided on" />;
  return <Findings title="Found when it was proposed" findings={findings} />;
};

const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

const OrderInShort = ({ found: { order, tenant } }: { found: Case }) => (
  <section aria-labelledby="its-order">
    <h2 id="its-order">The order</h2>
    <dl className="facts">
      <div>
        <dt>Order</dt>
        <dd>
          <Link to="/orders/$id" params={{ id: order.id }}>
            <code>{order.id}</code>
          </Link>{' '}
          <Status status={order.status} />
        </dd>
      </div>
      <div>
        <dt>What</dt>
        <dd>
          <Mass mass={order.ordered_mass} /> at {order.provider} for <Words text={tenant.name} />, price{' '}
          <Money money={order.price?.total ?? null} />
        </dd>
      </div>
      <div>
        <dt>Beneficiary</dt>
        <dd>
          <Words text={order.beneficiary.name} />
        </dd>
      </div>
    </dl>
  </section>
);

const Proposal = ({ resolution }: { resolution: Resolution }) => {
  const { evidence, reason, proposed_by: by, proposed_at: at, decided_by: decidedBy, decided_note: note } = resolution;
  const named = Object.entries(evidence).flatMap(([field, value]) => {
    if (typeof value === 'string') return [[field, value] as const];
    return Array.isArray(value) && value.length > 0 ? [[field, value.join(', ')] as const] : [];
  });
  return (
    <section aria-labelledby="proposal">
      <h2 id="proposal">The proposal</h2>
      <dl className="facts">
        <div>
          <dt>By</dt>
          <dd>
            <Words text={by?.name ?? 'a machine'} />, <Time at={at} />
          </dd>
        </div>
        <div>
          <dt>Why</dt>
          <dd className="written">
            <Words text={reason} />
          </dd>
        </div>
        {named.map(([field, value]) => (
          <div key={field}>
            <dt>{wordsOf(field)}</dt>
            <dd>
              <code>{value}</code>
            </dd>
          </div>
        ))}
        {evidence.statement && (
          <div>
            <dt>Stated</dt>
            <dd className="written">
              “<Words text={evidence.statement.quote} />” <Words text={evidence.statement.from} />,{' '}
              <Time at={evidence.statement.received_at} />
              {evidence.statement.ticket !== null && (
                <>
                  , <Words text={evidence.statement.ticket} />
                </>
              )}
            </dd>
          </div>
        )}
        {resolution.decided_at !== null && (
          <div>
            <dt>Decided</dt>
            <dd className="written">
              <Words text={decidedBy?.name ?? 'the gateway'} />, <Time at={resolution.decided_at} />
              {note !== null && (
                <>
                  : <Words text={note} />
                </>
              )}
            </dd>
          </div>
        )}
      </dl>
    </section>
  );
};
