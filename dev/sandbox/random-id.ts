import { randomInt } from 'node:crypto';

const ALPHANUMERIC = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const HEX = '0123456789abcdef';
const DIGITS = '0123456789';

const pick = (alphabet: string, length: number): string =>
  Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('');

export const randomAlphanumeric = (length: number): string => pick(ALPHANUMERIC, length);
export const randomHex = (length: number): string => pick(HEX, length);
export const randomDigits = (length: number): string => pick(DIGITS, length);
