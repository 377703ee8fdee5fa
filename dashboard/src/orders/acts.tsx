import { Link } from '@tanstack/react-router';
import { useMay, useSession } from '../api/session.ts';
import { ProblemBox } from '../parts/problem-box.tsx';
import { Age } from '../parts/time.tsx';
import { Words } from '../parts/values.tsx';
import { useCaseAct, type Case } from './case-queries.ts';

/** What a person can do about an order. None of it sends a purchase or sets a status. */
export const Acts = ({ found: { order, owner } }: { found: Case }) => {
  const mayAct = useMay('ops:act');
  const me = useSession().data?.operator?.id;
  const act = useCaseAct(order.id);
  const isMine = owner !== null && owner.id === me;
  if (!mayAct) return <p className="quiet acts">Your role reads. Acting takes the role operator, approver or admin.</p>;
  return (
    <>
      <div className="acts" role="group" aria-label="Acts">
        <button type="button" data-key="r" onClick={() => act.mutate('refresh')} disabled={act.isPending}>
          Read the provider now <kbd>r</kbd>
        </button>
        <Link className="button" to="/orders/$id/resolve" params={{ id: order.id }}>
          Resolve…
        </Link>
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
      <ProblemBox error={act.error} />
    </>
  );
};
