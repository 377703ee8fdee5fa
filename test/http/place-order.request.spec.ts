import fc from 'fast-check';
import { NO_LIMITS } from '../../src/domain/limits/purchase-limits.js';
import { grams } from '../../src/domain/mass.js';
import { placeOrderCommandFrom, refusePlainHttp } from '../../src/http/v1/orders/place-order.command.js';
import { PLACE_ORDER_EXAMPLES } from '../../src/http/v1/orders/place-order.examples.js';
import { PlaceOrderRequest } from '../../src/http/v1/orders/place-order.request.js';
import { HttpProblem, type FieldErrors } from '../../src/http/problems/http-problem.js';
import { readRequest } from './read-request.js';

const ORDER = {
  mass: { value: '100', unit: 'kg' },
  payment: { method: 'account' },
  beneficiary: { name: 'Jane Smith' },
};
const CHECKOUT = { method: 'checkout', success_url: 'https://a.example/paid', cancel_url: 'https://a.example/' };
const OFFER = { offer_id: 'off_01jd4v2m0gf5c8q7k3x9w1z2r4', payment: ORDER.payment, beneficiary: ORDER.beneficiary };
const LIMITS = { tenant: NO_LIMITS, key: NO_LIMITS };
const PRINCIPAL = {
  tenantId: 'ten_1',
  keyId: 'k',
  operator: null,
  session: null,
  scopes: new Set<never>(),
  providerAccounts: { cnaught: 'sub' },
  limits: LIMITS,
  hasCallbackSecret: false,
};

const read = (body: unknown): Promise<PlaceOrderRequest> => readRequest(PlaceOrderRequest, body);

const problemWith = async (act: () => unknown): Promise<HttpProblem> => {
  try {
    await act();
  } catch (thrown) {
    if (thrown instanceof HttpProblem) return thrown;
    throw thrown;
  }
  throw new Error('nothing was refused');
};

const errorsIn = async (body: unknown): Promise<FieldErrors> =>
  (await problemWith(() => read(body))).extra.errors ?? {};

