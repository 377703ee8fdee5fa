import { isCancel, type AxiosError } from 'axios';

/** With the delays below, enough to outlast the restart of one server without hiding a broken one. */
export const READ_RETRIES = 2;

const FIRST_DELAY_MS = 100;

/** 100 ms and 200 ms, each up to a quarter longer so that callers that failed together do not return together. */
export const retryDelayMs = (retry: number): number => FIRST_DELAY_MS * 2 ** (retry - 1) * (1 + Math.random() / 4);

/**
 * Whether a read that failed is worth repeating at once: the connection broke, or the server did. Never after an abort
 * (the deadline covers all attempts), and never after a 429, because the read throttle decides when to call again.
 */
export const isWorthRepeating = (error: AxiosError): boolean => {
  if (isCancel(error) || error.config?.signal?.aborted) return false;
  return error.response === undefined || error.response.data === undefined || error.response.status >= 500;
};
