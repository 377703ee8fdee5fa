import { ProviderProtocolError } from './protocol-error.js';

/** Refuses an answer about something else than was asked for: a cache or a proxy can mix answers up. */
export const assertSameId = (asked: string, answered: string): void => {
  if (asked === answered) return;
  throw new ProviderProtocolError('answer_disagrees', 'the answer is about another id than was asked for');
};
