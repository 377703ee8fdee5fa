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

/** The same rules at two times, side by side. `now`: null while it is not known. */
export const ComparedFindings = ({
  then,
  now,
  when,
}: {
  then: readonly Of<'Finding'>[];
  now: readonly Of<'Finding'>[] | null;
  when: string;
}) => (
  <section className="findings" aria-labelledby="compared">
    <h2 id="compared">Found then and now</h2>
    <table className="rows plain">
      <thead>
        <tr>
          <th>Has to be so</th>
          <th>When proposed</th>
          <th>{when}</th>
        </tr>
      </thead>
      <tbody>
        {then.map(({ check, wants, ok }) => (
          <tr key={`${check} ${wants}`}>
            <td className="written">{wants}</td>
            <td>
              <Verdict ok={ok} />
            </td>
            <td>
              <Verdict ok={now?.find((each) => each.check === check && each.wants === wants)?.ok} was={ok} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  </section>
);

const Verdict = ({ ok, was }: { ok: boolean | undefined; was?: boolean }) => {
  if (ok === undefined) return <span className="quiet">…</span>;
  return (
    <span className={ok ? 'holds' : 'broken'}>
      {ok ? '✓ so' : '✗ not so'}
      {was !== undefined && was !== ok && <strong> changed</strong>}
    </span>
  );
};
