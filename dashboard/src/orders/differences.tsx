import { wordsOf } from '../parts/values.tsx';
import type { Case } from './case-queries.ts';

interface Difference {
  readonly field: string;
  readonly ours: string | null;
  readonly theirs: string | null;
}

/** The order beside what its provider has, where they differ. */
export const Differences = ({ of }: { of: Case['differences'] }) =>
  of.length > 0 && (
    <section aria-labelledby="differences">
      <h2 id="differences">Order and provider differ</h2>
      <DifferenceTable of={of} />
      <p className="quiet">
        {of.every(({ accepted }) => accepted) ? 'People have accepted it so.' : 'Nobody has accepted it.'}
      </p>
    </section>
  );

/** Marked by a sign and words, not by colour alone. */
export const DifferenceTable = ({ of }: { of: readonly Difference[] }) => (
  <table className="rows plain">
    <thead>
      <tr>
        <th>Field</th>
        <th>Ordered</th>
        <th>Provider has</th>
      </tr>
    </thead>
    <tbody>
      {of.map(({ field, ours, theirs }) => (
        <tr key={field}>
          <td>≠ {wordsOf(field)}</td>
          <td>{ours ?? <span className="quiet">not told</span>}</td>
          <td>{theirs ?? <span className="quiet">not told</span>}</td>
        </tr>
      ))}
    </tbody>
  </table>
);
