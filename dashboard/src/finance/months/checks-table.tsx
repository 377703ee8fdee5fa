import { Link } from '@tanstack/react-router';
import type { Of } from '../../api/client.ts';
import { wordsOf } from '../../parts/values.tsx';

/** Where what is not so is settled. */
const WHERE: Readonly<Record<string, '/finance/statements' | '/finance/runs' | '/finance/breaks'>> = {
  statements_are_in: '/finance/statements',
  lists_are_compared: '/finance/runs',
  breaks_are_settled: '/finance/breaks',
};

/** By sign and word, not by colour alone. What to do stands only where something is to be done. */
export const ChecksTable = ({ checks }: { checks: readonly Of<'Check'>[] }) => (
  <table className="rows plain checks">
    <caption className="hidden">What has to be so before it is closed</caption>
    <thead>
      <tr>
        <th>Has to be so</th>
        <th>Is it</th>
        <th>Found</th>
        <th>What to do</th>
      </tr>
    </thead>
    <tbody>
      {checks.map(({ check, ok, detail, fix }) => (
        <tr key={check}>
          <td>{wordsOf(check)}</td>
          <td className="findings">
            <span className={ok ? 'holds' : 'broken'}>{ok ? '✓ so' : '✗ not so'}</span>
          </td>
          <td className="written">{detail}</td>
          <td className="written">
            {ok ? '' : fix} {!ok && WHERE[check] !== undefined && <Link to={WHERE[check]}>Go there</Link>}
          </td>
        </tr>
      ))}
    </tbody>
  </table>
);
