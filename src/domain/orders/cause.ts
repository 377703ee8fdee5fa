/** What caused an event, beside the process that recorded it: a request and its key, a due task, or an operator. */
export type Cause =
  | { readonly by: 'request'; readonly requestId: string; readonly keyId: string }
  | { readonly by: 'task' }
  | { readonly by: 'operator'; readonly name: string };

export const BY_TASK: Cause = { by: 'task' };
