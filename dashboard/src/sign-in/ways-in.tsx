import { SIGN_IN_REFUSALS } from '../words.ts';
import { SignInForm } from './sign-in-form.tsx';

const ways = (document.body.dataset['signIn'] ?? 'key').split(' ');

/** As the page was loaded: the address is tidied up soon after. */
const refused = new URLSearchParams(location.search).get('refused');

const isKnown = (code: string | null): code is keyof typeof SIGN_IN_REFUSALS =>
  code !== null && Object.hasOwn(SIGN_IN_REFUSALS, code);

/** How operators sign in here: by the identity provider of their company, with their keys, or either. */
export const WaysIn = ({ inNewTab = false }: { inNewTab?: boolean }) => (
  <>
    {!inNewTab && isKnown(refused) && (
      <p role="alert" className="problem">
        {SIGN_IN_REFUSALS[refused]}
      </p>
    )}
    {ways.includes('provider') && <ByProvider inNewTab={inNewTab} />}
    {ways.includes('provider') && ways.includes('key') && <p className="or">or with a key</p>}
    {ways.includes('key') && <SignInForm />}
  </>
);

/** Leaves the page and comes back to where it is now; or leaves it as it is, with what was typed. */
const ByProvider = ({ inNewTab }: { inNewTab: boolean }) => {
  const { pathname, search } = location;
  const to = isKnown(refused) ? pathname : `${pathname}${search}`;
  return (
    <p>
      <a
        className="button main"
        href={`/ops/sign-in/oidc?${new URLSearchParams({ to })}`}
        {...(inNewTab && { target: '_blank', rel: 'noopener' })}
      >
        Sign in with your company account
      </a>
      {inNewTab && <span className="quiet"> in a new tab; then come back to this one</span>}
    </p>
  );
};
