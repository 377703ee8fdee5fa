import { fillPlaceholders, hasUnknownPlaceholder } from './return-address.js';

const VALUES = { ORDER_ID: 'ord_1', CHECKOUT_SESSION_ID: 'a/b' };

describe('an address that a payer is sent to', () => {
  it.each([
    ['https://a.example/{ORDER_ID}', 'https://a.example/ord_1'],
    ['https://a.example/?o=%7BORDER_ID%7D&s=%7bCHECKOUT_SESSION_ID%7d', 'https://a.example/?o=ord_1&s=a%2Fb'],
    ['https://a.example/{ORDER_ID}{ORDER_ID}', 'https://a.example/ord_1ord_1'],
    ['https://a.example/{ORDER_ID%7D', 'https://a.example/ord_1'],
    ['https://a.example/?state=%7B%22a%22%3A1%7D', 'https://a.example/?state=%7B%22a%22%3A1%7D'],
    ['https://a.example/?next=b%3Fo%3D%257BORDER_ID%257D', 'https://a.example/?next=b%3Fo%3D%257BORDER_ID%257D'],
  ])('may be %s', (address, filled) => {
    expect(hasUnknownPlaceholder(address)).toBe(false);
    expect(fillPlaceholders(address, VALUES)).toBe(filled);
  });

  it.each(['{OTHER}', '%7BOTHER%7D', '{order_id}', '{constructor}', '{ORDER_ID', '}', '{{ORDER_ID}}'])(
    'may not contain %s',
    (path) => {
      expect(hasUnknownPlaceholder(`https://a.example/${path}`)).toBe(true);
    },
  );
});
