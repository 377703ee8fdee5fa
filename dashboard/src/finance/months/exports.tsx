import { RowsTable } from '../../parts/rows-table.tsx';
import { EXPORTS } from '../../words.ts';
import type { Checklist, Closing } from './month-queries.ts';

const KINDS = Object.keys(EXPORTS);

/** Of an open month, the books as they are now; of a closed one what the closing has kept, the same bytes for ever. */
export const Exports = ({ checklist: { period, status, closings } }: { checklist: Checklist }) => {
  const last = closings.findLast(({ act }) => act === 'closed');
  return (
    <section aria-labelledby="exports">
      <h2 id="exports">Exports</h2>
      {status === 'closed' && last ? <SealedExports closing={last} /> : <OpenExports period={period} />}
    </section>
  );
};

const OpenExports = ({ period }: { period: string }) => (
  <>
    <p className="quiet">As the books are now. Once the month is closed they are kept, and do not change.</p>
    <RowsTable
      caption="Exports as the books are now"
      columns={[['Export', 'export'], ['What it has']]}
      rows={Object.entries(EXPORTS)}
      nameOf={([kind]) => kind}
      cells={([kind, means]) => (
        <>
          <td>
            <a href={`/v1/finance/exports/${kind}?period=${period}`} download={`${kind}-${period}-open.csv`}>
              {kind}, CSV
            </a>
          </td>
          <td className="written">{means}</td>
        </>
      )}
    />
  </>
);

export const SealedExports = ({ closing: { period, version, exports } }: { closing: Closing }) => (
  <>
    <p>
      <a
        href={`/v1/finance/exports/evidence?period=${period}&version=${version}`}
        download={`evidence-${period}-v${version}.tar.gz`}
      >
        Evidence, tar.gz
      </a>{' '}
      <span className="quiet">
        All of these in one archive, with the files of the statements, the record of the closing and SHA256SUMS.
      </span>
    </p>
    <RowsTable
      caption={`Exports of version ${version}`}
      columns={[
        ['Export', 'export'],
        ['Version', 'number no'],
        ['Rows', 'number lines'],
        ['Rows that lack', 'lack'],
        ['SHA-256', 'hash'],
        ['What it has'],
      ]}
      rows={exports.toSorted((a, b) => KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind))}
      nameOf={({ kind }) => kind}
      cells={({ kind, rows, missing, sha256 }) => (
        <>
          <td>
            <a
              href={`/v1/finance/exports/${kind}?period=${period}&version=${version}`}
              download={`${kind}-${period}-v${version}.csv`}
            >
              {kind}, CSV
            </a>
          </td>
          <td className="number">{version}</td>
          <td className="number">{rows.toLocaleString('en')}</td>
          <td className="written">
            {Object.entries(missing)
              .map(([column, count]) => `${column}: ${count}`)
              .join(', ')}
          </td>
          <td className="written">
            <code>{sha256}</code>
          </td>
          <td className="written">{EXPORTS[kind]}</td>
        </>
      )}
    />
  </>
);
