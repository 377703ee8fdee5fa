import { Link } from '@tanstack/react-router';
import { ShortId, wordsOf } from '../../parts/values.tsx';
import { sumsOf, type Outcome } from './posted-sums.ts';

export const counted = (count: number): string => (count === 1 ? '1 break' : `${count} breaks`);

/** What would come of a decision on each, before it is made. */
export const Preview = ({ of }: { of: readonly Outcome[] }) => {
  const refused = of.filter(({ refusal }) => refusal !== null);
  const twos = of.filter(({ second_person: takesTwo }) => takesTwo);
  const sums = sumsOf(of);
  return (
    <section aria-labelledby="would-post">
      <h3 id="would-post">What it posts</h3>
      {sums.length === 0 && <p className="quiet">Nothing.</p>}
      {sums.length > 0 && (
        <table className="rows plain">
          <caption className="hidden">What it posts, in sum</caption>
          <thead>
            <tr>
              <th>To</th>
              <th>From</th>
              <th className="number">Transfers</th>
              <th className="number">Amount</th>
              <th>Of</th>
            </tr>
          </thead>
          <tbody>
            {sums.map(({ debit, credit, unit, transfers, amount }) => (
              <tr key={`${debit} ${credit} ${unit}`}>
                <td>{wordsOf(debit)}</td>
                <td>{wordsOf(credit)}</td>
                <td className="number">{transfers}</td>
                <td className="number">{amount}</td>
                <td>{unit}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {twos.length > 0 && (
        <p>{counted(twos.length)} above the limit for one person: proposed, and another approves each.</p>
      )}
      {refused.length > 0 && (
        <>
          <p className="reason">{counted(refused.length)} cannot be decided so, and stay as they are:</p>
          <Ids of={refused} />
        </>
      )}
    </section>
  );
};

/** What has come of it. */
export const Outcomes = ({ of }: { of: readonly Outcome[] }) => {
  const done = of.filter(({ refusal, second_person: takesTwo }) => refusal === null && !takesTwo);
  const proposed = of.filter(({ refusal, second_person: takesTwo }) => refusal === null && takesTwo);
  const refused = of.filter(({ refusal }) => refusal !== null);
  return (
    <>
      <p role="status">✓ {counted(done.length)} decided.</p>
      {proposed.length > 0 && (
        <>
          <p>{counted(proposed.length)} proposed, to be approved by somebody else:</p>
          <Ids of={proposed} />
        </>
      )}
      {refused.length > 0 && (
        <>
          <p className="reason">✗ {counted(refused.length)} refused:</p>
          <Ids of={refused} />
        </>
      )}
    </>
  );
};

const Ids = ({ of }: { of: readonly Outcome[] }) => (
  <ul className="plain outcomes">
    {of.map(({ id, refusal }) => (
      <li key={id}>
        <Link to="/finance/breaks/$id" params={{ id }}>
          <ShortId id={id} />
        </Link>{' '}
        {refusal !== null && wordsOf(refusal)}
      </li>
    ))}
  </ul>
);
