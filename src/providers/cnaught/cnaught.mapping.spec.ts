import type { GenericOrder, OffsetsQuote, PortfolioWithCategoryAllocations } from '@cnaught/cnaught-node-sdk';
import { grams } from '../../domain/mass.js';
import { amountOf } from '../../domain/money.js';
import type { PurchaseRequest } from '../../domain/providers/calls.js';
import { decode } from '../kit/decode.js';
import { pricePerTonne, referenceFrom, toOrder, toOrderBody, toSessionBody } from './cnaught.mapping.js';
import { orderWire, portfolioWire, quoteWire } from './cnaught.wire.js';

/** As documented, with invented values. */
const ORDER = {
  id: 'Gre28Fc35bt3',
  order_number: '47726-53238',
  created_on: '2026-01-05T18:00:00.123456Z',
  amount_kg: 3000,
  price_usd_cents: 4800.4,
  state: 'fulfilled',
  metadata: 'order_reference=ord_1',
  description: 'on behalf of Jane Smith',
  callback_url: null,
  certificate_public_url: 'https://registry.example/orders/Gre28Fc35bt3',
  certificate_download_public_url: 'https://registry.example/api/certificates/Gre28Fc35bt3/pdf',
  subaccount_id: null,
  checkout_session_id: null,
  project_allocations: [
    {
      project: { id: 'p1', name: 'Lagoon', type: 'x', registry_name: 'Verra' },
      amount_kg: 1050.5,
      retirements: [{ serial_number_range: '1-2', url: 'https://registry.example/1' }],
    },
    {
      project: { id: 'p2', name: 'Hill', type: 'x' },
      amount_kg: 1949.5,
      retirements: [{ serial_number_range: '3-4' }, { url: null }],
    },
    { project: { id: 'p3', name: 'Moor', type: 'x' }, amount_kg: 0.0001 },
  ],
};

const order = (altered: object = {}) => toOrder(decode(orderWire, { ...ORDER, ...altered }));

const REQUEST: PurchaseRequest = {
  orderReference: 'ord_1',
  mass: grams(100_000),
  providerOfferingId: 'mix',
  beneficiaryName: 'Jane Smith',
  retirementMessage: 'For the sea',
  description: 'invoice 7',
  providerCallbackUrl: 'https://gateway.example/callbacks/t',
};

describe('an order', () => {
  it('says all that it says', () => {
    const { price, ...rest } = order();
    expect(price && amountOf(price)).toBe('48.004');
    expect(rest).toEqual({
      providerOrderId: 'Gre28Fc35bt3',
      orderReference: 'ord_1',
      status: 'completed',
      providerStatus: 'fulfilled',
      mass: 3_000_000,
      providerOfferingId: null,
      checkoutSessionId: null,
      createdAt: new Date('2026-01-05T18:00:00.123Z'),
      beneficiaryName: null,
      retiredAt: null,
      retirements: [
        retirement('Lagoon', {
          registry: 'Verra',
          mass: 1_050_500,
          serialNumberRange: '1-2',
          url: 'https://registry.example/1',
        }),
        retirement('Hill', { serialNumberRange: '3-4' }),
        retirement('Hill', {}),
        retirement('Moor', {}),
      ],
      certificate: { url: ORDER.certificate_public_url, pdfUrl: ORDER.certificate_download_public_url },
    });
  });

  const retirement = (project: string, known: object) => ({
    project,
    registry: null,
    vintage: null,
    mass: null,
    serialNumberRange: null,
    url: null,
    transactionHash: null,
    ...known,
  });

  it.each([
    ['placed', 'placed'],
    ['fulfilled', 'completed'],
    ['cancelled', 'cancelled'],
    ['canceled', 'cancelled'],
  ])('%s is %s', (state, status) => {
    expect(order({ state }).status).toBe(status);
  });

  it('is retired, not completed, as long as the certificate is missing', () => {
    expect(order({ certificate_public_url: null })).toMatchObject({ status: 'retired', certificate: null });
  });

  it.each(['', 42, 'javascript:alert(1)'])('is the same with %p for a certificate', (address) => {
    expect(order({ certificate_public_url: address })).toMatchObject({ status: 'retired', certificate: null });
    expect(order({ certificate_download_public_url: address })).toMatchObject({ status: 'completed' });
  });

  it.each<[string, object, object]>([
    ['an address of nothing', { retirements: [{ serial_number_range: '1-2', url: '' }] }, { serialNumberRange: '1-2' }],
    ['a number for a serial', { retirements: [{ serial_number_range: 12 }] }, { serialNumberRange: '12' }],
    ['a list for a serial', { retirements: [{ serial_number_range: [1] }] }, {}],
    ['a text for a retirement', { retirements: ['1-2'] }, {}],
    ['an object for the retirements', { retirements: {} }, {}],
    ['no name of the project', { project: { name: null } }, { project: null }],
    ['a number for its name', { project: { name: 7, registry_name: 'Verra' } }, { project: null, registry: 'Verra' }],
    ['a text for the project', { project: 'Hill' }, { project: null }],
  ])('is completed with %s', (_, altered, shown) => {
    const allocation = { project: { name: 'Hill' }, amount_kg: 100, ...altered };
    const { status, retirements } = order({ project_allocations: [allocation] });
    expect(status).toBe('completed');
    expect(retirements).toEqual([{ ...retirement('Hill', shown), mass: 100_000 }]);
  });

  it('shows no certificate before it is fulfilled, though its address is known', () => {
    expect(order({ state: 'placed' })).toMatchObject({ certificate: null, retirements: [] });
  });

  it.each([
    [{ state: 'archived' }],
    [{ state: null }],
    [{ id: '' }],
    [{ id: null }],
    [{ amount_kg: 0 }],
    [{ amount_kg: -100 }],
    [{ amount_kg: null }],
    [{ price_usd_cents: -1 }],
    [{ price_usd_cents: 'free' }],
    [{ created_on: 'now' }],
    [{ metadata: { order_reference: 'ord_1' } }],
    [{ project_allocations: [{}] }],
  ])('is refused with %j', (altered) => {
    expect(() => order(altered)).toThrow(/^response\./);
  });
});

