import type { ProviderId } from '../../domain/providers/calls.js';
import { farSideFrom } from './far-side.js';

const ONE_TRIBE = 'one_tribe' as ProviderId;
const KEY = 'k3y-of-an-account';
const idOf = (baseUrl: string, key = KEY, provider = ONE_TRIBE): string => farSideFrom(provider, baseUrl, key).id;

const API = 'https://api.onetribe.com/v1';

describe('farSideFrom', () => {
  it.each([['https://API.onetribe.com/v1/'], ['https://api.onetribe.com:443/v1'], ['https://api.onetribe.com/v1//']])(
    'takes %s for the same place',
    (baseUrl) => {
      expect(idOf(baseUrl)).toBe(idOf(API));
    },
  );

  it.each([
    ['another host', idOf('https://api2.onetribe.com/v1')],
    ['another version', idOf('https://api.onetribe.com/v2')],
    ['another port', idOf('https://api.onetribe.com:8443/v1')],
    ['no TLS', idOf('http://api.onetribe.com/v1')],
    ['another key', idOf(API, 'another')],
    ['a key in another case', idOf(API, KEY.toUpperCase())],
    ['another provider', idOf(API, KEY, 'cnaught' as ProviderId)],
  ])('tells %s apart', (_, id) => {
    expect(id).not.toBe(idOf(API));
  });

  it('goes by the key alone on this machine, where ports change', () => {
    expect(idOf('http://127.0.0.1:4101/v1')).toBe(idOf('http://127.0.0.1:50123/v1'));
    expect(idOf('http://127.0.0.1:4101/v1', 'other')).not.toBe(idOf('http://127.0.0.1:4101/v1'));
  });

  it('believes a key that calls itself a sandbox key, and shows no part of any', () => {
    const farSide = farSideFrom(ONE_TRIBE, API, 'cm_api_SANDBOX_123');
    expect(farSide).toMatchObject({ environment: 'sandbox', address: API });
    expect(farSideFrom(ONE_TRIBE, API, KEY).environment).toBe('live');
    expect(JSON.stringify(farSideFrom(ONE_TRIBE, API, KEY))).not.toContain(KEY);
  });
});
