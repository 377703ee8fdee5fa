import { WaysIn } from './ways-in.tsx';

export const SignInPage = () => (
  <main className="sign-in">
    <h1>Offset gateway</h1>
    <p>For operators. What you do here is recorded as yours.</p>
    <WrongAddress />
    <WaysIn />
  </main>
);

/** Under another address than the gateway's own the session could read and not act; without TLS there is none. */
const WrongAddress = () => {
  const own = document.body.dataset['origin'] ?? location.origin;
  if (own !== location.origin)
    return (
      <p className="problem" role="alert">
        This is not the address of the gateway (PUBLIC_URL), and no act would be taken from here. Go to{' '}
        <a href={`${own}${location.pathname}`}>{own}</a>.
      </p>
    );
  return isSecureContext ? null : (
    <p className="problem" role="alert">
      Browsers keep no session without TLS, other than on this machine itself. Open the dashboard by https.
    </p>
  );
};
