import { setPaused, usePaused } from '../api/polling.ts';
import { clockOf, useNow } from '../parts/time.tsx';

/** Two polls that were missed. */
const STALE_MS = 15_000;
const STALE_HIDDEN_MS = 65_000;

/** Of when what is shown is, and whether it goes on. */
export const AsOf = ({ query }: { query: { dataUpdatedAt: number; error: Error | null } }) => {
  const paused = usePaused();
  const now = useNow(1_000);
  const { dataUpdatedAt, error } = query;
  const late = now - dataUpdatedAt > (document.hidden ? STALE_HIDDEN_MS : STALE_MS);
  const isStale = dataUpdatedAt > 0 && !paused && (late || error !== null);
  return (
    <span className={isStale ? 'as-of stale' : 'as-of'} role="status">
      {dataUpdatedAt > 0 && (
        <>
          {isStale ? 'No answer. Showing ' : 'as of '}
          <span className="figures">{clockOf(dataUpdatedAt)}</span> <span className="zone">UTC</span>
        </>
      )}
      <button type="button" aria-pressed={paused} onClick={() => setPaused(!paused)}>
        {paused ? 'Paused' : 'Live'}
      </button>
    </span>
  );
};
