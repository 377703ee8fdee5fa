import fc from 'fast-check';
import { queryFrom } from '../../src/http/server/query-string.js';

describe('a query string', () => {
  it.each([
    ['', {}],
    ['status=placed&limit=5', { status: 'placed', limit: '5' }],
    ['label[department]=sales&label[a%5Db]=x%26y', { label: { department: 'sales', 'a]b': 'x&y' } }],
    ['status=a&status=b', { status: ['a', 'b'] }],
    ['label[a]=1&label[a]=2', { label: { a: ['1', '2'] } }],
    ['label=x&label[a]=1', { label: ['x', '1'] }],
    ['label[]=1', { label: { '': '1' } }],
    ['a=%zz', { a: '\ud800' }],
    ['a=%ff', { a: '\ud800' }],
    ['a=x%c3%28', { a: '\ud800' }],
    ['a=%c3%a9+%ef%bf%bd', { a: 'é \ufffd' }],
    ['a=%00', { a: '\0' }],
    ['a=b+c', { a: 'b c' }],
  ])('is parsed: %j', (text, query) => {
    expect(queryFrom(text)).toEqual(query);
  });

  it('treats __proto__ as a parameter like any other', () => {
    const query = queryFrom('__proto__[polluted]=1&constructor=2');
    expect(Object.keys(query)).toEqual(['constructor', '__proto__']);
    expect({}).not.toHaveProperty('polluted');
  });

  it('is parsed without an error whatever it contains', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => typeof queryFrom(text) === 'object'));
  });
});
