import { setImmediate } from 'node:timers/promises';

/**
 * What needs nothing from outside this process has come to pass after so many turns of the event loop, however busy the
 * machine is.
 */
const TURNS = 100;

/** Whether it settles without waiting for anything outside this process: no timer, no socket. */
export const settlesAtOnce = async (pending: Promise<unknown>): Promise<boolean> => {
  let isSettled = false;
  const settled = (): void => void (isSettled = true);
  pending.then(settled, settled);
  for (let turn = 0; turn < TURNS && !isSettled; turn += 1) await setImmediate();
  return isSettled;
};

/** Lets a deadline pass as a timer does: by itself, and not in the middle of a promise's callbacks. */
export const pass = (deadline: AbortController): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(() => {
      deadline.abort(new DOMException('The deadline has passed', 'TimeoutError'));
      resolve();
    });
  });
