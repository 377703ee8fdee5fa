import type { Column } from './export-kind.js';
import { allocate } from '../ledger/allocate.js';
import { RETIREMENTS, type RetirementRow } from './retirements.js';

/** By what a year is divided. */
export const DISCLOSED_BY = ['activity', 'sink', 'standard', 'in_eu', 'article6_adjusted'] as const;
export type DisclosedBy = (typeof DISCLOSED_BY)[number];

export interface Share {
  /** Null: not known. */
  readonly value: string | null;
  readonly grams: bigint;
  /** Of all that was retired, with two decimals. The shares of one division add up to 100.00. */
  readonly percent: string;
}

/** What a year comes to, of lines that come one by one. */
export class Disclosure {
  private retired = 0n;
  private readonly byValue = new Map(DISCLOSED_BY.map((name) => [name, new Map<string | null, bigint>()]));
  private readonly missing = new Map<string, number>();

  add(row: RetirementRow): void {
    const grams = BigInt(row.mass);
    this.retired += grams;
    for (const [name, values] of this.byValue) {
      const value = columnOf(name).of(row);
      values.set(value, (values.get(value) ?? 0n) + grams);
    }
    for (const name of RETIREMENTS.missingOf(row)) this.missing.set(name, (this.missing.get(name) ?? 0) + 1);
  }

  get retiredGrams(): bigint {
    return this.retired;
  }

  /** How many lines lack each field. */
  get missingFields(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.missing);
  }

  /** The largest first. */
  shares(by: DisclosedBy): readonly Share[] {
    const values = [...(this.byValue.get(by) ?? [])].sort(([a, some], [b, more]) =>
      some === more ? ((a ?? '') < (b ?? '') ? -1 : 1) : some > more ? -1 : 1,
    );
    if (values.length === 0) return [];
    const parts = allocate(
      10_000n,
      values.map(([, grams]) => grams),
    );
    return values.map(([value, grams], index) => ({ value, grams, percent: percentOf(parts[index] ?? 0n) }));
  }
}

const percentOf = (hundredths: bigint): string => `${hundredths / 100n}.${String(hundredths % 100n).padStart(2, '0')}`;

const columnOf = (name: DisclosedBy): Column<RetirementRow> => {
  const column = RETIREMENTS.columns.find((known) => known.name === name);
  if (!column) throw new Error('an inventory is divided by a column that it has');
  return column;
};
