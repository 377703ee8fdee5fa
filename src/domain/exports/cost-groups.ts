import { decimalOf, unitsFrom } from '../statements/numbers.js';
import { COST_ACCOUNTS, type CostAccount } from './costs.js';
import { plain, text, type ExportKind } from './export-kind.js';

/** `tenant`, or `label:` and the name of a label. */
export type CostGrouping = 'tenant' | `label:${string}`;

export const COST_GROUPING = /^(tenant|label:.{1,40})$/;

/** What costs without a tenant, or without the label, are grouped under. */
export const NONE = '(none)';

/** What was spent for one tenant, or one value of a label, in one currency. Money is in millionths. */
export interface CostGroup {
  readonly by: CostGrouping;
  readonly value: string;
  readonly currency: string;
  readonly lines: number;
  readonly units: bigint;
  readonly ofAccounts: ReadonlyMap<CostAccount, bigint>;
  readonly functionalCurrency: string | null;
  /** Null where a line of it has none. */
  readonly functionalUnits: bigint | null;
}

/** Sums the lines of an export of costs, as they are read back, by their columns. */
export class CostGroups {
  private readonly groups = new Map<string, CostGroup>();

  constructor(private readonly by: CostGrouping) {}

  add(line: Readonly<Record<string, string>>): void {
    const [value, currency] = [this.valueOf(line), line['BillingCurrency'] ?? ''];
    const name = JSON.stringify([value, currency]);
    const before = this.groups.get(name) ?? this.empty(value, currency);
    const account = COST_ACCOUNTS.find((known) => known === line['x_Account']);
    if (account === undefined) throw new Error('a line of costs is of an account that costs');
    const units = unitsOf(line['BilledCost']);
    const functional = line['x_FunctionalCost'] ?? '';
    this.groups.set(name, {
      ...before,
      lines: before.lines + 1,
      units: before.units + units,
      ofAccounts: new Map([...before.ofAccounts, [account, (before.ofAccounts.get(account) ?? 0n) + units]]),
      functionalCurrency: line['x_FunctionalCurrency'] || null,
      functionalUnits:
        before.functionalUnits === null || functional === '' ? null : before.functionalUnits + unitsOf(functional),
    });
  }

  /** By value and currency. */
  sums(): readonly CostGroup[] {
    return [...this.groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group);
  }

  private valueOf(line: Readonly<Record<string, string>>): string {
    if (this.by === 'tenant') return line['SubAccountId'] || NONE;
    const labels = JSON.parse(line['Tags'] || '{}') as Readonly<Record<string, string>>;
    const label = this.by.slice('label:'.length);
    return (Object.hasOwn(labels, label) ? labels[label] : undefined) ?? NONE;
  }

  private empty(value: string, currency: string): CostGroup {
    const nothing = { lines: 0, units: 0n, ofAccounts: new Map(), functionalCurrency: null, functionalUnits: 0n };
    return { by: this.by, value, currency, ...nothing };
  }
}

const unitsOf = (amount = ''): bigint => {
  const units = unitsFrom(amount);
  if (units === null) throw new Error('a line of costs has an amount');
  return units;
};

const functionalOf = ({ functionalCurrency, functionalUnits }: CostGroup): string | null =>
  functionalCurrency === null || functionalUnits === null ? null : decimalOf(functionalUnits);

export const COST_GROUPS: ExportKind<CostGroup> = {
  means: 'the costs of a month, summed up by tenant or by the values of a label',
  columns: [
    text('group_by', '`tenant`, or `label:` and its name', ({ by }) => by),
    text('group', `which; \`${NONE}\` of what has no tenant, or not the label`, ({ value }) => value),
    text('currency', 'of the amounts', ({ currency }) => currency),
    plain('lines', 'how many lines of `costs` it has', ({ lines }) => String(lines)),
    plain('cost', 'their sum', ({ units }) => decimalOf(units)),
    ...COST_ACCOUNTS.map((account) =>
      plain<CostGroup>(account, 'what of it is on this account', ({ ofAccounts }) =>
        decimalOf(ofAccounts.get(account) ?? 0n),
      ),
    ),
    text('functional_currency', '`FINANCE_CURRENCY`', ({ functionalCurrency }) => functionalCurrency),
    plain('functional_cost', 'the sum in it; empty where a line has no rate', functionalOf),
  ],
  missingOf: (group) => (group.functionalCurrency !== null && functionalOf(group) === null ? ['functional_cost'] : []),
};
