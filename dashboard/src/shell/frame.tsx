import { Link, Outlet } from '@tanstack/react-router';
import { useCallback, useState } from 'react';
import { isSignedOut, type Of } from '../api/client.ts';
import { useMay, useSession, useSignOut } from '../api/session.ts';
import { ProblemBox } from '../parts/problem-box.tsx';
import { Age, Until } from '../parts/time.tsx';
import { wordsOf } from '../parts/values.tsx';
import { SwitchBars } from '../switches/switch-bars.tsx';
import { SignInDialog } from '../sign-in/sign-in-dialog.tsx';
import { SignInPage } from '../sign-in/sign-in-page.tsx';
import { AsOf } from './as-of.tsx';
import { HelpDialog } from './help-dialog.tsx';
import { useKeyboard } from './keyboard.ts';
import { SearchBox } from './search-box.tsx';
import { useSummary } from './summary.ts';

/** What is around every screen; and in place of all, the way in. */
export const Frame = () => {
  const session = useSession();
  if (session.data) return <Workplace session={session.data} />;
  if (isSignedOut(session.error)) return <SignInPage />;
  return <main className="sign-in">{session.error && <ProblemBox error={session.error} />}</main>;
};

const Workplace = ({ session }: { session: Of<'Session'> }) => {
  const summary = useSummary();
  const signOut = useSignOut();
  const mayAdmin = useMay('ops:admin');
  const mayReadFinance = useMay('finance:read');
  const [isHelping, setHelping] = useState(false);
  const help = useCallback(() => setHelping(true), []);
  useKeyboard(help);
  return (
    <div className="frame">
      <a className="skip" href="#content">
        To the content
      </a>
      <header className="top">
        <Environment />
        <SearchBox />
        <AsOf query={summary} />
        <span className="who">
          <bdi>{session.operator?.name ?? 'a machine'}</bdi>
          {session.operator && <span className="quiet">, {session.operator.role}</span>}
        </span>
        <button type="button" onClick={help} aria-label="Help">
          ?
        </button>
        <button type="button" onClick={() => signOut.mutate()} disabled={signOut.isPending}>
          Sign out
        </button>
      </header>
      <nav className="side" aria-label="Screens">
        <Link to="/" activeOptions={{ exact: true, includeSearch: false }}>
          Attention <Count of={summary.data?.attention ?? []} />
        </Link>
        <Link to="/approvals">
          Approvals <Count of={summary.data ? [summary.data.proposals_open] : []} />
        </Link>
        <Link to="/orders">Orders</Link>
        <Link to="/providers">Providers</Link>
        <Link to="/deliveries" activeOptions={{ includeSearch: false }}>
          Deliveries <Count of={summary.data ? [summary.data.deliveries.failing] : []} />
        </Link>
        <Link to="/switches">
          Switches <span className="count">{summary.data?.switches.length || ''}</span>
        </Link>
        <Link to="/budgets" activeOptions={{ includeSearch: false }}>
          Budgets <Count of={summary.data ? [summary.data.budgets_over] : []} />
        </Link>
        {mayReadFinance && (
          <Link to="/finance">
            Finance <Count of={summary.data ? [summary.data.breaks_open] : []} />
          </Link>
        )}
        <Link to="/audit">Audit</Link>
        {mayAdmin && <Link to="/admin">Admin</Link>}
      </nav>
      <main id="content" tabIndex={-1}>
        <ProblemBox error={signOut.error} />
        {summary.data && <SwitchBars switches={summary.data.switches} />}
        {summary.data && <Pauses providers={summary.data.providers} />}
        <Outlet />
      </main>
      <SignedOut error={summary.error} />
      {isHelping && <HelpDialog close={() => setHelping(false)} />}
    </div>
  );
};

/** Any request can be the first that finds the session gone; the summary is soon the next. */
const SignedOut = ({ error }: { error: Error | null }) => (isSignedOut(error) ? <SignInDialog /> : null);

const Environment = () => {
  const environment = document.body.dataset['environment'] ?? '';
  const isLive = environment === 'production';
  return <strong className={isLive ? 'environment live' : 'environment'}>{isLive ? 'LIVE' : environment}</strong>;
};

const Count = ({ of }: { of: readonly Of<'Count'>[] }) => {
  const count = of.reduce((sum, group) => sum + group.count, 0);
  return <span className="count">{of.some(({ capped }) => capped) ? `${count}+` : count || ''}</span>;
};

/** Purchases that do not go out are nothing to find out by chance. */
const Pauses = ({ providers }: { providers: readonly Of<'ProviderSummary'>[] }) =>
  providers
    .filter(({ purchases }) => purchases.state === 'paused')
    .map(({ id, purchases: { why, since, probe_at: probeAt } }) => (
      <p className="pause" role="status" key={id}>
        <strong>No purchases are sent to {id}</strong>
        {since && (
          <>
            {' '}
            for <Age since={since} />
          </>
        )}
        {why && <>: {wordsOf(why)}</>}.
        {probeAt && (
          <>
            {' '}
            It is asked again <Until at={probeAt} />.
          </>
        )}
      </p>
    ));
