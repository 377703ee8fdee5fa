import { useEffect, useRef } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { WaysIn } from './ways-in.tsx';

/** Over the page, whose forms keep what was typed. */
export const SignInDialog = () => {
  const dialog = useRef<HTMLDialogElement>(null);
  const queries = useQueryClient();
  useEffect(() => dialog.current?.showModal(), []);
  // Whoever has signed in in another tab comes back to this one.
  useEffect(() => {
    const askAgain = (): void => void queries.invalidateQueries();
    addEventListener('focus', askAgain);
    return () => removeEventListener('focus', askAgain);
  }, [queries]);
  return (
    <dialog ref={dialog} aria-labelledby="signed-out" onCancel={(event) => event.preventDefault()}>
      <h2 id="signed-out">Your session has ended</h2>
      <p>Sign in to go on. What you have typed is still there.</p>
      <WaysIn inNewTab />
    </dialog>
  );
};