describe('the reference', () => {
  it.each([
    ['order_reference=ord_1', 'ord_1'],
    ['order_reference=a=b c', 'a=b c'],
    ['order_reference=', null],
    [' order_reference=ord_1', null],
    ['po=7', null],
    ['', null],
    [null, null],
  ])('in %p is %p', (metadata, reference) => {
    expect(referenceFrom(metadata)).toBe(reference);
  });

  it('comes back exactly from what is sent', () => {
    const { metadata } = JSON.parse(toOrderBody({ ...REQUEST, orderReference: 'ord_01h455vb4pex5vsknk084sn02q' })) as {
      metadata: string;
    };
    expect(referenceFrom(metadata)).toBe('ord_01h455vb4pex5vsknk084sn02q');
  });
});

describe('what is sent', () => {
  it('is the order, with what may be public in the description and nothing else', () => {
    expect(JSON.parse(toOrderBody(REQUEST))).toEqual({
      amount_kg: 100,
      portfolio_id: 'mix',
      description: 'on behalf of Jane Smith. For the sea',
      notification_config: { url: 'https://gateway.example/callbacks/t' },
      metadata: 'order_reference=ord_1',
    });
  });

  it('names no portfolio for the default one, and no callback where there is none', () => {
    const request = { ...REQUEST, providerOfferingId: 'default', providerCallbackUrl: null, retirementMessage: null };
    expect(JSON.parse(toOrderBody(request))).toEqual({
      amount_kg: 100,
      description: 'on behalf of Jane Smith',
      metadata: 'order_reference=ord_1',
    });
  });

  it('asks a hosted checkout to bring the session back, and gives it no metadata, which it does not take', () => {
    const urls = { successUrl: 'https://gateway.example/r/t', cancelUrl: 'https://gateway.example/c/t' };
    expect(JSON.parse(toSessionBody(REQUEST, urls))).toEqual({
      amount_kg: 100,
      portfolio_id: 'mix',
      description: 'on behalf of Jane Smith. For the sea',
      notification_config: { url: 'https://gateway.example/callbacks/t' },
      success_url: 'https://gateway.example/r/t/{CHECKOUT_SESSION_ID}',
      cancel_url: urls.cancelUrl,
    });
  });

  it('is refused where it would have to be cut or rounded', () => {
    const message = (length: number) => ({ ...REQUEST, retirementMessage: 'x'.repeat(length) });
    const most = 512 - 'on behalf of Jane Smith. '.length;
    expect((JSON.parse(toOrderBody(message(most))) as { description: string }).description).toHaveLength(512);
    expect(() => toOrderBody(message(most + 1))).toThrow(/shorten them by 1/);
    expect(() => toOrderBody({ ...REQUEST, mass: grams(100_500) })).toThrow(/whole number of kilograms/);
    expect(() => toOrderBody({ ...REQUEST, mass: grams(999) })).toThrow(/whole number of kilograms/);
  });
});

it('a price per kilogram in fractions of a cent is exact per tonne', () => {
  const { api_price_per_kg_usd_cents } = decode(portfolioWire, { id: 'a', name: 'A', api_price_per_kg_usd_cents: 1.6 });
  expect(api_price_per_kg_usd_cents && amountOf(pricePerTonne(api_price_per_kg_usd_cents))).toBe('16.00');
});

describe("what the provider's own client counts on, and nothing else", () => {
  it('is enough of an order', () => {
    const least: GenericOrder = {
      id: 'Gre28Fc35bt3',
      order_number: '47726-53238',
      created_on: '2026-01-05T18:00:00Z',
      amount_kg: 100,
      price_usd_cents: 200,
      state: 'fulfilled' as GenericOrder['state'],
      type: 'generic' as GenericOrder['type'],
      project_allocations: [
        { project: { id: 'p1', name: 'Lagoon', type: 'x', un_sdg_goals: [13] }, amount_kg: 100, retirements: [] },
      ],
    };
    expect(toOrder(decode(orderWire, least))).toMatchObject({
      status: 'retired',
      mass: 100_000,
      orderReference: null,
      checkoutSessionId: null,
      certificate: null,
      retirements: [{ project: 'Lagoon', mass: 100_000, serialNumberRange: null, url: null }],
    });
  });

  it('is enough of a quote and of a portfolio', () => {
    const quote: OffsetsQuote = { amount_kg: 100, price_usd_cents: 200 };
    const portfolio: PortfolioWithCategoryAllocations = { id: 'mix', name: 'Mix', category_allocations: [] };
    expect(decode(quoteWire, quote).amount_kg).toBe(100_000);
    expect(decode(portfolioWire, portfolio)).toMatchObject({ id: 'mix', api_price_per_kg_usd_cents: null });
  });
});
