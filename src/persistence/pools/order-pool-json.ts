import { grams } from '../../domain/mass.js';
import { POOL_STATUS_NAMES, type OrderPool } from '../../domain/pools/order-pool.js';
import { readObject, readObjectOrNull, readText, readTextOrNull, readWord } from '../database/json-columns.js';
import { readCertificate, readRetirements } from '../orders/retirement-json.js';

/** As `order_pool` tells it. */
const readPool = readObject({
  id: readText,
  status: readWord(POOL_STATUS_NAMES),
  closes_at: readText,
  purchase: readObjectOrNull({
    grams: (mass) => grams(Number(mass)),
    provider_order_id: readTextOrNull,
    retirements: readRetirements,
    certificate: readCertificate,
  }),
});

export const readOrderPool = (value: unknown): OrderPool | null => {
  if (value === null || value === undefined) return null;
  const { id, status, closes_at: closesAt, purchase } = readPool(value);
  return {
    id,
    status,
    closesAt: new Date(closesAt),
    purchase: purchase && {
      mass: purchase.grams,
      providerOrderId: purchase.provider_order_id,
      retirements: purchase.retirements,
      certificate: purchase.certificate,
    },
  };
};

/** The same, as events keep it. */
export const poolJson = ({ id, status, closesAt, purchase }: OrderPool): object => ({
  id,
  status,
  closes_at: closesAt,
  purchase: purchase && {
    grams: purchase.mass,
    provider_order_id: purchase.providerOrderId,
    retirements: purchase.retirements,
    certificate: purchase.certificate,
  },
});
