import { grams } from '../../domain/mass.js';
import { amountOf } from '../../domain/money.js';
import type { PurchaseRequest } from '../../domain/providers/calls.js';
import { decode, readable } from '../kit/decode.js';
import { ProviderProtocolError } from '../kit/protocol-error.js';
import { cheapestFor, toCheckoutBody, toOffering, toOrder } from './carbonmark.mapping.js';
import { carbonmarkDialect } from './carbonmark.errors.js';
import { checkoutWire, PAYMENT_STATUSES, paymentWire, priceListWire, RETIREMENT_STATUSES } from './carbonmark.wire.js';

const NOW = new Date('2026-01-05T12:00:00Z');
const IN_2030 = Date.UTC(2030, 0, 1) / 1_000;

const PRICE = {
  sourceId: `listing-137-0x${'a1'.repeat(32)}`,
  type: 'listing',
  purchasePrice: 3.78,
  baseUnitPrice: 2.7,
  supply: 19.361,
  liquidSupply: 19.3619,
  minFillAmount: 0.001,
  listing: {
    creditId: { vintage: 2019, projectId: 'ICR-112' },
    token: { name: 'ICR-112-2019', isExAnte: false },
    expiresAfter: IN_2030,
  },
};

const offering = (altered: object = {}, listing: object | null = {}) => {
  const row = { ...PRICE, listing: listing && { ...PRICE.listing, ...listing }, ...altered };
  const [wire] = readable(decode(priceListWire, [row]));
  return wire ? toOffering(wire, NOW) : null;
};

describe('a listing on sale', () => {
  it('is offered with its supply in whole kilograms', () => {
    expect(offering()).toMatchObject({
      kind: 'listing',
      name: 'ICR-112-2019',
      registry: 'ICR',
      vintage: 2019,
      isExAnte: false,
      available: 19_361_000,
      minimum: 1_000,
      step: 1_000,
      isDefault: false,
    });
    expect(offering({ minFillAmount: 0.0015 })?.minimum).toBe(2_000);
    expect(offering({ minFillAmount: 0 })?.minimum).toBe(1_000);
    expect(offering({}, { creditId: { projectId: 'XYZ-1', vintage: null } })).toMatchObject({ registry: null });
    expect(offering({}, { creditId: { projectId: 'constructor-1' } })?.registry).toBeNull();
  });

  it.each<[string, object, object | null]>([
    ['is of another type', { type: 'klimaprotocol' }, {}],
    ['has no details', {}, null],
    ['names no project', {}, { creditId: null }],
    ['needs Puro data', {}, { creditId: { projectId: 'PUR-1' } }],
    ['is ex-ante', {}, { token: { isExAnte: true } }],
    ['does not say whether it is ex-ante', {}, { token: null }],
    ['has no liquid supply', { liquidSupply: 0 }, {}],
    ['has less than its own minimum', { liquidSupply: 0.5, minFillAmount: 1 }, {}],
    ['does not tell its supply', { liquidSupply: null }, {}],
    ['does not tell its price', { purchasePrice: null }, {}],
    ['expires while its page can be paid', {}, { expiresAfter: NOW.getTime() / 1_000 + 86_400 }],
    ['does not say when it expires', {}, { expiresAfter: null }],
  ])('is left out when it %s', (_, altered, listing) => {
    expect(offering(altered, listing)).toBeNull();
  });

  it.each<[string, object, object]>([
    ['a price', { purchasePrice: 'cheap' }, {}],
    ['an id', { sourceId: 'a b' }, {}],
    ['a supply', { liquidSupply: '-1' }, {}],
    ['whether it exists already', {}, { token: { isExAnte: 'no' } }],
    ['its end', {}, { expiresAfter: '2027-01-01' }],
  ])('is not for sale without %s that can be read', (_, altered, listing) => {
    expect(offering(altered, listing)).toBeNull();
  });

  it('is for sale without a name or a vintage that can be read', () => {
    const credit = { token: { name: 42, isExAnte: false }, creditId: { vintage: '2019', projectId: 'ICR-112' } };
    expect(offering({}, credit)).toMatchObject({ name: 'ICR-112', vintage: null });
  });

  it('is chosen by price among those that can fill the mass', () => {
    const dear = offering({ sourceId: 'dear', purchasePrice: 9, liquidSupply: 100 })!;
    const cheap = offering({ sourceId: 'cheap', purchasePrice: 2, liquidSupply: 5 })!;
    const alike = offering({ sourceId: 'alike', purchasePrice: 2, liquidSupply: 5, minFillAmount: 1 })!;
    const pick = (kilograms: number) => cheapestFor(grams(kilograms * 1_000), [dear, cheap, alike])?.providerOfferingId;
    expect(pick(500)).toBe('cheap');
    expect(pick(2_000)).toBe('alike');
    expect(pick(5_001)).toBe('dear');
    expect(pick(100_001)).toBeUndefined();
  });
});

