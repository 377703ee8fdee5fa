import { useEffect, useState, type ReactNode } from 'react';
import { Link } from '@tanstack/react-router';
import { ProblemBox } from './problem-box.tsx';

/** Short waits show nothing, so that nothing flickers. */
const PATIENCE_MS = 400;

const Waiting = () => {
  const [isLong, setLong] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLong(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, []);
  return <p className="quiet waiting">{isLong ? 'Asking the gateway…' : ''}</p>;
};

/** What was read, and above it what is wrong with reading it again: old data stays. */
export const Read = <T,>({
  query,
  children,
}: {
  query: { data: T | undefined; error: Error | null; isFetching: boolean };
  children: (data: T) => ReactNode;
}) => (
  <div aria-busy={query.data === undefined && query.isFetching}>
    <ProblemBox error={query.error} />
    {query.data === undefined ? query.error === null && <Waiting /> : children(query.data)}
  </div>
);

/** A button above a list for what came since. Its place is kept, so that its coming moves nothing. */
export const Unseen = ({ count, show }: { count: number; show: () => void }) => (
  <div className="unseen" role="status">
    {count > 0 && (
      <button type="button" onClick={show}>
        Show {count} new
      </button>
    )}
  </div>
);

/** Pages by a cursor, which has no number and no total. Back is the browser's own way. */
export const Pages = ({
  to,
  cursor,
  next,
}: {
  to:
    | '/'
    | '/orders'
    | '/approvals'
    | '/switches'
    | '/budgets'
    | '/audit'
    | '/deliveries'
    | '/admin'
    | '/finance/statements'
    | '/finance/breaks'
    | '/finance/runs'
    | '/finance/pools'
    | '.';
  cursor?: string | undefined;
  next: string | null;
}) => (
  <nav className="pages" aria-label="Pages">
    {cursor !== undefined && (
      <Link to={to} search={(search: Record<string, string | undefined>) => ({ ...search, cursor: undefined })}>
        First page
      </Link>
    )}
    {next !== null && (
      <Link to={to} search={(search: Record<string, string | undefined>) => ({ ...search, cursor: next })}>
        Next page
      </Link>
    )}
  </nav>
);
