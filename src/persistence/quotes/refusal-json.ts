import type { Grams, MassRule } from '../../domain/mass.js';
import { CURRENCIES } from '../../domain/money.js';
import { LIMIT_HOLDERS } from '../../domain/limits/purchase-limits.js';
import { PAYMENT_METHODS } from '../../domain/providers/capabilities.js';
import { PAUSE_REASONS } from '../../domain/providers/throttle.js';
import type { NearestMasses, PlainMoney, RefusalNumbers } from '../../domain/refusal-numbers.js';
import type { ComparedRates } from '../../domain/quotes/ranking.js';
import { readObject, readObjectOrNull, readText, readTexts, type ReadJson } from '../database/json-columns.js';

/** One of a closed set, or the first of it. */
const readOneOf =
  <W extends string>(words: readonly [W, ...W[]]): ReadJson<W> =>
  (value) =>
    words.find((known) => known === value) ?? words[0];

export const readGrams: ReadJson<Grams | null> = (value) =>
  Number.isSafeInteger(value) && Number(value) > 0 ? (value as Grams) : null;

const readMoney: ReadJson<PlainMoney> = readObject({ amount: readText, currency: readOneOf(CURRENCIES) });

export const readMoneyOrNull: ReadJson<PlainMoney | null> = (value) =>
  value === null || value === undefined ? null : readMoney(value);

const readSeconds: ReadJson<number> = (value) => (typeof value === 'number' ? value : 0);

const readMassRule: ReadJson<MassRule> = (value) => {
  const { step, minimum, maximum } = readObject({ step: readGrams, minimum: readGrams, maximum: readGrams })(value);
  return { step: step ?? (1 as Grams), minimum: minimum ?? (1 as Grams), maximum };
};

const READERS: { readonly [Name in keyof RefusalNumbers]-?: ReadJson<NonNullable<RefusalNumbers[Name]> | null> } = {
  mass: readMassRule,
  available: readGrams,
  total: readMoney,
  minimumTotal: readMoneyOrNull,
  maximumTotal: readMoneyOrNull,
  paymentMethods: (value) => PAYMENT_METHODS.filter((method) => Array.isArray(value) && value.includes(method)),
  currency: readOneOf(CURRENCIES),
  orderLimit: readObject({ of: readOneOf(LIMIT_HOLDERS), mass: readGrams, total: readMoneyOrNull }),
  monthLimit: readObject({ of: readOneOf(LIMIT_HOLDERS), total: readMoney, spent: readMoney, order: readMoney }),
  pause: readObject({ reason: readOneOf(PAUSE_REASONS), since: readText, askedAgainAt: readText }),
  switchedOff: readObject({ reason: readText, until: readText }),
  waitedSeconds: readSeconds,
  retryAfterSeconds: readSeconds,
  expiredAt: readText,
  now: readText,
};

/** Only what is there: a number that is missing was not part of the reason. */
export const readRefusalNumbers: ReadJson<RefusalNumbers> = (value) => {
  const written = typeof value === 'object' && value !== null ? value : {};
  const read = Object.entries(READERS).filter(([name]) => Object.hasOwn(written, name));
  return Object.fromEntries(
    read.map(([name, reader]) => [name, reader((written as Record<string, unknown>)[name])]),
  ) as RefusalNumbers;
};

export const readNearest: ReadJson<NearestMasses | null> = readObjectOrNull({ below: readGrams, above: readGrams });

/** The rates that a comparison used. */
export const readRates: ReadJson<ComparedRates | null> = readObjectOrNull({ date: readText, rates: readTexts });
