import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';

/** What all lists of finance begin with. */
export const FinanceHead = ({ children }: { children?: ReactNode }) => (
  <>
    <header className="head">
      <h1>Finance</h1>
      {children}
    </header>
    <nav className="tabs" aria-label="Finance">
      <Link to="/finance" activeOptions={{ exact: true }}>
        Months
      </Link>
      <Link to="/finance/statements" activeOptions={{ includeSearch: false }}>
        Statements
      </Link>
      <Link to="/finance/breaks" search={{ status: 'open' }} activeOptions={{ includeSearch: false }}>
        Breaks
      </Link>
      <Link to="/finance/runs" activeOptions={{ includeSearch: false }}>
        Runs
      </Link>
      <Link to="/finance/pools" activeOptions={{ includeSearch: false }}>
        Pools
      </Link>
    </nav>
  </>
);
