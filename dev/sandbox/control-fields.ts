import { CommandRefusedError } from './command-refused.error.js';

type Body = Readonly<Record<string, unknown>>;

export const textIn = (body: Body, name: string): string => {
  const value = body[name];
  if (typeof value !== 'string' || value === '') throw new CommandRefusedError(`${name} must be a text.`);
  return value;
};

export const numberIn = (body: Body, name: string): number => {
  const value = body[name];
  if (typeof value !== 'number') throw new CommandRefusedError(`${name} must be a number.`);
  return value;
};
