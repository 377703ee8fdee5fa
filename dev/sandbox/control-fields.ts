import { CommandRefusedError } from './command-refused.error.js';

type Body = Readonly<Record<string, unknown>>;

export const textIn = (body: Body, name: string): string => {
  const value = body[name];
  if (typeof value !== 'string' || value === '') throw new CommandRefusedError(`${name} must be a text.`);
  return value;
};

export const numberIn = (body: Body, name: string): number => {
  const value = body[name];
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    throw new CommandRefusedError(`${name} must be a number.`);
  }
  return value;
};

/** A whole number in a path or a query. */
export const wholeNumberFrom = (text: string | undefined, name: string): number => {
  if (text !== undefined && /^\d{1,15}$/.test(text)) return Number(text);
  throw new CommandRefusedError(`${name} must be a whole number.`);
};

/** Any mass has a total at such a price, and any sum buys a mass. */
export const checkPrice = (name: string, price: string | number): void => {
  if (/^\d{1,6}(\.\d{1,6})?$/.test(String(price)) && Number(price) > 0) return;
  throw new CommandRefusedError(
    `${name} must be a price above 0: at most six digits before the point, and six behind.`,
  );
};
