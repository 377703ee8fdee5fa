import { useId, useState } from 'react';
import { useSession } from '../api/session.ts';
import { ProblemBox } from '../parts/problem-box.tsx';
import { useTurnOff, type Switch } from './switch-queries.ts';

/** The careful one: why it can go on, and for what stops everybody a second person. */
export const TurnOffForm = ({ found }: { found: Switch }) => {
  const field = useId();
  const me = useSession().data?.operator?.id;
  const off = useTurnOff(found.id);
  const [reason, setReason] = useState('');
  const isMine = me !== undefined && found.off_proposal?.by.id === me;
  if (isMine)
    return <p className="quiet">You would turn it off: it needs somebody else. Until then nothing is sent.</p>;
  const proposes = found.is_global && found.off_proposal === null;
  return (
    <div className="verdict">
      <label htmlFor={field}>Why it can go on</label>
      <input id={field} dir="auto" maxLength={300} value={reason} onChange={({ target }) => setReason(target.value)} />
      <div className="acts">
        <button
          type="button"
          disabled={off.isPending || reason.trim().length < 3}
          onClick={() => off.mutate(reason.trim())}
        >
          {proposes ? 'Propose to turn it off' : 'Turn it off'}
        </button>
      </div>
      <ProblemBox error={off.error} />
    </div>
  );
};
