import { claimedMass, type KeptProof } from '../lots/proof.js';
import { ASSETS, MASS } from './units.js';
import { Balances } from './balances.js';
import type { LedgerOrder } from './post-order.js';
import type { Entered } from './rules.js';

/** What must be true of everything that was posted for one order, whatever happened to it. */
export const INVARIANTS = {
  on_order_is_whole: 'on order is nothing, or the mass of the order',
  retired_is_whole:
    'retired and proven together are nothing, or the mass of the order; of what a pool has bought, at most that',
  mass_is_in_one_place:
    'what was bought is on order, retired, proven, written off or of a pool, and no more than was ordered',
  commitment_ends: 'nothing is committed for what is not on order',
  proven_is_claimed: 'what is proven is what is claimed of lots and was not given up',
} as const;
export type Invariant = keyof typeof INVARIANTS;

/** @returns those that do not hold. */
export const brokenInvariants = (
  { orderedMass, poolRole }: LedgerOrder,
  entries: readonly Entered[],
  proofs: readonly KeptProof[],
): readonly Invariant[] => {
  const balances = Balances.of(entries);
  const ordered = BigInt(orderedMass);
  const mass = (...accounts: readonly Parameters<Balances['get']>[0][]): bigint =>
    accounts.reduce((sum, account) => sum + balances.get(account, MASS), 0n);
  const isWhole = (units: bigint): boolean => units === 0n || units === ordered;

  // What a pool has bought is its members' in their books, and the house's as far as it keeps what is left.
  const isBoughtByPool = poolRole === 'purchase';
  const retired = mass('retired', 'proven');
  const onOrder = mass('on_order');
  const committed = ASSETS.map((asset) => balances.get('commitment', asset)).filter((units) => units !== 0n);
  const holds: Readonly<Record<Invariant, boolean>> = {
    on_order_is_whole: isWhole(onOrder),
    retired_is_whole: isWhole(retired) || (isBoughtByPool && retired > 0n && retired < ordered),
    mass_is_in_one_place:
      isWhole(mass('on_order', 'retired', 'proven', 'written_off', ...(isBoughtByPool ? ['pool' as const] : []))) &&
      mass('provider', 'on_order', 'retired', 'proven', 'written_off', 'pool') === 0n,
    commitment_ends:
      onOrder === 0n ? committed.length === 0 : committed.length <= 1 && !committed.some((units) => units < 0n),
    proven_is_claimed: mass('proven') === BigInt(claimedMass(proofs)),
  };
  return (Object.keys(holds) as Invariant[]).filter((name) => !holds[name]);
};