describe('an order request', () => {
  it.each([
    ['only the required fields', ORDER],
    ['an offer', OFFER],
    ['a checkout', { ...ORDER, payment: CHECKOUT }],
    ['a checkout on this machine', { ...ORDER, payment: { ...CHECKOUT, success_url: 'http://127.0.0.1:8080/ok' } }],
    [
      'templates in an address',
      { ...ORDER, payment: { ...CHECKOUT, success_url: 'https://a.example/{ORDER_ID}?s={CHECKOUT_SESSION_ID}' } },
    ],
    ['lines in a message', { ...ORDER, retirement_message: 'First\nSecond' }],
    ['the longest name', { ...ORDER, beneficiary: { name: 'ü'.repeat(255) } }],
    ['a family in a name', { ...ORDER, beneficiary: { name: '👨‍👩‍👧 Smith' } }],
    ['a label that is called constructor', { ...ORDER, labels: { constructor: 'ACME', toString: 'x' } }],
    ['a value with line breaks', { ...ORDER, metadata: { note: 'a\n\tb' } }],
    ['a limit', { ...ORDER, max_total: { amount: '2.005', currency: 'GBP' } }],
    [
      'everything',
      {
        ...ORDER,
        provider: 'cnaught',
        offering_id: 'offering_298cg80h9hgqerntch0yfaxvqm',
        rounding: 'up',
        reference: 'PO 1',
        description: 'd',
        callback_url: 'https://a.example/events',
        allow_duplicate: true,
        if_paused: 'wait',
      },
    ],
  ])('may contain %s', async (_, body) => {
    expect(JSON.parse(JSON.stringify(await read(body)))).toEqual(body);
  });

  it.each(Object.entries(PLACE_ORDER_EXAMPLES))('may be the documented example %s', async (_, { value }) => {
    expect(await read(value)).toBeInstanceOf(PlaceOrderRequest);
  });

  it.each([
    ['what it may leave out', { ...ORDER, offer_id: null, reference: null }, ORDER],
    ['what an offer decides', { ...OFFER, mass: null, provider: null, rounding: null }, OFFER],
  ])('may have null for %s', async (_, body, same) => {
    expect(JSON.parse(JSON.stringify(await read(body)))).toEqual(same);
  });

  it.each(['{OTHER}', '{order_id}', '%7BOTHER%7D', '{ORDER_ID', 'ORDER_ID}', '{}', '{ORDER_ID}{x}'])(
    'may not leave open what nobody fills in: %s',
    async (path) => {
      const urls = { success_url: `https://a.example/${path}`, cancel_url: `https://a.example/?a=${path}` };
      const reasons = [expect.stringContaining('{ORDER_ID} and {CHECKOUT_SESSION_ID}')];
      expect(await errorsIn({ ...ORDER, payment: { method: 'checkout', ...urls } })).toEqual({
        'payment.success_url': reasons,
        'payment.cancel_url': reasons,
      });
    },
  );

  it.each([
    ['no fields', {}, ['mass', 'payment', 'beneficiary']],
    ['an unknown field', { ...ORDER, x: 1 }, ['x']],
    [
      'a field that every object has',
      { ...ORDER, toString: 'x', constructor: 'y', hasOwnProperty: 1 },
      ['toString', 'constructor', 'hasOwnProperty'],
    ],
    ['unknown fields inside', { ...ORDER, mass: { value: '1', unit: 'kg', valueOf: 1 } }, ['mass.valueOf']],
    [
      'nulls where something is needed',
      { ...ORDER, mass: null, payment: null, beneficiary: { name: null } },
      ['mass', 'payment', 'beneficiary.name'],
    ],
    ['null for an unknown field', { ...ORDER, x: null }, ['x']],
    [
      'a placeholder for the host',
      { ...ORDER, payment: { ...CHECKOUT, success_url: 'https://%7BORDER_ID%7D.example/' } },
      ['payment.success_url'],
    ],
    [
      'a list for an object',
      { ...ORDER, mass: [], beneficiary: [{ name: 'x' }], payment: 'account' },
      ['mass', 'payment', 'beneficiary'],
    ],
    [
      'an object for a text',
      { ...ORDER, reference: {}, beneficiary: { name: { toString: 1 } } },
      ['beneficiary.name', 'reference'],
    ],
    ['a number for a text', { ...ORDER, description: 5 }, ['description']],
    ['mass and offer', { ...OFFER, mass: ORDER.mass }, ['mass']],
    [
      'a provider with an offer',
      { ...OFFER, provider: 'cnaught', rounding: 'up', offering_id: 'offering_298cg80h9hgqerntch0yfaxvqm' },
      ['provider', 'offering_id', 'rounding'],
    ],
    [
      'a checkout without addresses',
      { ...ORDER, payment: { method: 'checkout' } },
      ['payment.success_url', 'payment.cancel_url'],
    ],
    [
      'addresses with an account',
      { ...ORDER, payment: { ...CHECKOUT, method: 'account' } },
      ['payment.success_url', 'payment.cancel_url'],
    ],
    ['another way to pay', { ...ORDER, payment: { method: 'cash' } }, ['payment.method']],
    ['no way to pay', { ...ORDER, payment: {} }, ['payment.method']],
    ['no name', { ...ORDER, beneficiary: {} }, ['beneficiary.name']],
    ['a blank name', { ...ORDER, beneficiary: { name: '  ' } }, ['beneficiary.name']],
    ['too long a name', { ...ORDER, beneficiary: { name: 'x'.repeat(256) } }, ['beneficiary.name']],
    ['a name with a line break', { ...ORDER, beneficiary: { name: 'a\nb' } }, ['beneficiary.name']],
    [
      'a NUL byte',
      { ...ORDER, reference: 'a\0b', metadata: { a: '\0' }, labels: { 'a\0': '' } },
      ['reference', 'metadata', 'labels'],
    ],
    ['half a character', { ...ORDER, description: '\ud800', metadata: { a: '\udc00' } }, ['description', 'metadata']],
    ['text that reorders the text around it', { ...ORDER, retirement_message: 'a\u202eb' }, ['retirement_message']],
    ['too long a message', { ...ORDER, retirement_message: 'x'.repeat(501) }, ['retirement_message']],
    ['no email address', { ...ORDER, beneficiary: { name: 'x', email: 'jane' } }, ['beneficiary.email']],
    [
      'too many entries',
      { ...ORDER, metadata: Object.fromEntries(Array.from({ length: 21 }, (_, i) => [`k${i}`, ''])) },
      ['metadata'],
    ],
    ['names that print nothing', { ...ORDER, beneficiary: { name: '\u200b' } }, ['beneficiary.name']],
    [
      'invisible characters in any text',
      {
        ...ORDER,
        description: 'a\u2060',
        reference: '\ufeffPO',
        retirement_message: 'a\u2028b',
        labels: { 'a\u00ad': 'b' },
      },
      ['description', 'reference', 'retirement_message', 'labels'],
    ],
    ['too long a name of an entry', { ...ORDER, labels: { ['x'.repeat(41)]: 'a' } }, ['labels']],
    ['too long a value of an entry', { ...ORDER, labels: { a: 'x'.repeat(501) } }, ['labels']],
    ['values that are not texts', { ...ORDER, labels: { a: 1 }, metadata: { a: { b: 'c' } } }, ['metadata', 'labels']],
    ['a list of entries', { ...ORDER, labels: ['a'] }, ['labels']],
    ['a malformed id', { ...OFFER, offer_id: 'off_1' }, ['offer_id']],
    ['an id of another kind', { ...OFFER, offer_id: 'ord_01jd4v2m0gf5c8q7k3x9w1z2r4' }, ['offer_id']],
    ['a strange provider', { ...ORDER, provider: '../x' }, ['provider']],
    ['a limit of nothing', { ...ORDER, max_total: { amount: '0.00', currency: 'USD' } }, ['max_total.amount']],
    ['a limit as a number', { ...ORDER, max_total: { amount: 2, currency: 'USD' } }, ['max_total.amount']],
    ['too fine a limit', { ...ORDER, max_total: { amount: '1.0000001', currency: 'USD' } }, ['max_total.amount']],
    ['a limit in no currency', { ...ORDER, max_total: { amount: '1' } }, ['max_total.currency']],
    ['a truthy flag', { ...ORDER, allow_duplicate: 'true' }, ['allow_duplicate']],
  ])('that contains %s is refused', async (_, body, fields) => {
    expect(Object.keys(await errorsIn(body)).sort()).toEqual([...fields].sort());
  });

  it.each([null, [], [ORDER], 'text', 5, true])('may not be %j', async (body) => {
    expect((await problemWith(() => read(body))).code).toBe('invalid_request');
  });

  it('cannot reach a prototype', async () => {
    const body: unknown = JSON.parse(
      '{"__proto__":{"polluted":1},"metadata":{"__proto__":"x"},"mass":{"__proto__":{"unit":"kg"},"value":"1"}}',
    );
    expect(Object.keys(await errorsIn(body))).toEqual(
      expect.arrayContaining(['__proto__', 'metadata', 'mass.__proto__', 'mass.unit']),
    );
    expect({}).not.toHaveProperty('polluted');
  });

  it('finds none of its values in the errors', async () => {
    const canary = 'canary-5d41';
    const wrong = async (value: unknown): Promise<string> => JSON.stringify(await errorsIn(value));
    const everywhere = {
      mass: { value: canary, unit: canary },
      payment: { method: canary, success_url: canary, cancel_url: canary },
      beneficiary: { name: `${canary}\0`, email: canary },
      retirement_message: `${canary}\0`,
      metadata: { a: `${canary}\0` },
      rounding: canary,
      provider: `${canary}!`,
      max_total: { amount: canary, currency: canary },
      callback_url: canary,
    };
    expect(await wrong(everywhere)).not.toContain(canary);
    expect((await wrong({ [`${canary}\u0000\n`.repeat(40)]: 1 })).length).toBeLessThan(300);
  });

  it('lists at most fifty wrong fields', async () => {
    const body = Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`f${i}`, i]));
    expect(Object.keys(await errorsIn(body))).toHaveLength(50);
  });

  it('is read or refused with a problem, whatever it contains', async () => {
    const field = fc.constantFrom(...Object.keys(ORDER), 'metadata', 'labels', 'max_total', 'constructor', 'x');
    await fc.assert(
      fc.asyncProperty(fc.dictionary(field, fc.jsonValue({ maxDepth: 4 })), async (body) => {
        try {
          await read(body);
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(HttpProblem);
        }
      }),
    );
  });
});

