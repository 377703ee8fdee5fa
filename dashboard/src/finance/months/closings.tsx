import { RowsTable } from '../../parts/rows-table.tsx';
import { Time } from '../../parts/time.tsx';
import { ShortId, Words } from '../../parts/values.tsx';
import { SealedExports } from './exports.tsx';
import type { Closing } from './month-queries.ts';

/** Who has closed and reopened it. What each closing has kept stays to be read. */
export const Closings = ({ of }: { of: readonly Closing[] }) => (
  <section aria-labelledby="closings">
    <h2 id="closings">Closed and reopened</h2>
    <RowsTable
      caption="Closings and reopenings"
      columns={[
        ['Time, UTC', 'time'],
        ['Act', 'act'],
        ['Version', 'number no'],
        ['By', 'actor'],
        ['Note'],
        ['Hash over the journals so far', 'hash'],
      ]}
      rows={of}
      nameOf={({ act, version }) => `${act} ${version}`}
      cells={(closing) => (
        <>
          <td className="figures">
            <Time at={closing.at} inColumn />
          </td>
          <td>{closing.act}</td>
          <td className="number">{closing.version}</td>
          <td>
            {closing.person.startsWith('opr_') ? <ShortId id={closing.person} /> : <Words text={closing.person} />}
          </td>
          <td className="written" dir="auto">
            {closing.note}
          </td>
          <td className="written">{closing.journal_hash !== null && <code>{closing.journal_hash}</code>}</td>
        </>
      )}
    />
    {undone(of).map((closing) => (
      <details className="new" key={closing.version}>
        <summary>Exports of version {closing.version}, which was reopened</summary>
        <SealedExports closing={closing} />
      </details>
    ))}
  </section>
);

const undone = (closings: readonly Closing[]): readonly Closing[] =>
  closings.filter(
    ({ act, version }) =>
      act === 'closed' && closings.some((later) => later.act === 'reopened' && later.version === version),
  );
