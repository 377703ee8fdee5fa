import { ProviderProtocolError } from './protocol-error.js';

/** Refuses a response about something else than was asked for: a cache or a proxy can confuse responses. */
export const assertSameId = (asked: string, received: string): void => {
  if (asked === received) return;
  throw new ProviderProtocolError('answer_disagrees', 'the response is about another id than was asked for');
};
