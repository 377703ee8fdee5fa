import createClient from 'openapi-fetch';
import type { components, operations, paths } from '../../../clients/typescript/src/openapi.ts';

type Schemas = components['schemas'];
export type Of<Name extends keyof Schemas> = Schemas[Name];

/** What a list can be narrowed by. Addresses hold texts: what is none of the words, the gateway refuses. */
export type QueryOf<Id extends keyof operations> = NonNullable<operations[Id]['parameters']['query']>;

/** A session counts only for requests that are JSON, reads apart: no form of another site can send that. */
export const api = createClient<paths>({ baseUrl: '/', headers: { 'content-type': 'application/json' } });

/** The gateway has answered, and said no. */
export class Refused extends Error {
  constructor(readonly problem: Of<'Problem'>) {
    super(problem.title);
  }
}

/** Nobody has answered, or somebody between us and the gateway has. */
export class Unreachable extends Error {}

/** It did not leave this browser. */
export class Unsent extends Error {}

/**
 * The data of an answer.
 * @throws Refused or Unreachable
 */
export const dataOf = async <T>(
  asking: Promise<{ data?: T; error?: unknown; response: Response }>,
): Promise<Exclude<T, undefined>> => {
  const { data, error, response } = await asking.catch(() => {
    throw new Unreachable('The gateway does not answer.');
  });
  if (response.ok) return data as Exclude<T, undefined>;
  if (isProblem(error)) throw new Refused(error);
  throw new Unreachable(`Something before the gateway has answered ${response.status}.`);
};

const isProblem = (error: unknown): error is Of<'Problem'> =>
  typeof error === 'object' && error !== null && 'code' in error && 'request_id' in error;

export const isSignedOut = (error: unknown): boolean => error instanceof Refused && error.problem.status === 401;
