import { getRouteApi, Link } from '@tanstack/react-router';
import type { ComponentType } from 'react';
import { Keys } from './keys.tsx';
import { Operators } from './operators.tsx';
import { Sessions } from './sessions.tsx';
import { Tenants } from './tenants.tsx';
import { Waiting } from './waiting.tsx';

const route = getRouteApi('/admin');

const PARTS: Readonly<Record<string, readonly [label: string, Part: ComponentType<{ cursor: string | undefined }>]>> = {
  operators: ['Operators', Operators],
  keys: ['Keys', Keys],
  tenants: ['Tenants', Tenants],
  sessions: ['Sessions', Sessions],
  waiting: ['Waiting for a second admin', Waiting],
};

export const AdminPage = () => {
  const { show = 'operators', cursor } = route.useSearch();
  const [label, Part] = PARTS[show] ?? ['Operators', Operators];
  return (
    <>
      <title>Admin · Offset gateway</title>
      <header className="head">
        <h1>Admin</h1>
      </header>
      <nav className="tabs" aria-label="Admin">
        {Object.entries(PARTS).map(([part, [name]]) => (
          <Link key={part} to="/admin" search={{ show: part }} aria-current={name === label ? 'page' : undefined}>
            {name}
          </Link>
        ))}
      </nav>
      <section aria-label={label}>
        <Part cursor={cursor} />
      </section>
    </>
  );
};
