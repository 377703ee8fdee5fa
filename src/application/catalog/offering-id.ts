import { createHash } from 'node:crypto';
import { TypeID } from 'typeid-js';
import type { Offering } from '../../domain/catalog/offering.js';

/**
 * The public id of an offering, derived from what identifies it at its provider: always the same for the same offering,
 * so none has to be stored.
 */
export const offeringId = ({
  provider,
  providerOfferingId,
}: Pick<Offering, 'provider' | 'providerOfferingId'>): string => {
  const bytes = createHash('sha256').update(`${provider}\n${providerOfferingId}`).digest().subarray(0, 16);
  // UUID version 8, "made by the application", in the standard variant.
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return TypeID.fromUUIDBytes('offering', bytes).toString();
};
