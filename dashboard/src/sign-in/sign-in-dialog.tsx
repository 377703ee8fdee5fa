import { useEffect, useRef } from 'react';
import { SignInForm } from './sign-in-form.tsx';

/** Over the page, whose forms keep what was typed. */
export const SignInDialog = () => {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} aria-labelledby="signed-out" onCancel={(event) => event.preventDefault()}>
      <h2 id="signed-out">Your session has ended</h2>
      <p>Sign in to go on. What you have typed is still there.</p>
      <SignInForm />
    </dialog>
  );
};
