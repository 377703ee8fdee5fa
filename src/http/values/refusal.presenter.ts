import type { Grams, MassRule } from '../../domain/mass.js';
import type { Absence } from '../../domain/quotes/absence.js';
import type { NearestMasses, PlainMoney, RefusalNumbers } from '../../domain/refusal-numbers.js';
import type { MassResponse } from './mass.response.js';
import type { MoneyResponse } from './money.response.js';
import { presentMass } from './mass.presenter.js';
import type {
  MassRuleResponse,
  NearestMassesResponse,
  RefusalNumbersResponse,
  UnavailableResponse,
} from './refusal.response.js';

const massOrNull = (mass: Grams | null): MassResponse | null => mass && presentMass(mass);

export const presentPlainMoney = ({ amount, currency }: PlainMoney): MoneyResponse => ({ amount, currency });

const moneyOrNull = (price: PlainMoney | null): MoneyResponse | null => price && presentPlainMoney(price);

export const presentNearest = ({ below, above }: NearestMasses): NearestMassesResponse => ({
  below: massOrNull(below),
  above: massOrNull(above),
});

export const presentMassRule = ({ step, minimum, maximum }: MassRule): MassRuleResponse => ({
  step: presentMass(step),
  minimum: presentMass(minimum),
  maximum: massOrNull(maximum),
});

export const presentNumbers = (numbers: RefusalNumbers): RefusalNumbersResponse => {
  const { mass, available, total, minimumTotal, maximumTotal, paymentMethods, currency, orderLimit, monthLimit } =
    numbers;
  const { pause, switchedOff, waitedSeconds, retryAfterSeconds, expiredAt, now } = numbers;
  return {
    ...(mass && { mass: presentMassRule(mass) }),
    ...(available !== undefined && { available: massOrNull(available) }),
    ...(total && { total: presentPlainMoney(total) }),
    ...(minimumTotal !== undefined && { minimum_total: moneyOrNull(minimumTotal) }),
    ...(maximumTotal !== undefined && { maximum_total: moneyOrNull(maximumTotal) }),
    ...(paymentMethods && { payment_methods: paymentMethods }),
    ...(currency && { currency }),
    ...(orderLimit && {
      order_limit: { of: orderLimit.of, mass: massOrNull(orderLimit.mass), total: moneyOrNull(orderLimit.total) },
    }),
    ...(monthLimit && {
      month_limit: {
        of: monthLimit.of,
        total: presentPlainMoney(monthLimit.total),
        spent: presentPlainMoney(monthLimit.spent),
        order: presentPlainMoney(monthLimit.order),
      },
    }),
    ...(pause && { pause: { reason: pause.reason, since: pause.since, asked_again_at: pause.askedAgainAt } }),
    ...(switchedOff && { switched_off: { reason: switchedOff.reason, until: switchedOff.until } }),
    ...(waitedSeconds !== undefined && { waited_seconds: waitedSeconds }),
    ...(retryAfterSeconds !== undefined && { retry_after_seconds: retryAfterSeconds }),
    ...(expiredAt !== undefined && { expired_at: expiredAt }),
    ...(now !== undefined && { now }),
  };
};

export const presentUnavailable = ({
  provider,
  paymentMethod,
  code,
  detail,
  nearest,
  numbers,
}: Absence): UnavailableResponse => ({
  provider,
  payment_method: paymentMethod,
  code,
  detail,
  nearest: nearest && presentNearest(nearest),
  numbers: presentNumbers(numbers),
});
