import type { Account } from './accounts.js';
import type { Entered } from './rules.js';
import type { Asset } from './units.js';

/** Debits less credits of each account and asset; what is zero is left out. */
export class Balances {
  private readonly units = new Map<string, bigint>();

  static of(entries: Iterable<Entered>): Balances {
    const balances = new Balances();
    for (const { debit, credit, asset, units } of entries) {
      balances.add(debit, asset, units);
      balances.add(credit, asset, -units);
    }
    return balances;
  }

  get(account: Account, asset: Asset): bigint {
    return this.units.get(`${account} ${asset}`) ?? 0n;
  }

  list(): readonly { readonly account: Account; readonly asset: Asset; readonly units: bigint }[] {
    return [...this.units]
      .filter(([, units]) => units !== 0n)
      .map(([key, units]) => {
        const [account, asset] = key.split(' ') as [Account, Asset];
        return { account, asset, units };
      });
  }

  private add(account: Account, asset: Asset, units: bigint): void {
    this.units.set(`${account} ${asset}`, this.get(account, asset) + units);
  }
}
