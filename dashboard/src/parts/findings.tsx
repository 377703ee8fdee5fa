import type { Of } from '../api/client.ts';
import { wordsOf } from './values.tsx';

/** Every rule, and whether it holds: by sign and word, not by colour alone. */
export const Findings = ({ title, findings }: { title: string; findings: readonly Of<'Finding'>[] }) => (
  <section className="findings">
    <h2>{title}</h2>
    {findings.length === 0 && <p className="quiet">Nothing was looked at.</p>}
    <ul>
      {findings.map(({ check, wants, ok }) => (
        <li key={check} className={ok ? 'holds' : 'broken'}>
          <span aria-hidden="true">{ok ? '✓' : '✗'}</span>
          <span>
            {wants}
            {!ok && <strong> Not so: {wordsOf(check)}</strong>}
          </span>
        </li>
      ))}
    </ul>
  </section>
);
