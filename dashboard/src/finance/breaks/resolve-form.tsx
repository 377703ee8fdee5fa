import { Link } from '@tanstack/react-router';
import { useId, useState } from 'react';
import { ConfirmButton } from '../../parts/confirm-button.tsx';
import { LongText } from '../../parts/long-text.tsx';
import { ProblemBox } from '../../parts/problem-box.tsx';
import { wordsOf } from '../../parts/values.tsx';
import { BREAK_RESOLUTIONS } from '../../words.ts';
import { amountOf, unitOf } from '../assets.ts';
import { useResolve, type WholeBreak } from './break-queries.ts';

export const SHORTEST_NOTE = 3;

const NEAR: Readonly<Record<string, string>> = {
  same_mass_and_day: 'the same mass, and bought on that day',
  same_amount: 'the same amount',
};

type Choice = WholeBreak['choices'][number];

/** Only what the gateway permits of it now, each with what it would post. */
export const ResolveForm = ({ found }: { found: WholeBreak }) => {
  const orderField = useId();
  const resolve = useResolve(found.id);
  const [chosen, choose] = useState<Choice['resolution']>();
  const [note, setNote] = useState('');
  const [orderId, setOrderId] = useState('');
  if (found.choices.length === 0)
    return <p className="quiet">People can decide nothing of it: only what is said of it can change.</p>;
  const namesOrder = chosen !== undefined && BREAK_RESOLUTIONS[chosen]?.namesOrder === true;
  const isWhole = chosen !== undefined && note.trim().length >= SHORTEST_NOTE && (!namesOrder || orderId.trim() !== '');
  return (
    <section aria-labelledby="resolve">
      <h2 id="resolve">What is made of it</h2>
      <fieldset className="choices">
        <legend>Decision</legend>
        {found.choices.map(({ resolution, posts }) => (
          <label key={resolution} className={posts === null ? 'refused' : undefined}>
            <input
              type="radio"
              name="resolution"
              disabled={posts === null}
              checked={resolution === chosen}
              onChange={() => choose(resolution)}
            />
            <span>
              <strong>{wordsOf(resolution)}</strong>: {BREAK_RESOLUTIONS[resolution]?.means}
              <span className="why quiet">{postsInWords(posts)}</span>
            </span>
          </label>
        ))}
      </fieldset>
      {namesOrder && (
        <div className="field">
          <label htmlFor={orderField}>The order that it is about</label>
          <input
            id={orderField}
            autoComplete="off"
            spellCheck={false}
            placeholder="ord_…"
            value={orderId}
            onChange={({ target }) => setOrderId(target.value)}
          />
          <Suggestions of={found.suggestions} take={setOrderId} />
        </div>
      )}
      <div className="field">
        <LongText label="Why, for those who ask in a year" value={note} write={setNote} />
      </div>
      <div className="acts">
        <ConfirmButton
          label="Decide"
          confirm={`${chosen === undefined ? 'Decide' : wordsOf(chosen)}: it is posted so`}
          look="main"
          disabled={resolve.isPending || !isWhole}
          act={() => {
            if (chosen === undefined) return;
            const order = namesOrder ? { order_id: orderId.trim() } : {};
            resolve.mutate({ resolution: chosen, note: note.trim(), ...order });
          }}
        />
        <span className="quiet">Above the limit for one person it is proposed, and another approves.</span>
      </div>
      <ProblemBox error={resolve.error} />
    </section>
  );
};

const postsInWords = (posts: Choice['posts']): string => {
  if (posts === null) return 'There is nothing in the books that it would settle.';
  if (posts.length === 0) return 'It posts nothing.';
  return posts
    .map(
      ({ debit, credit, asset, amount }) =>
        `${amountOf(asset, amount)} ${unitOf(asset)} to ${wordsOf(debit)} from ${wordsOf(credit)}`,
    )
    .join('; ');
};

/** Near misses are shown, and never applied. */
const Suggestions = ({ of, take }: { of: WholeBreak['suggestions']; take: (orderId: string) => void }) =>
  of.length > 0 && (
    <ul className="plain" aria-label="Orders that it may be about">
      {of.map(({ order_id: id, why }) => (
        <li key={id}>
          <Link to="/orders/$id" params={{ id }}>
            {id}
          </Link>
          , {NEAR[why] ?? wordsOf(why)}{' '}
          <button type="button" className="small" onClick={() => take(id)}>
            This one
          </button>
        </li>
      ))}
    </ul>
  );
