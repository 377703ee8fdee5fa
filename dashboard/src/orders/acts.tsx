import { Link } from '@tanstack/react-router';
import { useMay, useSession } from '../api/session.ts';
import { ProblemBox } from '../parts/problem-box.tsx';
import { Age } from '../parts/time.tsx';
import { Words } from '../parts/values.tsx';
import { useCaseAct, type Case } from './case-queries.ts';

/** What a person can do about an order, and why not the rest, as the gateway says it. None of it sends a purchase or sets a status. */
export const Acts = ({ found: { order, owner, acts, proposal_id: proposalId } }: { found: Case }) => {
  const mayAct = useMay('ops:act');
  const me = useSession().data?.operator?.id;
  const act = useCaseAct(order.id);
  const isMine = owner !== null && owner.id === me;
  if (!mayAct) return <p className="quiet acts">Your role reads. Acting takes the role operator, approver or admin.</p>;
  const whyNot = Object.fromEntries(acts.map((each) => [each.act, each.why_not]));
  return (
    <>
      <div className="acts" role="group" aria-label="Acts">
        <button
          type="button"
          data-key="r"
          onClick={() => act.mutate('refresh')}
          disabled={act.isPending || typeof whyNot['refresh'] === 'string'}
        >
          Read the provider now <kbd>r</kbd>
        </button>
        <Link className="button" to="/orders/$id/resolve" params={{ id: order.id }} search={{}}>
          Resolve…
        </Link>
        {typeof whyNot['cancel'] === 'string' ? (
          <button type="button" disabled aria-describedby="why-not">
            Cancel…
          </button>
        ) : (
          <Link className="button" to="/orders/$id/resolve" params={{ id: order.id }} search={{ decision: 'cancel' }}>
            Cancel…
          </Link>
        )}
        {!isMine && (
          <button type="button" onClick={() => act.mutate('claim')} disabled={act.isPending}>
            {owner ? 'Take over' : 'Take in hand'}
          </button>
        )}
        {owner && (
          <button type="button" onClick={() => act.mutate('release')} disabled={act.isPending}>
            Let go
          </button>
        )}
        <span className="quiet" role="status">
          {owner ? (
            <>
              In hand of {isMine ? 'you' : <Words text={owner.name} />} for <Age since={owner.since} />
            </>
          ) : (
            'In nobody’s hand'
          )}
        </span>
      </div>
      {proposalId !== null && (
        <p className="pause">
          <Link to="/approvals/$id" params={{ id: proposalId }}>
            A decision on the order
          </Link>{' '}
          waits for a second person.
        </p>
      )}
      <ul id="why-not" className="plain quiet why-not">
        {SAID_WHY.flatMap((name) => whyNot[name] ?? []).map((why) => (
          <li key={why}>{why}</li>
        ))}
      </ul>
      <ProblemBox error={act.error} />
    </>
  );
};

/** Of the others the buttons themselves say it. */
const SAID_WHY = ['refresh', 'resolve', 'cancel'] as const;
