import { InvalidArgumentError } from 'commander';
import { printsAsWritten, showsSomething } from '../domain/visible-text.js';

/** A text that stays in the record: it prints as it is written, and there is something to be seen. */
export const textOf =
  (what: string, { max, lines = false }: { readonly max: number; readonly lines?: boolean }) =>
  (text: string): string => {
    const trimmed = text.trim();
    if (!showsSomething(trimmed)) throw new InvalidArgumentError(`${what} must not be blank.`);
    if ([...trimmed].length > max) throw new InvalidArgumentError(`${what} must have at most ${max} characters.`);
    if (!printsAsWritten(trimmed, { lines }))
      throw new InvalidArgumentError(`${what} must not contain control, invisible or direction-changing characters.`);
    return trimmed;
  };

export const ORDER_ID = /^ord_[0-9a-z]{26}$/;

/** Who decided: a person, as the history of an order shows it. */
export const operatorFrom = textOf('The name of an operator', { max: 100 });
