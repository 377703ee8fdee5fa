import type { Of } from '../../api/client.ts';
import { amountOf, MASS, unitOf } from '../assets.ts';

export type Outcome = Of<'BulkOutcome'>;

/** What is posted from one account to another, of all outcomes together. */
interface Sum {
  readonly debit: string;
  readonly credit: string;
  readonly unit: string;
  readonly transfers: number;
  readonly amount: string;
}

const DECIMALS = 6;

/** Exact: amounts are decimals of up to six places, and grams without any. */
export const sumsOf = (outcomes: readonly Outcome[]): readonly Sum[] => {
  const sums = new Map<
    string,
    { debit: string; credit: string; asset: string; transfers: number; millionths: bigint }
  >();
  for (const { debit, credit, asset, amount } of outcomes.flatMap((outcome) => outcome.break?.posted ?? [])) {
    const name = `${debit} ${credit} ${asset}`;
    const sum = sums.get(name) ?? { debit, credit, asset, transfers: 0, millionths: 0n };
    const [whole = '', part = ''] = amount.split('.');
    sum.millionths += BigInt(whole + part.padEnd(DECIMALS, '0'));
    sum.transfers += 1;
    sums.set(name, sum);
  }
  return [...sums.values()].map(({ asset, millionths, ...sum }) => {
    const amount = asset === MASS ? String(millionths / 10n ** BigInt(DECIMALS)) : decimalOf(millionths);
    return { ...sum, unit: unitOf(asset), amount: amountOf(asset, amount) };
  });
};

const decimalOf = (millionths: bigint): string => {
  const digits = String(millionths).padStart(DECIMALS + 1, '0');
  const part = digits.slice(-DECIMALS).replace(/0{1,4}$/, '');
  return `${digits.slice(0, -DECIMALS)}.${part}`;
};
