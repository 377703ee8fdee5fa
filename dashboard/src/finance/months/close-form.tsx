import { useId, useRef, useState } from 'react';
import type { Of } from '../../api/client.ts';
import { ConfirmButton } from '../../parts/confirm-button.tsx';
import { ProblemBox } from '../../parts/problem-box.tsx';
import { useSummary } from '../../shell/summary.ts';
import { useClose, type Month } from './month-queries.ts';

/** The one check that a person can settle by saying so. */
const CAN_BE_WAIVED = 'statements_are_in';
const SHORTEST = 3;

/** The gateway checks all again, and has the last word. */
export const CloseForm = ({ month: { id }, checks }: { month: Month; checks: readonly Of<'Check'>[] }) => {
  const field = useId();
  const close = useClose(id);
  const [note, setNote] = useState('');
  const [waived, setWaived] = useState<readonly string[]>([]);
  const key = useRef<string>(undefined);
  const broken = checks.filter(({ ok }) => !ok).map(({ check }) => check);
  const isClosable = broken.every((check) => check === CAN_BE_WAIVED && waived.length > 0);
  const body = { note: note.trim(), ...(waived.length > 0 && { waived: [...waived] }) };
  return (
    <form className="verdict" onChange={() => (key.current = undefined)} onSubmit={(event) => event.preventDefault()}>
      {broken.includes(CAN_BE_WAIVED) && <Waivers waived={waived} waive={setWaived} />}
      <label htmlFor={field}>Note, kept with the closing; it names nobody</label>
      <input
        id={field}
        dir="auto"
        maxLength={500}
        autoComplete="off"
        value={note}
        onChange={({ target }) => setNote(target.value)}
      />
      <div className="acts">
        <ConfirmButton
          label={`Close ${id}`}
          confirm={`Close ${id}: nothing is posted to it any more`}
          look="main"
          disabled={close.isPending || !isClosable || note.trim().length < SHORTEST}
          act={() => close.mutate({ body, idempotencyKey: (key.current ??= crypto.randomUUID()) })}
        />
        {!isClosable && <span className="quiet">It can be closed once all of the above is so.</span>}
      </div>
      <ProblemBox error={close.error} />
    </form>
  );
};

const Waivers = ({ waived, waive }: { waived: readonly string[]; waive: (to: readonly string[]) => void }) => (
  <fieldset className="choices">
    <legend>No statement will come of these, and the note says why</legend>
    {useSummary().data?.providers.map(({ id }) => (
      <label key={id}>
        <input
          type="checkbox"
          checked={waived.includes(id)}
          onChange={({ target }) => waive(target.checked ? [...waived, id] : waived.filter((each) => each !== id))}
        />
        <span>{id}</span>
      </label>
    ))}
  </fieldset>
);
