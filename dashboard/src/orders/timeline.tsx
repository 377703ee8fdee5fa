import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useRouterState } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
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
  leases: (kind: string) => kind.startsWith('lease.'),
} as const;

export const Timeline = ({ id }: { id: string }) => {
  const { show } = route.useSearch();
  const navigate = route.useNavigate();
  const [pages, setPages] = useState(3);
  const query = useQuery(timelineQuery(id, pages));
  const target = useRouterState({ select: ({ location }) => location.hash });
  const { hasMore: isLonger, entries: read } = query.data ?? { hasMore: false, entries: [] };
  const isFurtherOn = target !== '' && isLonger && !read.some(({ id: each }) => each === target);
  // An address that leads to an entry leads there, however long the timeline.
  useEffect(() => {
    if (isFurtherOn && !query.isFetching) setPages((now) => now * 2);
  }, [isFurtherOn, query.isFetching]);
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
                .filter((entry) => entry.id === target || isShown(entry.kind))
                .map((entry) => (
                  <Item key={entry.id} entry={entry} isTarget={entry.id === target} />
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

const intoView = (item: HTMLLIElement | null): void => item?.scrollIntoView({ block: 'center' });

const Item = ({ entry, isTarget }: { entry: Entry; isTarget: boolean }) => (
  <li
    id={entry.id}
    ref={isTarget ? intoView : undefined}
    className={`${entry.kind.split('.')[0]}${isTarget ? ' target' : ''}`}
  >
    <details open={isTarget || undefined}>
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
      <p className="quiet">
        {entry.masked && 'More is on record that is not told here. '}
        <Link
          from="/orders/$id"
          to="."
          search={(search: Record<string, string | undefined>) => search}
          hash={entry.id}
          replace
        >
          Link to this entry
        </Link>
      </p>
    </details>
  </li>
);