const PAYMENT = {
  id: 'pay_1',
  status: 'paid',
  amount: 378,
  currency: 'usd',
  asset_price_source_id: PRICE.sourceId,
  quantity_tonnes: 0.1,
  metadata: { beneficiary_name: 'Jane Smith' },
};

const payment = (status: string, retirement: string | null, altered: object = {}) => {
  const order = retirement && { status: retirement, transaction_hash: '0x1', view_retirement_url: null, ...altered };
  return toOrder(decode(paymentWire, { ...PAYMENT, status, order }));
};

/** Anything but a refusal of the response goes on. */
const problemOf = (read: () => unknown): ProviderProtocolError | null => {
  try {
    read();
    return null;
  } catch (error) {
    if (error instanceof ProviderProtocolError) return error;
    throw error;
  }
};

describe('a payment', () => {
  const URL = { view_retirement_url: 'https://app.carbonmark.example/r/1' };

  it.each([
    ['open', null, 'awaiting_payment'],
    ['processing', null, 'awaiting_payment'],
    ['paid', null, 'placed'],
    ['paid', 'SUBMITTED', 'placed'],
    ['paid', 'INITIATED', 'placed'],
    ['paid', 'COMMITTED', 'accepted'],
    ['paid', 'MINTED', 'accepted'],
    ['paid', 'COMPLETED', 'retired'],
    ['paid', 'FAILED', 'failed'],
    ['failed', null, 'failed'],
    ['expired', null, 'expired'],
    ['refunded', null, 'cancelled'],
    ['refunded', 'SUBMITTED', 'cancelled'],
    ['refunded', 'INITIATED', 'cancelled'],
    ['refunded', 'FAILED', 'cancelled'],
  ])('%s with retirement %s is %s', (status, retirement, observed) => {
    expect(payment(status, retirement).status).toBe(observed);
  });

  it('has a meaning for exactly those pairs', () => {
    const pairs = PAYMENT_STATUSES.flatMap((status) =>
      [null, ...RETIREMENT_STATUSES].map((of) => [status, of] as const),
    );
    const unknown = pairs.filter(([status, retirement]) => problemOf(() => payment(status, retirement)) !== null);
    expect(pairs.length - unknown.length).toBe(15);
  });

  it('is completed once the retirement can be seen', () => {
    const order = payment('paid', 'COMPLETED', URL);
    expect(order.status).toBe('completed');
    expect(order.retirements).toMatchObject([{ url: URL.view_retirement_url, transactionHash: '0x1', mass: 100_000 }]);
  });

  it('says when it was retired, once it is', () => {
    const completed = { completed_at: '2026-12-31T23:59:59.999000+00:00' };
    expect(payment('paid', 'COMPLETED', completed).retiredAt).toEqual(new Date('2026-12-31T23:59:59.999Z'));
    expect(payment('paid', 'COMPLETED', { completed_at: 'soon' }).retiredAt).toBeNull();
    expect(payment('paid', 'MINTED', completed).retiredAt).toBeNull();
  });

  it('shows no retirement before it is completed', () => {
    expect(payment('paid', 'MINTED', URL)).toMatchObject({ status: 'accepted', retirements: [] });
  });

  it('shows for whom the credits were retired, not for whom they were bought', () => {
    const placeholder = { ...URL, beneficiary_name: 'Developer Tester' };
    expect(payment('paid', 'COMPLETED', placeholder).beneficiaryName).toBe('Developer Tester');
    expect(payment('paid', null).beneficiaryName).toBe('Jane Smith');
  });

  it('has its amount in cents', () => {
    const { price } = payment('paid', null);
    expect(price && [amountOf(price), price.currency]).toEqual(['3.78', 'USD']);
  });

  it.each([
    [{ status: 'succeeded' }],
    [{ status: 'toString' }],
    [{ amount: null }],
    [{ quantity_tonnes: null }],
    [{ currency: 'gbp' }],
    [{ order: { status: 'DONE' } }],
    [{ id: null }],
  ])('is refused with %j', (altered) => {
    expect(() => decode(paymentWire, { ...PAYMENT, ...altered })).toThrow(ProviderProtocolError);
  });
});

