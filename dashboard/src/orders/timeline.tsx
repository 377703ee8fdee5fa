import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { Choice } from '../parts/filters.tsx';
import { Read } from '../parts/list-state.tsx';
import { Time } from '../parts/time.tsx';
import { Words } from '../parts/values.tsx';
import { timelineQuery, type Entry } from './case-queries.ts';
import { Evidence } from './evidence.tsx';

const route = getRouteApi('/orders/$id');

/** What somebody may look for alone. */
const PARTS = {
  moves: (kind: string) => kind.startsWith('order.'),
  calls: (kind: string) => kind.startsWith('send.') || kind.startsWith('checkout.'),
  callbacks: (kind: string) => kind.startsWith('callback.') || kind.startsWith('claim.'),
  deliveries: (kind: string) => kind.startsWith('delivery.'),
  people: (kind: string) => kind.startsWith('note.') || kind.startsWith('act.'),
} as const;

export const Timeline = ({ id }: { id: string }) => {
  const { show } = route.useSearch();
  const navigate = route.useNavigate();
  const [pages, setPages] = useState(3);
  const query = useQuery(timelineQuery(id, pages));
  const isShown = show !== undefined && show in PARTS ? PARTS[show as keyof typeof PARTS] : () => true;
  return (
    <section className="timeline" aria-labelledby="timeline">
      <header>
        <h2 id="timeline">
          Timeline<span className="zone">, UTC</span>
        </h2>
        <Choice
          label="Show"
          value={show}
          any="everything"
          words={Object.keys(PARTS)}
          choose={(to) => void navigate({ search: to === undefined ? {} : { show: to }, replace: true })}
        />
      </header>
      <Read query={query}>
        {({ entries, hasMore }) => (
          <>
            <ol>
              {entries
                .filter(({ kind }) => isShown(kind))
                .map((entry) => (
                  <Item key={entry.id} entry={entry} />
                ))}
            </ol>
            {hasMore && (
              <button type="button" onClick={() => setPages(pages * 2)} disabled={query.isFetching}>
                Show later entries
              </button>
            )}
          </>
        )}
      </Read>
    </section>
  );
};

const Item = ({ entry }: { entry: Entry }) => (
  <li id={entry.id} className={entry.kind.split('.')[0]}>
    <details>
      <summary>
        <span className="figures when">
          <Time at={entry.at} inColumn />
        </span>
        <span className="title">
          <Words text={entry.title} />
          {entry.operator !== null && (
            <span className="quiet">
              {' · '}
              <Words text={entry.operator} />
            </span>
          )}
        </span>
      </summary>
      <dl className="evidence">
        <div>
          <dt>source</dt>
          <dd>{entry.source}</dd>
        </div>
        <Evidence evidence={entry.evidence} />
      </dl>
      {entry.masked && <p className="quiet">More is on record that is not told here.</p>}
    </details>
  </li>
);
