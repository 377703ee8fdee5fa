import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useMay } from '../../api/session.ts';
import { Fact } from '../../parts/fact.tsx';
import { Read } from '../../parts/list-state.tsx';
import { CopyableId, ShortId, wordsOf } from '../../parts/values.tsx';
import { BREAK_RESOLUTIONS, BREAKS } from '../../words.ts';
import { BreakStatus, Severity } from './badges.tsx';
import { BreakEvents } from './break-events.tsx';
import { breakQuery, type WholeBreak } from './break-queries.ts';
import { BrokenOrder } from './broken-order.tsx';
import { FactsTable } from './facts-table.tsx';
import { InHand, WaitForm } from './follow-forms.tsx';
import { Proposal } from './proposal.tsx';
import { ResolveForm } from './resolve-form.tsx';

const route = getRouteApi('/finance/breaks/$id');

export const BreakPage = () => {
  const { id } = route.useParams();
  const query = useQuery(breakQuery(id));
  const mayWrite = useMay('finance:write');
  return (
    <>
      <title>{`${query.data ? wordsOf(query.data.type) : 'Break'} · Offset gateway`}</title>
      <Read query={query}>
        {(found) => {
          const isOpen = found.status === 'open' || found.status === 'waiting';
          return (
            <>
              <h1>
                {wordsOf(found.type)} <Severity of={found.severity} /> <BreakStatus of={found.status} />
              </h1>
              <State found={found} />
              <div className="order">
                <div>
                  <section aria-labelledby="disagrees">
                    <h2 id="disagrees">What disagrees</h2>
                    <FactsTable of={found.facts} />
                  </section>
                  <About found={found} />
                  {found.order_id !== null && <BrokenOrder id={found.order_id} />}
                </div>
                <div>
                  {found.proposal && <Proposal id={id} proposal={found.proposal} />}
                  {isOpen && mayWrite && <InHand found={found} />}
                  {isOpen && mayWrite && <ResolveForm found={found} />}
                  {isOpen && mayWrite && <WaitForm id={id} />}
                  <BreakEvents of={found.events} />
                </div>
              </div>
            </>
          );
        }}
      </Read>
    </>
  );
};

const State = ({ found: { type, status, resolution, waiting_until: until } }: { found: WholeBreak }) => (
  <p className="state told">
    {BREAKS[type]?.means}.
    {status === 'resolved' && resolution !== null && (
      <>
        {' '}
        Resolved: <strong>{wordsOf(resolution)}</strong>, {BREAK_RESOLUTIONS[resolution]?.means}.
      </>
    )}
    {status === 'cleared' && ' It is not there any more.'}
    {status === 'waiting' && ` It waits until ${until}, and blocks what it blocked.`}
    {(status === 'open' || status === 'waiting') && ` What settles it by itself: ${BREAKS[type]?.clears}.`}
  </p>
);

const About = ({ found }: { found: WholeBreak }) => (
  <section aria-labelledby="about">
    <h2 id="about">About</h2>
    <dl className="facts">
      <Fact name="Provider">{found.provider}</Fact>
      <Fact name="Subject">
        {found.type === 'pool_unallocated' ? (
          <Link to="/finance/pools/$id" params={{ id: found.subject }}>
            {found.subject}
          </Link>
        ) : (
          <code>{found.subject}</code>
        )}
      </Fact>
      {found.linked_order_id !== null && (
        <Fact name="Linked to">
          <Link to="/orders/$id" params={{ id: found.linked_order_id }}>
            {found.linked_order_id}
          </Link>
        </Fact>
      )}
      {found.statement_id !== null && (
        <Fact name="Statement">
          <Link to="/finance/statements/$id" params={{ id: found.statement_id }}>
            <ShortId id={found.statement_id} />
          </Link>
          {found.line !== null && `, line ${found.line}`}
        </Fact>
      )}
      <Fact name="First seen">
        in {found.period}, by{' '}
        <Link to="/finance/runs/$id" params={{ id: found.first_run }}>
          <ShortId id={found.first_run} />
        </Link>
      </Fact>
      <Fact name="Last seen">
        by{' '}
        <Link to="/finance/runs/$id" params={{ id: found.last_run }}>
          <ShortId id={found.last_run} />
        </Link>
      </Fact>
      <Fact name="Id">
        <CopyableId id={found.id} name="break id" />
      </Fact>
    </dl>
  </section>
);
