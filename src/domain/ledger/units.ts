import { Decimal } from 'decimal.js';
import type { Grams } from '../mass.js';
import { CURRENCIES, MONEY_SCALE, type Currency, type Money } from '../money.js';

/**
 * What the ledger counts: grams of CO2e, or millionths of a currency. The digit is how many decimals a unit stands for.
 * Prices have at most six, so nothing is rounded when it is posted.
 */
export const ASSETS = ['CO2E/0', 'USD/6', 'GBP/6', 'EUR/6'] as const;
export type Asset = (typeof ASSETS)[number];

export const MASS: Asset = 'CO2E/0';

/** So many units of one asset. Below zero is the other way round. */
export interface Amount {
  readonly asset: Asset;
  readonly units: bigint;
}

export const ASSET_OF: Readonly<Record<Currency, Asset>> = { USD: 'USD/6', GBP: 'GBP/6', EUR: 'EUR/6' };

const DECIMALS: Readonly<Record<Asset, number>> = {
  'CO2E/0': 0,
  'USD/6': MONEY_SCALE,
  'GBP/6': MONEY_SCALE,
  'EUR/6': MONEY_SCALE,
};

/** Null for mass. */
export const currencyOf = (asset: Asset): Currency | null =>
  CURRENCIES.find((currency) => ASSET_OF[currency] === asset) ?? null;

export const massAmount = (mass: Grams): Amount => ({ asset: MASS, units: BigInt(mass) });

export const moneyAmount = ({ amount, currency }: Money): Amount => ({
  asset: ASSET_OF[currency],
  units: BigInt(amount.times(10 ** MONEY_SCALE).toFixed(0)),
});

/** As a decimal: "5000" grams, "2.00", "-0.016". Money has at least two decimals. */
export const amountText = ({ asset, units }: Amount): string => {
  const decimals = DECIMALS[asset];
  const amount = new Exact(units.toString()).div(10 ** decimals);
  return amount.toFixed(Math.max(Math.min(decimals, 2), amount.decimalPlaces()));
};

/** A sum of the ledger has more digits than one price. */
const Exact = Decimal.clone({ precision: 60 });
