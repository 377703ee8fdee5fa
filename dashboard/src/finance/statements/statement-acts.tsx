import { useState } from 'react';
import { ConfirmButton } from '../../parts/confirm-button.tsx';
import { LongText } from '../../parts/long-text.tsx';
import { ProblemBox } from '../../parts/problem-box.tsx';
import { useAccept, useReverse, type Statement } from './statement-queries.ts';

/** What can be made of it. Nothing that was posted goes away: to take it back posts the opposite. */
export const StatementActs = ({ statement: { id, status } }: { statement: Statement }) => {
  const accept = useAccept(id);
  if (status !== 'checked' && status !== 'accepted') return null;
  return (
    <>
      <div className="acts">
        {status === 'checked' && (
          <ConfirmButton
            label="Accept"
            confirm="Accept it: it counts, and is posted so"
            look="main"
            disabled={accept.isPending}
            act={() => accept.mutate()}
          />
        )}
        <ProblemBox error={accept.error} />
      </div>
      <ReverseForm id={id} isPosted={status === 'accepted'} />
    </>
  );
};

const SHORTEST = 20;

const ReverseForm = ({ id, isPosted }: { id: string; isPosted: boolean }) => {
  const reverse = useReverse(id);
  const [reason, setReason] = useState('');
  return (
    <details className="new">
      <summary>Take it back</summary>
      <div className="verdict">
        <p className="quiet">
          It stays to be read and counts no more; its file and its number may be uploaded again.
          {isPosted &&
            ' What it has posted stays, and the opposite is posted beside it; what was decided from its lines is taken back, too.'}
        </p>
        <LongText
          label={`Why, for those who ask in a year; at least ${SHORTEST} characters`}
          value={reason}
          write={setReason}
        />
        <div className="acts">
          <ConfirmButton
            label="Reverse"
            confirm="Reverse it for good"
            disabled={reverse.isPending || reason.trim().length < SHORTEST}
            act={() => reverse.mutate(reason.trim())}
          />
        </div>
        <ProblemBox error={reverse.error} />
      </div>
    </details>
  );
};
