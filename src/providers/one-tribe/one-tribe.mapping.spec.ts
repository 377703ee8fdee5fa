import { grams } from '../../domain/mass.js';
import { amountOf } from '../../domain/money.js';
import type { ProviderError } from '../../domain/providers/provider-error.js';
import type { PurchaseRequest } from '../../domain/providers/calls.js';
import { decode } from '../kit/decode.js';
import { oneTribeTextLimits } from './one-tribe.capabilities.js';
import {
  cheapestFor,
  minimumOf,
  toOffering,
  toOrder,
  toQuote,
  toTransactionBody,
  toUnreadRow,
} from './one-tribe.mapping.js';
import { projectWire, transactionListWire, transactionWire } from './one-tribe.wire.js';

const TONNE = 1_000_000;

const TRANSACTION = {
  transaction_id: 'tx-789xyz',
  project_id: 'abc123',
  transaction_type: 'purchase',
  quantity: 100,
  status: 'ordered',
  description: 'order_reference=ord_1 on behalf of Jane Smith',
  metadata: { order_reference: 'ord_1', beneficiary_name: 'Jane Smith' },
  createdAt: '2026-01-05T10:00:00Z',
  updatedAt: '2026-01-05T10:00:00Z',
};

const order = (altered: object = {}) => toOrder(decode(transactionWire, { ...TRANSACTION, ...altered }));

const PROJECT = {
  project_id: 'abc123',
  title: 'Moor',
  description: null,
  country: 'Ireland',
  category: 'Nature',
  registry_type: 'Verra',
  min_volume: 2,
  pricing: { base_price_per_ton: 18.333, end_customer_price_per_ton: 30, vat_rate: 0.2, total_price: 36 },
  project_status: 'active',
};

const project = (altered: object = {}, pricing: object = {}) =>
  decode(projectWire, { ...PROJECT, pricing: { ...PROJECT.pricing, ...pricing }, ...altered });

describe('a transaction', () => {
  it('says all that it says, and no price', () => {
    expect(order()).toEqual({
      providerOrderId: 'tx-789xyz',
      orderReference: 'ord_1',
      status: 'placed',
      providerStatus: 'ordered',
      mass: 100 * TONNE,
      price: null,
      providerOfferingId: 'abc123',
      checkoutSessionId: null,
      createdAt: new Date('2026-01-05T10:00:00Z'),
      beneficiaryName: 'Jane Smith',
      retiredAt: null,
      retirements: [],
      certificate: null,
    });
  });

  it.each([
    ['ordered', 'placed'],
    ['accepted', 'accepted'],
    ['retired', 'retired'],
    ['completed', 'completed'],
  ])('%s is %s', (status, observed) => {
    expect(order({ status }).status).toBe(observed);
  });

  it('was last changed by its retirement while it is retired and not yet completed', () => {
    expect(order({ status: 'retired' }).retiredAt).toEqual(new Date('2026-01-05T10:00:00Z'));
    expect(order({ status: 'retired', updatedAt: 'yesterday' }).retiredAt).toBeNull();
    expect(order({ status: 'completed' }).retiredAt).toBeNull();
    expect(order({ status: 'accepted' }).retiredAt).toBeNull();
  });

  it('gives the reference back from the description, should the metadata be lost', () => {
    expect(order({ metadata: null }).orderReference).toBe('ord_1');
    expect(order({ metadata: 'text' }).orderReference).toBe('ord_1');
    expect(order({ metadata: { order_reference: 'ord_2' }, description: 'theirs' }).orderReference).toBe('ord_2');
    expect(order({ metadata: null, description: 'for order_reference=ord_1' }).orderReference).toBeNull();
    expect(order({ metadata: null, description: null }).orderReference).toBeNull();
  });

  it('believes neither of two references that differ', () => {
    expect(() => order({ metadata: { order_reference: 'ord_2' } })).toThrow('different orders');
  });

  it.each([[null], [{}], [[]], ['text'], [{ order_reference: 7 }], [{ order_reference: '' }]])(
    'of someone else, with metadata %j, is readable and has no reference',
    (metadata) => {
      expect(order({ metadata, description: 'theirs' })).toMatchObject({ orderReference: null, beneficiaryName: null });
    },
  );

  it.each([
    [{ status: 'rejected' }],
    [{ status: 'constructor' }],
    [{ quantity: 1.5 }],
    [{ quantity: 0 }],
    [{ quantity: '100' }],
    [{ transaction_type: 'refund' }],
    [{ transaction_id: null }],
    [{ createdAt: null }],
  ])('is refused with %j', (altered) => {
    expect(() => order(altered)).toThrow(/^response\./);
  });
});

describe('a row of the list that can be read', () => {
  const WINDOW = { createdFrom: new Date('2026-01-05T09:00:00Z'), providerOfferingId: null };
  const unread = (altered: object) => {
    const listed = { data: [{ ...TRANSACTION, ...altered }], meta: { page: 1, limit: 100, total: 1 } };
    return decode(transactionListWire, listed).data.map((row) => toUnreadRow(row, WINDOW));
  };
  const maybeOurs = [{ providerOrderId: 'tx-789xyz', orderReferences: null, detail: expect.any(String) }];

  it.each([
    [{ metadata: null, description: null }],
    [{ metadata: undefined, description: undefined }],
    [{ metadata: undefined, description: null }],
  ])('may be anyone’s if it shows neither text: %j', (altered) => {
    expect(unread(altered)).toEqual(maybeOurs);
  });

  it.each([
    [{}],
    [{ metadata: undefined }],
    [{ description: undefined }],
    [{ metadata: { note: 'theirs' }, description: null }],
    [{ metadata: null, description: 'theirs' }],
    [{ metadata: null, description: null, createdAt: '2026-01-05T08:00:00Z' }],
  ])('says whose it is, or was made before: %j', (altered) => {
    expect(unread(altered)).toEqual([null]);
  });
});

