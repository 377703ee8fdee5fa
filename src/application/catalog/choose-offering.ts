import type { Offering } from '../../domain/catalog/offering.js';
import { AppError } from '../../domain/errors.js';
import { isOrderable, massIn, nearestOrderable, readableUnit, type Grams, type MassRule } from '../../domain/mass.js';
import type { Capabilities, PaymentMethod } from '../../domain/providers/capabilities.js';
import type { OffsetProvider } from '../../domain/providers/provider.js';

export const ROUNDINGS = ['exact', 'up'] as const;
export type Rounding = (typeof ROUNDINGS)[number];

/** An offering and the mass of it that will be ordered. */
export interface Choice {
  readonly offering: Offering;
  readonly orderedMass: Grams;
}

/** Which masses of an offering can be ordered: its own step and bounds, within the provider's. */
export const massRuleOf = (offering: Offering, { mass }: Pick<Capabilities, 'mass'>): MassRule => ({
  step: Math.max(offering.step, mass.step) as Grams,
  minimum: Math.max(offering.minimum, mass.minimum) as Grams,
  maximum: smaller(offering.available, mass.maximum),
});

/**
 * The offering to buy if the caller named none: the provider's default if it can serve the mass, otherwise the cheapest
 * that can. Throws AppError with the nearest orderable masses when none does.
 */
export const chooseOffering = (
  provider: OffsetProvider,
  offerings: readonly Offering[],
  mass: Grams,
  payment: PaymentMethod,
  rounding: Rounding,
): Choice => {
  const payable = offerings.filter((offering) => offering.paymentMethods.includes(payment));
  if (payable.length === 0)
    throw new AppError('payment_method_not_supported', `${provider.displayName} has nothing to buy by ${payment}.`);
  const serving = payable.filter((offering) => orderedMassFor(offering, provider, mass, rounding) !== null);
  const [choice] = serving.sort(defaultFirstThenCheapest);
  if (choice) return { offering: choice, orderedMass: massToOrder(choice, provider, mass, rounding) };
  throw notOrderable(provider, payable, mass);
};

/** The mass to order of this offering. Throws AppError with the nearest orderable masses. */
export const massToOrder = (offering: Offering, provider: OffsetProvider, mass: Grams, rounding: Rounding): Grams => {
  const ordered = orderedMassFor(offering, provider, mass, rounding);
  if (ordered === null) throw notOrderable(provider, [offering], mass);
  return ordered;
};

const orderedMassFor = (
  offering: Offering,
  provider: OffsetProvider,
  mass: Grams,
  rounding: Rounding,
): Grams | null => {
  const rule = massRuleOf(offering, provider.capabilities);
  if (isOrderable(mass, rule)) return mass;
  return rounding === 'up' ? nearestOrderable(mass, rule).above : null;
};

const notOrderable = (provider: OffsetProvider, offerings: readonly Offering[], mass: Grams): AppError => {
  const near = offerings.map((offering) => nearestOrderable(mass, massRuleOf(offering, provider.capabilities)));
  const below = near.reduce<Grams | null>(
    (best, { below }) => (best === null || (below ?? 0) > best ? below : best),
    null,
  );
  const above = near.reduce<Grams | null>((best, { above }) => smaller(best, above), null);
  const choices = [below, above].flatMap((nearest) => (nearest === null ? [] : [readable(nearest)]));
  const nearest = choices.length === 0 ? 'has no supply' : `nearest orderable: ${[...new Set(choices)].join(' or ')}`;
  return new AppError(
    'mass_not_orderable',
    `${provider.displayName} cannot sell exactly ${readable(mass)}; ${nearest}.`,
    {
      nearest: { below, above },
    },
  );
};

const defaultFirstThenCheapest = (a: Offering, b: Offering): number => {
  if (a.isDefault !== b.isDefault) return a.isDefault ? -1 : 1;
  if (!a.unitPricePerTonne || !b.unitPricePerTonne) return a.unitPricePerTonne ? -1 : 1;
  return a.unitPricePerTonne.amount.comparedTo(b.unitPricePerTonne.amount);
};

const smaller = (a: Grams | null, b: Grams | null): Grams | null =>
  a === null ? b : b === null ? a : (Math.min(a, b) as Grams);

const readable = (mass: Grams): string => `${massIn(mass, readableUnit(mass))} ${readableUnit(mass)}`;
