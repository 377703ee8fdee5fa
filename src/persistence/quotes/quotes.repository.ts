import { Injectable } from '@nestjs/common';
import { grams } from '../../domain/mass.js';
import { CURRENCIES, money } from '../../domain/money.js';
import { FIRMNESSES, PAYMENT_METHODS } from '../../domain/providers/capabilities.js';
import type { ProviderId } from '../../domain/providers/calls.js';
import { ABSENCE_CODES, type Absence } from '../../domain/quotes/absence.js';
import type { Offer, Quote } from '../../domain/quotes/quote.js';
import type { Prisma } from '../generated/client.js';
import { newId } from '../database/new-id.js';
import { Database } from '../database/database.js';
import { readList, readObject, readText, readWord, type ReadJson } from '../database/json-columns.js';
import { readNearest, readRates, readRefusalNumbers } from './refusal-json.js';
import { PrismaService } from '../database/prisma.service.js';

type OfferRow = Prisma.OfferGetPayload<object>;

@Injectable()
export class QuotesRepository {
  constructor(
    private readonly database: Database,
    private readonly prisma: PrismaService,
  ) {}

  /** Stores a quote and gives it and its offers their ids. The position of an offer becomes its rank. */
  async create(quote: {
    tenantId: string;
    requestedMass: Quote['requestedMass'];
    offers: readonly (Omit<Offer, 'id' | 'rank' | 'expiresAt'> & { validForMs: number })[];
    unavailable: readonly Absence[];
    fx: Quote['fx'];
  }): Promise<Quote> {
    const now = await this.database.now();
    const expiryOf = (validForMs: number): Date => new Date(now.getTime() + validForMs);
    const shortest = Math.min(...quote.offers.map(({ validForMs }) => validForMs));
    const row = await this.prisma.quote.create({
      data: {
        id: newId('quo'),
        tenantId: quote.tenantId,
        requestedGrams: quote.requestedMass,
        createdAt: now,
        expiresAt: quote.offers.length === 0 ? now : expiryOf(shortest),
        unavailable: quote.unavailable.map((line) => ({ ...line })) as unknown as Prisma.InputJsonArray,
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

  /** @returns null if there is no such quote, or it is another tenant's. */
  findForTenant(id: string, tenantId: string): Promise<Quote | null> {
    return this.findWhere({ id, tenantId });
  }

  /** The quote of any tenant. @returns null if there is no such quote. */
  findAny(id: string): Promise<Quote | null> {
    return this.findWhere({ id });
  }

  /**
   * An offer, the mass its quote was asked for, and the time by the database's clock.
   * @returns null if the tenant has no such offer.
   */
  async findOffer(
    id: string,
    tenantId: string,
  ): Promise<{ offer: Offer; requestedMass: Quote['requestedMass']; now: Date } | null> {
    const row = await this.prisma.offer.findFirst({ where: { id, quote: { tenantId } }, include: { quote: true } });
    if (!row) return null;
    const requestedMass = grams(Number(row.quote.requestedGrams));
    return { offer: offerFromRow(row), requestedMass, now: await this.database.now() };
  }

  private async findWhere(where: Prisma.QuoteWhereInput): Promise<Quote | null> {
    const row = await this.prisma.quote.findFirst({ where, include: { offers: true } });
    return row && quoteFromRow(row);
  }
}

const quoteFromRow = (row: Prisma.QuoteGetPayload<{ include: { offers: true } }>): Quote => ({
  id: row.id,
  tenantId: row.tenantId,
  requestedMass: grams(Number(row.requestedGrams)),
  createdAt: row.createdAt,
  expiresAt: row.expiresAt,
  offers: row.offers.map(offerFromRow).sort((a, b) => a.rank - b.rank),
  unavailable: readList(readAbsence)(row.unavailable),
  fx: readRates(row.fx),
});

const offerFromRow = (row: OfferRow): Offer => {
  const currency = readWord(CURRENCIES)(row.currency);
  return {
    id: row.id,
    rank: row.rank,
    provider: row.provider as ProviderId,
    offering: { providerOfferingId: row.providerOfferingId, name: row.offeringName },
    paymentMethod: readWord(PAYMENT_METHODS)(row.paymentMethod),
    orderedMass: grams(Number(row.orderedGrams)),
    total: money(row.totalAmount.toString(), currency),
    perTonne: money(row.perTonneAmount.toString(), currency),
    tax: row.taxAmount && money(row.taxAmount.toString(), currency),
    firmness: readWord(FIRMNESSES)(row.firmness),
    expiresAt: row.expiresAt,
  };
};

const readAbsence: ReadJson<Absence> = readObject({
  provider: readText,
  paymentMethod: (method) => PAYMENT_METHODS.find((known) => known === method) ?? null,
  code: (code) => ABSENCE_CODES.find((known) => known === code) ?? 'provider_unavailable',
  detail: readText,
  nearest: readNearest,
  numbers: readRefusalNumbers,
});