describe('a quote', () => {
  it('is what will be billed: base price and VAT, each in whole pence', () => {
    const quote = toQuote(project(), grams(2 * TONNE));
    // 2 t × £18.333 = £36.666, in whole pence £36.67; VAT of 20 % is £7.334, in whole pence £7.33.
    expect([amountOf(quote.total), quote.tax && amountOf(quote.tax)]).toEqual(['44.00', '7.33']);
    expect(quote.total.currency).toBe('GBP');
    expect(amountOf(quote.perTonne)).toBe('22.00');
  });

  it('has no tax where the rate is zero', () => {
    const { tax, total } = toQuote(project({}, { vat_rate: 0 }), grams(2 * TONNE));
    expect([amountOf(total), tax && amountOf(tax)]).toEqual(['36.67', '0.00']);
  });

  it.each([
    [1_500_000, /whole number of tonnes/],
    [1_000_000, /sold from 2 t/],
  ])('refuses %d g', (mass, message) => {
    const refused = (): ProviderError => {
      try {
        toQuote(project(), grams(mass));
      } catch (error) {
        return error as ProviderError;
      }
      throw new Error('must refuse');
    };
    expect(refused()).toMatchObject({ failure: 'rejected', reason: 'mass_not_orderable' });
    expect(refused().message).toMatch(message);
  });

  it('refuses a tax rate that is a percentage', () => {
    expect(() => project({}, { vat_rate: 20 })).toThrow(/vat_rate must be a fraction/);
  });
});

describe('a project', () => {
  it.each([
    [null, 1],
    [0, 1],
    [1, 1],
    [2.2, 3],
  ])('with min_volume %p is sold from %d t', (min_volume, tonnes) => {
    expect(minimumOf(project({ min_volume }))).toBe(tonnes * TONNE);
  });

  it('is offered before tax', () => {
    const { unitPricePerTonne, ...rest } = toOffering(project(), new Date(0));
    expect(unitPricePerTonne && amountOf(unitPricePerTonne)).toBe('18.333');
    expect(rest).toMatchObject({ kind: 'project', name: 'Moor', minimum: 2 * TONNE, step: TONNE, registry: 'Verra' });
  });

  it('is chosen by what it costs with tax, among those on sale that sell the mass', () => {
    const projects = [
      project({ project_id: 'taxed', min_volume: 1 }, { base_price_per_ton: 10, vat_rate: 0.2 }),
      project({ project_id: 'untaxed', min_volume: 1 }, { base_price_per_ton: 11, vat_rate: 0 }),
      project({ project_id: 'large', min_volume: 5 }, { base_price_per_ton: 1 }),
      project({ project_id: 'archived', min_volume: 1, project_status: 'archived' }, { base_price_per_ton: 1 }),
    ];
    expect(cheapestFor(grams(TONNE), projects)?.project_id).toBe('untaxed');
    expect(cheapestFor(grams(5 * TONNE), projects)?.project_id).toBe('large');
    expect(cheapestFor(grams(TONNE), projects.slice(2))).toBeNull();
  });
});

describe('what is sent', () => {
  const REQUEST: PurchaseRequest = {
    orderReference: 'ord_1',
    mass: grams(2 * TONNE),
    providerOfferingId: 'abc123',
    beneficiaryName: 'Jane Smith',
    retirementMessage: 'For the moor',
    description: 'invoice 7',
    providerCallbackUrl: null,
  };

  it('is the transaction, with the reference twice', () => {
    expect(JSON.parse(toTransactionBody(REQUEST))).toEqual({
      project_id: 'abc123',
      transaction_type: 'purchase',
      quantity: 2,
      description: 'order_reference=ord_1 on behalf of Jane Smith',
      metadata: {
        order_reference: 'ord_1',
        beneficiary_name: 'Jane Smith',
        retirement_message: 'For the moor',
        description: 'invoice 7',
      },
    });
  });

  it('gives its reference back', () => {
    const sent = JSON.parse(toTransactionBody(REQUEST)) as object;
    expect(order({ ...sent, metadata: null }).orderReference).toBe('ord_1');
  });

  it('cuts the description, which repeats what the metadata holds in full', () => {
    const { description, metadata } = JSON.parse(
      toTransactionBody({ ...REQUEST, beneficiaryName: 'x'.repeat(300) }),
    ) as { description: string; metadata: { beneficiary_name: string } };
    expect(description).toHaveLength(255);
    expect(metadata.beneficiary_name).toHaveLength(300);
  });

  it('is refused where it would have to be cut or rounded', () => {
    const request = { ...REQUEST, orderReference: `ord_${'0'.repeat(26)}`, retirementMessage: '', description: '' };
    const [{ most }] = oneTribeTextLimits;
    const named = (length: number) => toTransactionBody({ ...request, beneficiaryName: 'x'.repeat(length) });
    const { metadata } = JSON.parse(named(most)) as { metadata: object };
    expect(JSON.stringify(metadata)).toHaveLength(1_024);
    expect(() => named(most + 1)).toThrow(/shorten them by 1/);
    expect(() => toTransactionBody({ ...REQUEST, mass: grams(1_500_000) })).toThrow(/whole number of tonnes/);
  });
});
