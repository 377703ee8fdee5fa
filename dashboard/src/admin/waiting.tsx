import { useQuery } from '@tanstack/react-query';
import { useSession } from '../api/session.ts';
import { ConfirmButton } from '../parts/confirm-button.tsx';
import { ProblemBox } from '../parts/problem-box.tsx';
import { Age, Until } from '../parts/time.tsx';
import { WordsCell } from '../parts/values.tsx';
import { AdminList } from './admin-list.tsx';
import { admissionsQuery, useDecide, type Admission } from './admin-queries.ts';

/** Operators and keys that one admin has asked for and another one decides on. */
export const Waiting = ({ cursor }: { cursor: string | undefined }) => {
  const query = useQuery(admissionsQuery({ cursor }));
  const decide = useDecide();
  return (
    <>
      <ProblemBox error={decide.error} />
      <AdminList
        query={query}
        cursor={cursor}
        caption="Waiting for a second admin"
        columns={[
          ['Asked', 'number age'],
          ['Who or what'],
          ['Is to open'],
          ['Asked for by'],
          ['Expires', 'expires'],
          ['Your decision', 'verdicts'],
        ]}
        empty="Nobody waits to be let in."
        cells={(row) => (
          <>
            <td className="number">
              <Age since={row.proposed_at} />
            </td>
            <WordsCell text={row.kind === 'key' ? `key: ${row.name}` : `${row.name}, ${row.email ?? ''}`} />
            <td className="written">{row.kind === 'key' ? row.scopes.join(', ') : row.role}</td>
            <WordsCell text={row.proposed_by?.name ?? 'a machine'} />
            <td>{row.expires_at !== null && <Until at={row.expires_at} />}</td>
            <td>
              <Verdict row={row} isPending={decide.isPending} decide={decide.mutate} />
            </td>
          </>
        )}
      />
    </>
  );
};

const Verdict = ({
  row: { id, proposed_by: by },
  isPending,
  decide,
}: {
  row: Admission;
  isPending: boolean;
  decide: (verdict: { id: string; verdict: 'approve' | 'reject' }) => void;
}) => {
  const isMine = useSession().data?.operator?.id === by?.id;
  return isMine ? (
    <>
      <span className="quiet">needs somebody else</span>{' '}
      <ConfirmButton
        label="Take back"
        confirm="Take it back"
        disabled={isPending}
        act={() => decide({ id, verdict: 'reject' })}
      />
    </>
  ) : (
    <>
      <ConfirmButton
        label="Let in"
        confirm="Let them in"
        disabled={isPending}
        act={() => decide({ id, verdict: 'approve' })}
      />{' '}
      <ConfirmButton
        label="Reject"
        confirm="Reject it"
        disabled={isPending}
        act={() => decide({ id, verdict: 'reject' })}
      />
    </>
  );
};
