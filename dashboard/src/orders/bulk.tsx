import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { Refused } from '../api/client.ts';
import { actOn, type CaseAct } from './case-queries.ts';

const VERBS: Readonly<Record<CaseAct, string>> = {
  refresh: 'Read their providers now',
  claim: 'Take them in hand',
  release: 'Let them go',
};

/** What can be done about several orders at once: nothing that decides about any. */
export const BulkBar = ({ ids, clear }: { ids: readonly string[]; clear: () => void }) => {
  const [act, setAct] = useState<CaseAct>();
  return (
    <div className="bulk" role="group" aria-label="Selected orders">
      <span role="status">{ids.length === 1 ? '1 order selected' : `${ids.length} orders selected`}</span>
      {(Object.keys(VERBS) as CaseAct[]).map((each) => (
        <button key={each} type="button" onClick={() => setAct(each)}>
          {VERBS[each]}…
        </button>
      ))}
      <button type="button" onClick={clear}>
        Select none
      </button>
      {act && <BulkDialog act={act} ids={ids} close={() => setAct(undefined)} />}
    </div>
  );
};

type Outcome = 'done' | { readonly why: string };

/** Repeats the list before anything is done, and says of each order what came of it. One ordinary request for each. */
const BulkDialog = ({ act, ids, close }: { act: CaseAct; ids: readonly string[]; close: () => void }) => {
  const dialog = useRef<HTMLDialogElement>(null);
  const queries = useQueryClient();
  const [outcomes, setOutcomes] = useState<Readonly<Record<string, Outcome>>>();
  useEffect(() => dialog.current?.showModal(), []);
  const run = async (): Promise<void> => {
    setOutcomes({});
    for (const id of ids) {
      // One after the other: a provider's quota is everybody's.
      const outcome = await actOn(id, act).then((): Outcome => 'done', whyNot);
      setOutcomes((before) => ({ ...before, [id]: outcome }));
    }
    await queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' });
  };
  const isOver = outcomes !== undefined && ids.every((id) => outcomes[id] !== undefined);
  return (
    <dialog ref={dialog} className="help" aria-labelledby="bulk" onClose={close}>
      <header>
        <h2 id="bulk">{VERBS[act]}</h2>
        <button type="button" onClick={() => dialog.current?.close()}>
          {isOver ? 'Close' : 'Leave it'}
        </button>
      </header>
      <ul className="plain outcomes" tabIndex={0} aria-label="Selected orders">
        {ids.map((id) => (
          <li key={id}>
            <code>{id}</code> <OutcomeOf outcome={outcomes?.[id]} isRunning={outcomes !== undefined} />
          </li>
        ))}
      </ul>
      {outcomes === undefined && (
        <button type="button" className="main" onClick={() => void run()}>
          {VERBS[act]} ({ids.length})
        </button>
      )}
    </dialog>
  );
};

const whyNot = (thrown: unknown): Outcome => {
  if (thrown instanceof Refused) return { why: thrown.problem.detail ?? thrown.problem.title };
  return { why: thrown instanceof Error ? thrown.message : 'It is not known why.' };
};

const OutcomeOf = ({ outcome, isRunning }: { outcome: Outcome | undefined; isRunning: boolean }) => {
  if (outcome === undefined) return isRunning ? <span className="quiet">waits</span> : null;
  return outcome === 'done' ? <span>✓ done</span> : <strong className="reason">✗ {outcome.why}</strong>;
};