describe('a URL in a request', () => {
  it.each([
    'http://a.example/',
    'ftp://a.example/',
    'javascript:alert(1)',
    '//a.example/',
    '/paid',
    'a.example',
    'https:a.example',
    'https:/a.example',
    'https:///a.example',
    'https://',
    'https://user@a.example/',
    'https://user:secret@a.example/',
    'https://@a.example/',
    String.raw`https:\\a.example`,
    String.raw`https://a.example\@b.example/`,
    'https://a.example\n/',
    ' https://a.example/',
    'https://a.example/ü',
    'https://{ORDER_ID}.example/',
    'https://a.example{CHECKOUT_SESSION_ID}/',
    'https://a.example:99999/',
    'http://127.0.0.1.example/',
    'http://localhost.example/',
    `https://a.example/${'x'.repeat(2048)}`,
  ])('may not be %s', async (address) => {
    expect(Object.keys(await errorsIn({ ...ORDER, callback_url: address }))).toEqual(['callback_url']);
  });

  it.each([
    'https://a.example',
    'https://a.example:8443/x?y=z#f',
    'https://xn--bcher-kva.example/',
    'http://localhost:1/',
    'http://[::1]:3/',
  ])('may be %s', async (address) => {
    expect((await read({ ...ORDER, callback_url: address })).callback_url).toBe(address);
  });

  it('must be https in production, even to this machine', async () => {
    const local = await read({ ...ORDER, payment: { ...CHECKOUT, cancel_url: 'http://localhost/' } });
    const problem = await problemWith(() => refusePlainHttp(local));
    expect(Object.keys(problem.extra.errors ?? {})).toEqual(['payment.cancel_url']);
    const remote = await read({ ...ORDER, payment: CHECKOUT });
    expect(() => refusePlainHttp(remote)).not.toThrow();
  });
});

describe('the command of a request', () => {
  it('has null or the default for what the caller left out', async () => {
    expect(placeOrderCommandFrom(await read(ORDER), PRINCIPAL)).toEqual({
      mass: grams(100_000),
      offerId: null,
      provider: null,
      offeringId: null,
      paymentMethod: 'account',
      rounding: 'exact',
      maxTotal: null,
      mayBePooled: false,
      keyId: 'k',
      providerAccounts: { cnaught: 'sub' },
      limits: LIMITS,
      hasCallbackSecret: false,
      allowDuplicate: false,
      waitIfPaused: false,
      terms: {
        beneficiary: { name: 'Jane Smith', email: null },
        retirementMessage: null,
        description: null,
        reference: null,
        metadata: {},
        labels: {},
        successUrl: null,
        cancelUrl: null,
        webhookUrl: null,
      },
    });
  });
});
