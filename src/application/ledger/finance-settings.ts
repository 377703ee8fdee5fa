import type { ErpAccounts } from '../../domain/exports/journal.js';
import type { Currency } from '../../domain/money.js';

/** How finance works. */
export class FinanceSettings {
  constructor(
    /** Where its months begin and end: an IANA name. */
    readonly timeZone: string,
    /** What the books of the company are kept in; null: exports are in the currencies of the orders alone. */
    readonly currency: Currency | null,
    /** The company's own account for each of the ledger's, where it has one; null for none. */
    readonly accountMap: ErpAccounts | null,
    /** Where what a line of an export is about can be read. */
    readonly publicUrl: string,
  ) {}

  static from(settings: FinanceVariables): FinanceSettings {
    const { financeTimeZone, financeCurrency, financeAccountMap, publicUrl } = settings;
    const pairs = financeAccountMap?.split(',').map((pair) => pair.split('='));
    const accounts = pairs?.map(([ours, ...theirs]) => [ours, theirs.join('=')] as const);
    const accountMap = accounts ? (Object.fromEntries(accounts) as ErpAccounts) : null;
    return new FinanceSettings(financeTimeZone, financeCurrency, accountMap, publicUrl);
  }
}

interface FinanceVariables {
  readonly financeTimeZone: string;
  readonly financeCurrency: Currency | null;
  readonly financeAccountMap: string | null;
  readonly publicUrl: string;
}
