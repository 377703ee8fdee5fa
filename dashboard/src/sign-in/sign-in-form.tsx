import { useId, type FormEvent } from 'react';
import { useSignIn } from '../api/session.ts';
import { Refused } from '../api/client.ts';

/** The key is exchanged for a session and kept nowhere: not in the page, nor in what the browser stores. */
export const SignInForm = () => {
  const signIn = useSignIn();
  const field = useId();
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = event.currentTarget;
    const key = new FormData(form).get('key');
    if (typeof key !== 'string' || key.trim() === '') return;
    signIn.mutate(key.trim(), { onSuccess: () => form.reset() });
  };
  return (
    <form onSubmit={submit}>
      <label htmlFor={field}>Your own key as an operator</label>
      <input id={field} name="key" type="password" required autoFocus autoComplete="off" spellCheck={false} />
      <p className="quiet">It opens a session of 8 hours at most, and is not kept.</p>
      {signIn.error && (
        <p role="alert" className="problem">
          {signIn.error instanceof Refused ? signIn.error.problem.detail : signIn.error.message}
        </p>
      )}
      <button type="submit" className="main" disabled={signIn.isPending}>
        Sign in
      </button>
    </form>
  );
};
