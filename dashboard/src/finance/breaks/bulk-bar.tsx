import { useState } from 'react';
import { counted } from './bulk-outcomes.tsx';
import { BulkDialog } from './bulk-dialog.tsx';
import { MOST, type Break } from './break-queries.ts';

/** What is selected, and what can be made of it: one decision on breaks of one type. */
export const BulkBar = ({
  breaks,
  clear,
  addAll,
}: {
  breaks: readonly Break[];
  clear: () => void;
  /** Everything that the list is narrowed to. */
  addAll: () => Promise<void>;
}) => {
  const [isDeciding, setDeciding] = useState(false);
  const [isAdding, setAdding] = useState(false);
  const types = new Set(breaks.map(({ type }) => type));
  const why =
    types.size > 1
      ? 'Only breaks of one kind are decided together.'
      : breaks.length > MOST
        ? `At most ${MOST} are decided together.`
        : null;
  const add = async (): Promise<void> => {
    setAdding(true);
    await addAll().finally(() => setAdding(false));
  };
  return (
    <div className="bulk" role="group" aria-label="Selected breaks">
      <span role="status">{counted(breaks.length)} selected</span>
      <button type="button" className="main" disabled={why !== null} onClick={() => setDeciding(true)}>
        Decide…
      </button>
      <button type="button" disabled={isAdding} onClick={() => void add()}>
        Select all of this list, up to {MOST}
      </button>
      <button type="button" onClick={clear}>
        Select none
      </button>
      {why !== null && <span className="quiet">{why}</span>}
      {isDeciding && <BulkDialog breaks={breaks} close={() => setDeciding(false)} clear={clear} />}
    </div>
  );
};
