import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { ConfirmButton } from '../../parts/confirm-button.tsx';
import { Read } from '../../parts/list-state.tsx';
import { LongText } from '../../parts/long-text.tsx';
import { ProblemBox } from '../../parts/problem-box.tsx';
import { wordsOf } from '../../parts/values.tsx';
import { BREAK_RESOLUTIONS } from '../../words.ts';
import { counted, Outcomes, Preview } from './bulk-outcomes.tsx';
import { breakQuery, previewQuery, useResolveAll, type Break, type WholeBreak } from './break-queries.ts';
import { SHORTEST_NOTE } from './resolve-form.tsx';

type Resolution = WholeBreak['choices'][number]['resolution'];

/** Shows what would be posted before anything is, and says of each break what came of it. */
export const BulkDialog = ({
  breaks,
  close,
  clear,
}: {
  breaks: readonly Break[];
  close: () => void;
  clear: () => void;
}) => {
  const dialog = useRef<HTMLDialogElement>(null);
  // As they were when they were selected: what is decided leaves the list.
  const [ids] = useState(() => breaks.map(({ id }) => id));
  const [kind] = useState(() => wordsOf(breaks[0]?.type ?? ''));
  const first = useQuery(breakQuery(ids[0] ?? ''));
  const [chosen, choose] = useState<Resolution>();
  const [note, setNote] = useState('');
  const resolve = useResolveAll();
  const preview = useQuery(previewQuery(ids, resolve.isIdle || resolve.isError ? chosen : undefined));
  const willDo = preview.data?.data.filter(({ refusal }) => refusal === null).length ?? 0;
  useEffect(() => dialog.current?.showModal(), []);
  const shut = (): void => {
    if (resolve.isSuccess) clear();
    close();
  };
  return (
    <dialog ref={dialog} className="help" aria-labelledby="bulk" onClose={shut}>
      <header>
        <h2 id="bulk">
          {kind}: {counted(ids.length)}
        </h2>
        <button type="button" onClick={() => dialog.current?.close()}>
          {resolve.isSuccess ? 'Close' : 'Leave them'}
        </button>
      </header>
      {resolve.data ? (
        <Outcomes of={resolve.data.data} />
      ) : (
        <>
          <Read query={first}>{({ choices }) => <Choices of={choices} chosen={chosen} choose={choose} />}</Read>
          {chosen !== undefined && <Read query={preview}>{({ data }) => <Preview of={data} />}</Read>}
          <div className="field">
            <LongText label="Why, for those who ask in a year" value={note} write={setNote} rows={2} />
          </div>
          <div className="acts">
            <ConfirmButton
              label={`Decide ${willDo}`}
              confirm={`${chosen === undefined ? 'Decide' : wordsOf(chosen)}, ${counted(willDo)}: it is posted so`}
              look="main"
              disabled={resolve.isPending || willDo === 0 || note.trim().length < SHORTEST_NOTE}
              act={() => chosen && resolve.mutate({ breaks: ids, resolution: chosen, note: note.trim() })}
            />
            {resolve.isPending && <span role="status">Deciding…</span>}
          </div>
          <ProblemBox error={resolve.error} />
        </>
      )}
    </dialog>
  );
};

/** Those that name an order are for one break at a time. */
const Choices = ({
  of,
  chosen,
  choose,
}: {
  of: WholeBreak['choices'];
  chosen: Resolution | undefined;
  choose: (resolution: Resolution) => void;
}) => {
  const taken = of.filter(({ resolution }) => BREAK_RESOLUTIONS[resolution]?.namesOrder !== true);
  if (taken.length === 0) return <p className="quiet">People can decide nothing of them together.</p>;
  return (
    <fieldset className="choices">
      <legend>Decision</legend>
      {taken.map(({ resolution }) => (
        <label key={resolution}>
          <input
            type="radio"
            name="bulk-resolution"
            checked={resolution === chosen}
            onChange={() => choose(resolution)}
          />
          <span>
            <strong>{wordsOf(resolution)}</strong>: {BREAK_RESOLUTIONS[resolution]?.means}
          </span>
        </label>
      ))}
    </fieldset>
  );
};
