import { grams, MAX_GRAMS, type Grams } from '../mass.js';
import type { Retirement } from '../providers/calls.js';
import { capacityOf, lotFromSerial, lotFromTransaction, nameOfLot } from './lot.js';
import type { WantedProof } from './proof.js';

/** The retirements of an order as an event left them. */
export interface ToldRetirements {
  readonly sequence: number;
  readonly occurredAt: Date;
  readonly retirements: readonly Retirement[];
}

/** Event and part name it for good. */
export interface ToldProof extends WantedProof {
  readonly sequence: number;
  readonly part: number;
  readonly toldAt: Date;
}

/**
 * What the history of an order tells that can be claimed. What an event adds follows from it and from those before it
 * alone. What is told again is the same, but where another mass is told with it.
 */
export const toldProofs = (orderedMass: Grams, events: readonly ToldRetirements[]): readonly ToldProof[] => {
  const known = new Set<string>();
  return events.flatMap(({ sequence, occurredAt, retirements }) => {
    const fresh = claimable(orderedMass, retirements).filter(({ lot, mass }) => {
      const name = `${nameOfLot(lot)} ${mass}`;
      return known.has(name) ? false : known.add(name);
    });
    return fresh.map((wanted, index) => ({ ...wanted, sequence, part: index + 1, toldAt: occurredAt }));
  });
};

/** Each lot once: what several retirements have of it is one claim. */
const claimable = (orderedMass: Grams, retirements: readonly Retirement[]): readonly WantedProof[] => {
  const masses = completed(orderedMass, retirements);
  const wanted = new Map<string, WantedProof>();
  for (const [index, retirement] of retirements.entries()) {
    const { serialNumberRange, transactionHash, registry } = retirement;
    const serial = serialNumberRange ?? transactionHash;
    if (serial === null) continue;
    const lot = serialNumberRange === null ? lotFromTransaction(serial) : lotFromSerial(serial, registry);
    if (!lot) continue;
    const before = wanted.get(nameOfLot(lot));
    const own = masses[index] ?? null;
    const mass = before === undefined ? own : sumOf(before.mass, own);
    wanted.set(nameOfLot(lot), { lot, serial, mass, capacityGrams: mass && capacityOf(lot, mass) });
  }
  return [...wanted.values()];
};

/** Together they are the order. So one whose mass nobody tells has what the others leave; of two, nobody knows. */
const completed = (orderedMass: Grams, retirements: readonly Retirement[]): readonly (Grams | null)[] => {
  const masses = retirements.map(({ mass }) => mass);
  const rest = orderedMass - masses.reduce<number>((sum, mass) => sum + (mass ?? 0), 0);
  const isOneMissing = masses.filter((mass) => mass === null).length === 1;
  return masses.map((mass) => mass ?? (isOneMissing && rest > 0 ? grams(rest) : null));
};

const sumOf = (a: Grams | null, b: Grams | null): Grams | null =>
  a === null || b === null || a + b > MAX_GRAMS ? null : grams(a + b);