describe('the response to a new page', () => {
  it.each([
    [{ url: 'https://pay.example/1' }, 'https://pay.example/1', null],
    [{ checkout_url: 'https://pay.example/1', payment_id: 'pay_1' }, 'https://pay.example/1', 'pay_1'],
    [{ url: 'https://pay.example/1', id: 'pay_1' }, 'https://pay.example/1', 'pay_1'],
  ])('%j is understood', (body, url, paymentId) => {
    expect(decode(checkoutWire, body)).toEqual({ url, paymentId });
  });

  it.each([[{}], [{ url: 'javascript:alert(1)' }], [{ url: null, id: 'pay_1' }]])('%j is not', (body) => {
    expect(() => decode(checkoutWire, body)).toThrow(ProviderProtocolError);
  });
});

it.each([
  ['our own in the payment', 'Retired on behalf of Jane (and Co.)\nSmith (ord_1a)', null, 'ord_1a'],
  ['our own in the retirement', null, 'Retired on behalf of Jane Smith (ord_1a)', 'ord_1a'],
  ['the buyer’s own', 'For 2026 (ord_1a)', 'For 2026 (ord_1a)', null],
  ['none', null, null, null],
])('a payment is the order’s whose id its message carries: %s', (_, message, retired, reference) => {
  const metadata = { beneficiary_name: 'Jane Smith', retirement_message: message };
  const order = { status: 'SUBMITTED', retirement_message: retired };
  expect(toOrder(decode(paymentWire, { ...PAYMENT, metadata, order })).orderReference).toBe(reference);
});

describe('what is sent', () => {
  const REQUEST: PurchaseRequest = {
    orderReference: 'ord_1',
    mass: grams(500_000),
    providerOfferingId: PRICE.sourceId,
    beneficiaryName: 'Jane Smith',
    retirementMessage: null,
    description: 'private',
    providerCallbackUrl: null,
  };
  const URLS = { successUrl: 'https://gateway.example/r/token', cancelUrl: 'https://gateway.example/r/token' };

  it('is the page, with a message where the buyer gave none', () => {
    expect(JSON.parse(toCheckoutBody(REQUEST, URLS))).toEqual({
      asset_price_source_id: PRICE.sourceId,
      quantity_tonnes: 0.5,
      metadata: { beneficiary_name: 'Jane Smith', retirement_message: 'Retired on behalf of Jane Smith (ord_1)' },
      success_url: URLS.successUrl,
      cancel_url: URLS.cancelUrl,
    });
  });

  it('is the buyer’s own message as it is, unless it passes for one of ours', () => {
    const messageFor = (retirementMessage: string): unknown =>
      JSON.parse(toCheckoutBody({ ...REQUEST, retirementMessage }, URLS)).metadata.retirement_message;
    for (const own of ['For 2026', 'For order (ord_2)', 'Retired on behalf of us (ord_2), for ever', ''])
      expect(messageFor(own)).toBe(own);
    expect(() => messageFor('Retired on behalf of us (ord_2)')).toThrow(/ends with an order id/);
  });

  it('spells every mass exactly', () => {
    const mass = grams(123_456_789_012_000);
    expect(toCheckoutBody({ ...REQUEST, mass }, URLS)).toContain('"quantity_tonnes":123456789.012,');
  });

  it.each([['https://g.example/r/t/'], ['https://g.example/r/t?x=1'], ['https://g.example/r/t#x']])(
    'is refused with %s, because the payment id is appended to the path',
    (successUrl) => {
      expect(() => toCheckoutBody(REQUEST, { ...URLS, successUrl })).toThrow(/must end in its path/);
    },
  );

  it('is refused where it would have to be cut or rounded', () => {
    expect(() => toCheckoutBody({ ...REQUEST, beneficiaryName: 'x'.repeat(256) }, URLS)).toThrow(/at most 255/);
    expect(() => toCheckoutBody({ ...REQUEST, retirementMessage: 'x'.repeat(501) }, URLS)).toThrow(/at most 500/);
    expect(() => toCheckoutBody({ ...REQUEST, mass: grams(500_500) }, URLS)).toThrow(/whole number of kilograms/);
  });
});

it.each([
  [{ error: 'Unauthorized' }, { code: null }],
  [{ message: 'gone', statusCode: '404', error: 'Not Found' }, { code: 'Not Found' }],
  [{ name: 'BalanceExceeded', message: 'maxCosts: 1' }, { code: 'BalanceExceeded' }],
  [{ message: 'x' }, { code: null }],
  [{}, null],
  ['error', null],
  [undefined, null],
])('the error %j is read as %j', (body, read) => {
  expect(carbonmarkDialect.read(body)).toEqual(read);
});
