import { Injectable } from '@nestjs/common';
import { grams } from '../../domain/mass.js';
import { money, type Currency } from '../../domain/money.js';
import type { PaymentMethod } from '../../domain/providers/capabilities.js';
import type { ProviderId } from '../../domain/providers/provider.js';
import type { Offer, Quote, Unavailable } from '../../domain/quotes/quote.js';
import type { Prisma } from '../generated/client.js';
import { newId } from '../new-id.js';
import { PrismaService } from '../prisma/prisma.service.js';

type OfferRow = Prisma.OfferGetPayload<object>;

@Injectable()
export class QuotesRepository {
  constructor(private readonly prisma: PrismaService) {}

  /** Keeps a quote; ids are given here. Offers keep the order they come in as their rank. */
  async create(quote: {
    tenantId: string;
    requestedMass: Quote['requestedMass'];
    offers: readonly (Omit<Offer, 'id' | 'rank' | 'expiresAt'> & { validForMs: number })[];
    unavailable: readonly Unavailable[];
    fx: Quote['fx'];
  }): Promise<Quote> {
    const now = await this.prisma.now();
    const expiryOf = (validForMs: number): Date => new Date(now.getTime() + validForMs);
    const shortest = Math.min(...quote.offers.map(({ validForMs }) => validForMs));
    const row = await this.prisma.quote.create({
      data: {
        id: newId('quo'),
        tenantId: quote.tenantId,
        requestedGrams: quote.requestedMass,
        createdAt: now,
        expiresAt: quote.offers.length === 0 ? now : expiryOf(shortest),
        unavailable: quote.unavailable.map((line) => ({ ...line })),
        ...(quote.fx && { fx: { date: quote.fx.date, rates: { ...quote.fx.rates } } }),
        offers: {
          create: quote.offers.map((offer, index) => ({
            id: newId('off'),
            rank: index + 1,
            provider: offer.provider,
            providerOfferingId: offer.offering.providerOfferingId,
            offeringName: offer.offering.name,
            paymentMethod: offer.paymentMethod,
            orderedGrams: offer.orderedMass,
            totalAmount: offer.total.amount,
            perTonneAmount: offer.perTonne.amount,
            taxAmount: offer.tax?.amount ?? null,
            currency: offer.total.currency,
            firmness: offer.firmness,
            expiresAt: expiryOf(offer.validForMs),
          })),
        },
      },
      include: { offers: true },
    });
    return quoteFromRow(row);
  }

  /** Null: no such quote, or another tenant's. */
  async find(id: string, tenantId: string | null): Promise<Quote | null> {
    const row = await this.prisma.quote.findFirst({
      where: { id, ...(tenantId !== null && { tenantId }) },
      include: { offers: true },
    });
    return row && quoteFromRow(row);
  }

  /** An offer, the mass its quote was asked for, and whether it has expired by the database's clock. */
  async findOffer(
    id: string,
    tenantId: string,
  ): Promise<{ offer: Offer; requestedMass: Quote['requestedMass']; expired: boolean } | null> {
    const row = await this.prisma.offer.findFirst({ where: { id, quote: { tenantId } }, include: { quote: true } });
    if (!row) return null;
    const now = await this.prisma.now();
    return {
      offer: offerFromRow(row),
      requestedMass: grams(Number(row.quote.requestedGrams)),
      expired: row.expiresAt <= now,
    };
  }
}

const quoteFromRow = (row: Prisma.QuoteGetPayload<{ include: { offers: true } }>): Quote => ({
  id: row.id,
  tenantId: row.tenantId,
  requestedMass: grams(Number(row.requestedGrams)),
  createdAt: row.createdAt,
  expiresAt: row.expiresAt,
  offers: row.offers.map(offerFromRow).sort((a, b) => a.rank - b.rank),
  unavailable: row.unavailable as unknown as Unavailable[],
  fx: row.fx as Quote['fx'],
});

const offerFromRow = (row: OfferRow): Offer => {
  const currency = row.currency as Currency;
  return {
    id: row.id,
    rank: row.rank,
    provider: row.provider as ProviderId,
    offering: { providerOfferingId: row.providerOfferingId, name: row.offeringName },
    paymentMethod: row.paymentMethod as PaymentMethod,
    orderedMass: grams(Number(row.orderedGrams)),
    total: money(row.totalAmount.toString(), currency),
    perTonne: money(row.perTonneAmount.toString(), currency),
    tax: row.taxAmount && money(row.taxAmount.toString(), currency),
    firmness: row.firmness as Offer['firmness'],
    expiresAt: row.expiresAt,
  };
};
