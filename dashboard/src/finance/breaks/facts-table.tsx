import { Link } from '@tanstack/react-router';
import type { Of } from '../../api/client.ts';
import { ShortId, wordsOf } from '../../parts/values.tsx';

type Facts = readonly Of<'Fact'>[];

/** Field by field, what we say and what the provider says, and where. */
export const FactsTable = ({ of }: { of: Facts }) => (
  <table className="rows plain">
    <thead>
      <tr>
        <th>Field</th>
        <th className="number">Ours</th>
        <th className="number">Theirs</th>
        <th>In line</th>
      </tr>
    </thead>
    <tbody>
      {of.map(({ field, ours, theirs, line }) => (
        <tr key={`${field} ${line}`}>
          <td>
            {ours !== null && theirs !== null && ours !== theirs && '≠ '}
            {wordsOf(field)}
          </td>
          <td className="number">{ours ?? <span className="quiet">nothing</span>}</td>
          <td className="number">{theirs ?? <span className="quiet">nothing</span>}</td>
          <td>{line !== null && <LineLink line={line} />}</td>
        </tr>
      ))}
    </tbody>
  </table>
);

/** `stm_…:3` */
const LineLink = ({ line }: { line: string }) => {
  const [statement = '', number] = line.split(':');
  return (
    <Link to="/finance/statements/$id" params={{ id: statement }}>
      line {number} of <ShortId id={statement} />
    </Link>
  );
};

/** The same in one line, for lists. */
export const factsInWords = (facts: Facts): string =>
  facts
    .map(({ field, ours, theirs }) => {
      if (ours === null) return `${wordsOf(field)}: theirs ${theirs}`;
      return theirs === null ? `${wordsOf(field)}: ours ${ours}` : `${wordsOf(field)}: ours ${ours}, theirs ${theirs}`;
    })
    .join('; ');
