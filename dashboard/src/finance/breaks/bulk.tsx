import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useId, useRef, useState } from 'react';
import type { Of } from '../../api/client.ts';
import { ConfirmButton } from '../../parts/confirm-button.tsx';
import { Read } from '../../parts/list-state.tsx';
import { ProblemBox } from '../../parts/problem-box.tsx';
import { ShortId, wordsOf } from '../../parts/values.tsx';
import { BREAK_RESOLUTIONS } from '../../words.ts';
import { breakQuery, MOST, previewQuery, useResolveAll, type Break, type WholeBreak } from './break-queries.ts';
import { SHORTEST_NOTE } from './resolve-form.tsx';

const counted = (count: number): string => (count === 1 ? '1 break' : `${count} breaks`);

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

type Resolution = WholeBreak['choices'][number]['resolution'];

/** Shows what would be posted before anything is, and says of each break what came of it. */
const BulkDialog = ({ breaks, close, clear }: { breaks: readonly Break[]; close: () => void; clear: () => void }) => {
  const dialog = useRef<HTMLDialogElement>(null);
  const noteField = useId();
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
            <label htmlFor={noteField}>Why, for those who ask in a year</label>
            <textarea
              id={noteField}
              dir="auto"
              rows={2}
              maxLength={2_000}
              value={note}
              onChange={({ target }) => setNote(target.value)}
            />
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

type Outcome = Of<'BulkOutcome'>;

const Preview = ({ of }: { of: readonly Outcome[] }) => {
  const refused = of.filter(({ refusal }) => refusal !== null);
  const twos = of.filter(({ second_person: takesTwo }) => takesTwo);
  const sums = sumsOf(of);
  return (
    <section aria-labelledby="would-post">
      <h3 id="would-post">What it posts</h3>
      {sums.length === 0 && <p className="quiet">Nothing.</p>}
      {sums.length > 0 && (
        <table className="rows plain">
          <caption className="hidden">What it posts, in sum</caption>
          <thead>
            <tr>
              <th>To</th>
              <th>From</th>
              <th className="number">Transfers</th>
              <th className="number">Amount</th>
              <th>Of</th>
            </tr>
          </thead>
          <tbody>
            {sums.map(({ debit, credit, unit, transfers, amount }) => (
              <tr key={`${debit} ${credit} ${unit}`}>
                <td>{wordsOf(debit)}</td>
                <td>{wordsOf(credit)}</td>
                <td className="number">{transfers}</td>
                <td className="number">{amount}</td>
                <td>{unit}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {twos.length > 0 && (
        <p>{counted(twos.length)} above the limit for one person: proposed, and another approves each.</p>
      )}
      {refused.length > 0 && (
        <>
          <p className="reason">{counted(refused.length)} cannot be decided so, and stay as they are:</p>
          <Ids of={refused} />
        </>
      )}
    </section>
  );
};

const Outcomes = ({ of }: { of: readonly Outcome[] }) => {
  const done = of.filter(({ refusal, second_person: takesTwo }) => refusal === null && !takesTwo);
  const proposed = of.filter(({ refusal, second_person: takesTwo }) => refusal === null && takesTwo);
  const refused = of.filter(({ refusal }) => refusal !== null);
  return (
    <>
      <p role="status">✓ {counted(done.length)} decided.</p>
      {proposed.length > 0 && (
        <>
          <p>{counted(proposed.length)} proposed, to be approved by somebody else:</p>
          <Ids of={proposed} />
        </>
      )}
      {refused.length > 0 && (
        <>
          <p className="reason">✗ {counted(refused.length)} refused:</p>
          <Ids of={refused} />
        </>
      )}
    </>
  );
};

const Ids = ({ of }: { of: readonly Outcome[] }) => (
  <ul className="plain outcomes">
    {of.map(({ id, refusal }) => (
      <li key={id}>
        <Link to="/finance/breaks/$id" params={{ id }}>
          <ShortId id={id} />
        </Link>{' '}
        {refusal !== null && wordsOf(refusal)}
      </li>
    ))}
  </ul>
);

interface Sum {
  readonly debit: string;
  readonly credit: string;
  readonly unit: string;
  readonly transfers: number;
  readonly amount: string;
}

const DECIMALS = 6;

/** By accounts and asset, exact: amounts are decimals of up to six places. */
const sumsOf = (outcomes: readonly Outcome[]): readonly Sum[] => {
  const sums = new Map<string, Omit<Sum, 'amount'> & { readonly millionths: bigint }>();
  for (const { debit, credit, asset, amount } of outcomes.flatMap((outcome) => outcome.break?.posted ?? [])) {
    const unit = asset === 'CO2E/0' ? 'g CO2e' : asset.slice(0, 3);
    const name = `${debit} ${credit} ${unit}`;
    const before = sums.get(name) ?? { debit, credit, unit, transfers: 0, millionths: 0n };
    const [whole = '', part = ''] = amount.split('.');
    const millionths = before.millionths + BigInt(whole + part.padEnd(DECIMALS, '0'));
    sums.set(name, { ...before, transfers: before.transfers + 1, millionths });
  }
  return [...sums.values()].map(({ millionths, ...sum }) => ({ ...sum, amount: decimalOf(millionths) }));
};

const decimalOf = (millionths: bigint): string => {
  const digits = String(millionths).padStart(DECIMALS + 1, '0');
  const part = digits.slice(-DECIMALS).replace(/0{1,4}$/, '');
  return `${digits.slice(0, -DECIMALS)}.${part}`;
};
