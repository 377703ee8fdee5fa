import { readableMass, type Grams } from '../mass.js';
import type { Order } from '../orders/order.js';
import { capacityOf, lotFromSerial, projectName, type Lot } from './lot.js';
import type { ProofField, WantedProof } from './proof.js';

/** What a document says, as a person typed it. */
export interface StatedProof {
  readonly registry: string;
  /** Serial numbers, or the number of the certificate. */
  readonly serial: string;
  /** How much of the order it proves. */
  readonly mass: Grams;
  /** How much the whole document is about; null: as much. A range of serial numbers says it itself. */
  readonly wholeMass: Grams | null;
  readonly beneficiary: string;
  readonly project: string;
  readonly registryProjectId: string | null;
  /** As hexadecimal digits. */
  readonly documentSha256: string;
}

export const wantedFrom = (stated: StatedProof): WantedProof => {
  const lot = lotOf(stated);
  return {
    lot,
    serial: stated.serial,
    mass: stated.mass,
    capacityGrams: capacityOf(lot, stated.wholeMass ?? stated.mass),
  };
};

const lotOf = ({ registry, serial, registryProjectId }: StatedProof): Lot => {
  const lot = lotFromSerial(serial, registry);
  if (!lot) throw new Error('a proof names its serial numbers');
  return { ...lot, registryProjectId: lot.registryProjectId ?? registryProjectId };
};

type ProvenOrder = Pick<
  Order,
  | 'orderedMass'
  | 'poolRole'
  | 'beneficiary'
  | 'personalDataErasedAt'
  | 'providerOfferingId'
  | 'offeringName'
  | 'retirements'
>;

/** In what a document is about something else than the order, with the reason of each; null: in nothing. */
export const disagreements = (
  order: ProvenOrder,
  stated: StatedProof,
): Readonly<Partial<Record<ProofField, readonly [string]>>> | null => {
  const { orderedMass, poolRole, beneficiary } = order;
  const found: Partial<Record<ProofField, readonly [string]>> = {
    ...(stated.mass > orderedMass && {
      mass: [`is ${readableMass(stated.mass)}, and the order is for ${readableMass(orderedMass)}`],
    }),
    ...(poolRole === 'purchase' &&
      stated.mass < orderedMass && {
        mass: [
          `is ${readableMass(stated.mass)}, and the pool has bought ${readableMass(orderedMass)}: whose a part is, nobody can say`,
        ],
      }),
    // Nobody knows any more whose an erased order was.
    ...(order.personalDataErasedAt === null &&
      !isSame(stated.beneficiary, beneficiary.name) && { beneficiary: ['is not the beneficiary of the order'] }),
    ...(!isOfOrder(order, stated) && {
      project: ['is no project of the order: neither its offering nor one of its retirements'],
    }),
    ...(isOtherProject(stated) && { project: ['is not the project that the serial numbers name'] }),
  };
  return Object.keys(found).length === 0 ? null : found;
};

/** By the name or the id that the provider has for it: of a portfolio the projects are known by its retirements. */
const isOfOrder = ({ providerOfferingId, offeringName, retirements }: ProvenOrder, { project }: StatedProof): boolean =>
  [providerOfferingId, offeringName, ...retirements.map((retirement) => retirement.project)].some(
    (known) => known !== null && isSame(known, project),
  );

const isOtherProject = ({ serial, registry, registryProjectId }: StatedProof): boolean => {
  const lot = lotFromSerial(serial, registry);
  if (!lot || lot.registryProjectId === null || registryProjectId === null) return false;
  return projectName(lot.registry, lot.registryProjectId) !== projectName(lot.registry, registryProjectId);
};

/** As people compare: without regard to case, width and spaces. */
const isSame = (a: string, b: string): boolean => plain(a) === plain(b);

const plain = (text: string): string => text.normalize('NFKC').toLowerCase().trim().replaceAll(/\s+/g, ' ');
