import { useState } from 'react';
import { useMay, useSession } from '../api/session.ts';
import { LongText } from '../parts/long-text.tsx';
import { ProblemBox } from '../parts/problem-box.tsx';
import { useVerdict, type Resolution } from './approval-queries.ts';

/** What a second person decides; for who proposed it, the way back. */
export const VerdictForm = ({ resolution, version }: { resolution: Resolution; version: number }) => {
  const me = useSession().data?.operator?.id;
  const mayApprove = useMay('ops:approve');
  const [note, setNote] = useState('');
  const verdict = useVerdict(resolution.id);
  const isMine = me !== undefined && resolution.proposed_by?.id === me;
  const cannot = verdict.isPending || note.trim() === '';
  if (!isMine && !mayApprove)
    return <p className="quiet">Deciding on it takes the role approver or admin. Waiting is safe: nothing changes.</p>;
  return (
    <section className="verdict" aria-labelledby="verdict">
      <h2 id="verdict">{isMine ? 'It needs somebody else' : 'Your decision'}</h2>
      <p className="quiet">
        {isMine
          ? 'Nobody approves what they have proposed. Until somebody else decides, nothing changes, which is safe.'
          : 'With approval the gateway reads the provider again, checks everything again, and carries it out only then.'}
      </p>
      <LongText
        label={isMine ? 'Why you take it back' : 'What you have looked at, and why you decide so'}
        value={note}
        write={setNote}
      />
      <div className="acts">
        {isMine ? (
          <button type="button" disabled={cannot} onClick={() => verdict.mutate({ act: 'withdraw', note, version })}>
            Withdraw
          </button>
        ) : (
          <>
            <button type="button" disabled={cannot} onClick={() => verdict.mutate({ act: 'approve', note, version })}>
              Approve
            </button>
            <button type="button" disabled={cannot} onClick={() => verdict.mutate({ act: 'reject', note, version })}>
              Reject
            </button>
          </>
        )}
      </div>
      <ProblemBox error={verdict.error} />
    </section>
  );
};
