import { createHash } from 'node:crypto';
import { TypeID } from 'typeid-js';
import type { Offering } from '../../domain/catalog/offering.js';

/** More than the catalogs together have; the ids are forgotten beyond it, and derived anew. */
const MOST_KNOWN = 10_000;

const known = new Map<string, string>();

/**
 * The public id of an offering, derived from what identifies it at its provider: always the same for the same offering,
 * so none has to be stored.
 */
export const offeringId = ({
  provider,
  providerOfferingId,
}: Pick<Offering, 'provider' | 'providerOfferingId'>): string => {
  const name = `${provider}\n${providerOfferingId}`;
  const found = known.get(name);
  if (found !== undefined) return found;
  if (known.size >= MOST_KNOWN) known.clear();
  const id = derivedFrom(name);
  known.set(name, id);
  return id;
};

const derivedFrom = (name: string): string => {
  const bytes = createHash('sha256').update(name).digest().subarray(0, 16);
  // UUID version 8, "made by the application", in the standard variant.
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return TypeID.fromUUIDBytes('offering', bytes).toString();
};
