import { userInfo } from 'node:os';
import { InvalidArgumentError, type Command } from 'commander';
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

/** Who decided: a person, as the history of an order and the audit show it. */
const operatorFrom = textOf('The name of an operator', { max: 100 });

/** For every command that the audit records. Without it, the person is the account that the command runs under. */
export const addOperatorOption = (command: Command, what: string): Command =>
  command.option('--operator <name>', what, operatorFrom, userInfo().username);

export const dateFrom = (text: string): Date => {
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) throw new InvalidArgumentError('A date looks like 2027-01-31.');
  return date;
};
