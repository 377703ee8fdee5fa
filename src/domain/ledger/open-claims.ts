import type { Asset } from './units.js';

/** What was claimed back for charges of no order, net of what was taken back since; below zero: what was credited of such. */
export interface UnlinkedClaim {
  /** The break that claims it, or by which a person met it; else the statement with the credit. */
  readonly source: string;
  /** What the break is about; null of a statement. */
  readonly subject: string | null;
  /** Of its line, or its purchase. */
  readonly names: readonly string[];
  readonly asset: Asset;
  readonly units: bigint;
  readonly claimedAt: Date;
}

interface OpenClaim extends Omit<UnlinkedClaim, 'units'> {
  left: bigint;
}

/** How a line, or what is claimed of one, may be known again. */
export const namesOf = (purchases: readonly (string | null)[], reference: string | null): readonly string[] => [
  ...purchases.filter((id) => id !== null).map((id) => `purchase ${id}`),
  ...(reference === null ? [] : [`reference ${reference}`]),
];

/**
 * What is left of each claim. A credit counts against the claims that share a name with it, the oldest first; where a person
 * has said that one meets a claim, against the oldest of all. So each claim is met once, by whichever of its names.
 */
export class OpenClaims {
  private readonly claims: OpenClaim[] = [];

  /** `made`: in the order in which they were. */
  static of(made: Iterable<UnlinkedClaim>): OpenClaims {
    const open = new OpenClaims();
    for (const { units, ...claim } of made)
      if (units > 0n) open.claims.push({ ...claim, left: units });
      else open.meet(claim.names, claim.asset, -units);
    return open;
  }

  /** What is due back under these names. */
  due(names: readonly string[], asset: Asset): bigint {
    return this.under(names, asset).reduce((sum, { left }) => sum + left, 0n);
  }

  /** Of what has not come, as much as is left. */
  left(): readonly UnlinkedClaim[] {
    return this.claims.flatMap(({ left, ...claim }) => (left > 0n ? [{ ...claim, units: left }] : []));
  }

  leftOf(source: string, asset: Asset): bigint {
    return this.claims
      .filter((claim) => claim.source === source && claim.asset === asset)
      .reduce((sum, { left }) => sum + left, 0n);
  }

  meet(names: readonly string[], asset: Asset, units: bigint): void {
    const all = this.claims.filter((claim) => claim.asset === asset);
    let coming = units;
    for (const claim of [...this.under(names, asset), ...all]) {
      const met = claim.left < coming ? claim.left : coming;
      claim.left -= met;
      coming -= met;
    }
  }

  private under(names: readonly string[], asset: Asset): readonly OpenClaim[] {
    return this.claims.filter((claim) => claim.asset === asset && claim.names.some((name) => names.includes(name)));
  }
}
