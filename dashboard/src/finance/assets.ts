import { tonnesOf } from '../parts/values.tsx';

/** Grams, as the ledger has them. */
export const MASS = 'CO2E/0';

/** What amounts of an asset are shown in. */
export const unitOf = (asset: string): string => (asset === MASS ? 't CO2e' : asset.slice(0, 3));

/** An amount of an asset in that. */
export const amountOf = (asset: string, amount: string): string => (asset === MASS ? tonnesOf(amount) : amount);
