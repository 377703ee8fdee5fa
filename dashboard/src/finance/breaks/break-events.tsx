import { Link } from '@tanstack/react-router';
import { Time } from '../../parts/time.tsx';
import { ShortId, Words, wordsOf } from '../../parts/values.tsx';
import type { WholeBreak } from './break-queries.ts';

/** What runs and people have made of it, the latest at the bottom. */
export const BreakEvents = ({ of }: { of: WholeBreak['events'] }) => (
  <section aria-labelledby="events">
    <h2 id="events">What happened to it</h2>
    <ol className="requests">
      {of.map(({ sequence, act, run_id: run, operator, note, resolution, at }) => (
        <li key={sequence}>
          <Time at={at} /> <strong>{act}</strong>
          {resolution !== null && `: ${wordsOf(resolution)}`}, by{' '}
          {run === null ? (
            <Words text={operator ?? 'a machine'} />
          ) : (
            <Link to="/finance/runs/$id" params={{ id: run }}>
              run <ShortId id={run} />
            </Link>
          )}
          {note !== null && (
            <p className="written">
              <Words text={note} />
            </p>
          )}
        </li>
      ))}
    </ol>
  </section>
);
