import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { Of } from '../api/client.ts';
import { useMay } from '../api/session.ts';
import { caseQuery, type Case } from '../orders/case-queries.ts';
import { Read } from '../parts/list-state.tsx';
import { Time } from '../parts/time.tsx';
import { Status, wordsOf, Words } from '../parts/values.tsx';
import { REFUSALS, REVIEW_REASONS } from '../words.ts';
import { DecisionForm } from './decision-form.tsx';
import { choicesQuery } from './resolve-queries.ts';

const route = getRouteApi('/orders/$id/resolve');

export const ResolvePage = () => {
  const { id } = route.useParams();
  const order = useQuery(caseQuery(id));
  const choices = useQuery(choicesQuery(id));
  return (
    <>
      <title>{`Resolve ${id} · Offset gateway`}</title>
      <h1 className="order-id">
        Resolve{' '}
        <Link to="/orders/$id" params={{ id }}>
          <code>{id}</code>
        </Link>{' '}
        {order.data && <Status status={order.data.order.status} />}
      </h1>
      <Read query={order}>
        {(found) => (
          <>
            <Why found={found} />
            <Read query={choices}>{(read) => <Choices key={id} found={found} read={read} />}</Read>
          </>
        )}
      </Read>
    </>
  );
};

const Why = ({ found: { order } }: { found: Case }) =>
  order.review && (
    <p className="review state">
      <strong>{wordsOf(order.review.reason)}</strong>: {REVIEW_REASONS[order.review.reason].means}. Since{' '}
      <Time at={order.review.since} />.
    </p>
  );

/** Open ones first; of those that are for other orders only the names, folded away. */
const Choices = ({ found, read }: { found: Case; read: Of<'OrderResolutions'> }) => {
  const mayAct = useMay('ops:act');
  const { decision: asked } = route.useSearch();
  // What was chosen stays, also once it is decided and refused from then on: the form says what became of it.
  const [chosen, setChosen] = useState(
    () => read.choices.find((each) => each.decision === asked && !each.refused)?.decision,
  );
  const choice = read.choices.find(({ decision }) => decision === chosen);
  const others = read.choices.filter(({ refused }) => refused?.code === 'not_applicable');
  const ours = read.choices
    .filter((each) => !others.includes(each))
    .toSorted((a, b) => Number(a.refused !== null) - Number(b.refused !== null));
  return (
    <div className="order">
      <div>
        <fieldset className="choices">
          <legend>What do you decide?</legend>
          {ours.length === 0 && <p>Nothing can be decided about an order like this. Waiting is safe.</p>}
          {ours.map(({ decision, means, refused }) => (
            <label key={decision} className={refused ? 'refused' : undefined}>
              <input
                type="radio"
                name="decision"
                value={decision}
                disabled={refused !== null || !mayAct}
                checked={decision === chosen}
                onChange={() => setChosen(decision)}
              />
              <span>
                <strong>{wordsOf(decision)}</strong>: {means}
                {refused && <Refused refused={refused} />}
              </span>
            </label>
          ))}
          {others.length > 0 && (
            <details>
              <summary className="quiet">{others.length} are for orders in another status or review</summary>
              <ul className="plain">
                {others.map(({ decision, means }) => (
                  <li key={decision} className="quiet">
                    {wordsOf(decision)}: {means}
                  </li>
                ))}
              </ul>
            </details>
          )}
        </fieldset>
        {!mayAct && <p className="quiet">Deciding takes the role operator, approver or admin.</p>}
        <History resolutions={read.history} />
      </div>
      {choice && <DecisionForm key={choice.decision} found={found} choice={choice} version={read.version} />}
    </div>
  );
};

const refusalOf = (code: Of<'Refusal'>['code']): string =>
  code === 'proposal_open' ? 'another proposal for the order waits for a second person' : REFUSALS[code];

const Refused = ({ refused: { code, until } }: { refused: Of<'Refusal'> }) => (
  <span className="why">
    Not now: {refusalOf(code)}
    {until !== null && (
      <>
        , until <Time at={until} />
      </>
    )}
  </span>
);

const History = ({ resolutions }: { resolutions: Of<'OrderResolutions'>['history'] }) =>
  resolutions.length > 0 && (
    <section aria-labelledby="before">
      <h2 id="before">Decided before</h2>
      <ul className="plain">
        {resolutions.map((resolution) => (
          <li key={resolution.id}>
            <Time at={resolution.proposed_at} />{' '}
            <Link to="/approvals/$id" params={{ id: resolution.id }}>
              {wordsOf(resolution.decision)}
            </Link>
            , {resolution.state}, by <Words text={resolution.proposed_by?.name ?? 'a machine'} />
          </li>
        ))}
      </ul>
    </section>
  );
