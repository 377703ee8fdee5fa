import { offeringId } from '../../../application/catalog/offering-id.js';
import type { Offering } from '../../../domain/catalog/offering.js';
import type { OfferingResponse } from './offering.response.js';
import { presentMass } from '../../values/mass.presenter.js';
import { presentMoney } from '../../values/money.presenter.js';
import { presentTime } from '../../values/time.presenter.js';

export const presentOffering = (offering: Offering): OfferingResponse => ({
  id: offeringId(offering),
  provider: offering.provider,
  kind: offering.kind,
  provider_offering_id: offering.providerOfferingId,
  name: offering.name,
  description: offering.description,
  country: offering.country,
  registry: offering.registry,
  vintage: offering.vintage,
  category: offering.category,
  is_ex_ante: offering.isExAnte,
  unit_price_per_tonne: offering.unitPricePerTonne && presentMoney(offering.unitPricePerTonne),
  available: offering.available && presentMass(offering.available),
  minimum: presentMass(offering.minimum),
  step: presentMass(offering.step),
  payment_methods: offering.paymentMethods,
  fetched_at: presentTime(offering.fetchedAt),
});
