import type { ActingOperator } from '../operators/operator.js';

/** A request and its key. */
export interface RequestActor {
  readonly by: 'request';
  readonly requestId: string;
  readonly keyId: string;
  /** The person who sent it, and the session of their browser; null for a machine. */
  readonly operator: (Pick<ActingOperator, 'id' | 'name'> & { readonly sessionId: string | null }) | null;
}

/** What caused an event, beside the process that recorded it: a request and its key, a due task, or an operator. */
export type Cause =
  | RequestActor
  | { readonly by: 'task' }
  /** At the command line. */
  | { readonly by: 'operator'; readonly name: string };

/** Who can decide something: a key or a person by a request, or a person at the command line. */
export type Actor = Exclude<Cause, { readonly by: 'task' }>;

export const BY_TASK: Cause = { by: 'task' };
