import type { Of } from '../api/client.ts';
import { LINE_RULES } from '../words.ts';
import { wordsOf } from './values.tsx';

/** What is wrong in a file, and where. The values themselves are in the file alone. */
export const LineErrors = ({ of }: { of: readonly Of<'LineError'>[] }) => (
  <table className="rows plain errors">
    <caption className="hidden">What is wrong in the file</caption>
    <thead>
      <tr>
        <th className="number">Line</th>
        <th>Column</th>
        <th>Rule</th>
        <th>What it means</th>
      </tr>
    </thead>
    <tbody>
      {of.map(({ line, column, rule }) => (
        <tr key={`${line} ${column} ${rule}`}>
          <td className="number">{line ?? 'all'}</td>
          <td>{column === null ? '' : <code>{column}</code>}</td>
          <td>{wordsOf(rule)}</td>
          <td className="written">{LINE_RULES[rule]}</td>
        </tr>
      ))}
    </tbody>
  </table>
);
