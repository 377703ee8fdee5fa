import type { Order } from './order.js';

/** A text as a person compares it: however it is composed, spaced or written in capitals. */
const asRead = (text: string): string =>
  text.normalize('NFC').trim().replaceAll(/\s+/gu, ' ').toUpperCase().toLowerCase().normalize('NFC');

/**
 * What two orders of a tenant have in common that say the same: provider, mass, beneficiary and reference; without a
 * reference, the offer that they buy.
 * @returns null without either: repeating everything else is no sign of a repeat.
 */
export const samenessOf = ({
  tenantId,
  provider,
  orderedMass,
  beneficiary,
  reference,
  offerId,
}: Order): string | null => {
  if (reference !== null)
    return JSON.stringify([tenantId, provider, orderedMass, asRead(beneficiary.name), asRead(reference)]);
  return offerId === null ? null : JSON.stringify([tenantId, offerId]);
};
