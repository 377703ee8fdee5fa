/** What caused an event, beside the process that recorded it: a request and its key, a due task, or an operator. */
export type Cause =
  | { readonly by: 'request'; readonly requestId: string; readonly keyId: string }
  | { readonly by: 'task' }
  | { readonly by: 'operator'; readonly name: string };

/** Who can decide something: a key by its request, or a person at the command line. */
export type Actor = Exclude<Cause, { readonly by: 'task' }>;

export const BY_TASK: Cause = { by: 'task' };
