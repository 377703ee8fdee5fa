import { randomBytes } from 'node:crypto';
import { gatewaySettings } from './gateway-settings.js';
import { SAMPLE_SECRET_KEY } from './gateway.env.js';

const PRODUCTION = {
  NODE_ENV: 'production',
  DATABASE_URL: 'postgresql://localhost/gateway',
  PUBLIC_URL: 'https://gateway.example',
  FX_RATES: '2026-11-20:GBP=1.25',
};
const key = (bytes = 32): string => randomBytes(bytes).toString('base64');
const keysIn = (env: NodeJS.ProcessEnv): string | null => gatewaySettings(env).webhookSecretKeys;

describe('the keys that seal the secrets of webhooks', () => {
  it('are as they are given, one or several', () => {
    for (const keys of [`2026:${key()}`, `b_1:${key()},a-2:${key()}`]) {
      expect(keysIn({ WEBHOOK_SECRET_KEYS: keys })).toBe(keys);
      expect(keysIn({ ...PRODUCTION, WEBHOOK_SECRET_KEYS: keys })).toBe(keys);
    }
  });

  it('are a sample where none is given, and in production none', () => {
    expect(keysIn({})).toBe(`sample:${SAMPLE_SECRET_KEY}`);
    expect(keysIn(PRODUCTION)).toBeNull();
  });

  it.each([
    ['no id', key(), 'must look like'],
    ['no key', '2026:', 'must look like'],
    ['a key of 31 bytes', `2026:${key(31)}`, 'must look like'],
    ['a key of 33 bytes', `2026:${key(33)}`, 'must look like'],
    ['a space', `2026:${key()}, 2027:${key()}`, 'must look like'],
    ['a comma at the end', `2026:${key()},`, 'must look like'],
    ['two keys with one id', `2026:${key()},2026:${key()}`, 'another id'],
    ['the sample', `2026:${SAMPLE_SECRET_KEY}`, 'must not have the sample key'],
    ['the sample among others', `2026:${key()},old:${SAMPLE_SECRET_KEY}`, 'must not have the sample key'],
  ])('are refused in production with %s, without a word of them', (_, keys, why) => {
    const start = (): unknown => gatewaySettings({ ...PRODUCTION, WEBHOOK_SECRET_KEYS: keys });
    expect(start).toThrow(why);
    for (const text of keys.match(/[A-Za-z0-9+/]{40,}/g) ?? []) expect(start).not.toThrow(text);
  });
});

describe('the identity provider of operators', () => {
  const OIDC = {
    OPS_OIDC_ISSUER: 'https://login.example.com',
    OPS_OIDC_CLIENT_ID: 'gateway',
    OPS_OIDC_CLIENT_SECRET: 'not-a-secret-here',
  };

  it('is none unless it is set, and keys open sessions unless that is switched off', () => {
    expect(gatewaySettings(PRODUCTION)).toMatchObject({ oidc: null, keySignIn: true });
    expect(gatewaySettings({ ...PRODUCTION, ...OIDC, OPS_KEY_SIGN_IN: 'off' })).toMatchObject({
      oidc: { issuer: 'https://login.example.com', clientId: 'gateway', roleClaim: 'roles', roles: null },
      keySignIn: false,
    });
  });

  it.each<[string, NodeJS.ProcessEnv, string]>([
    ['half of it', { OPS_OIDC_CLIENT_SECRET: undefined }, 'OPS_OIDC_CLIENT_SECRET must be set'],
    [
      'an issuer that can be read on the way',
      { OPS_OIDC_ISSUER: 'http://login.example.com' },
      'must be an https address',
    ],
    ['an issuer that is no address', { OPS_OIDC_ISSUER: 'login' }, 'OPS_OIDC_ISSUER must be'],
    ['a role that is none', { OPS_OIDC_ROLES: 'desk=operator,leads=boss' }, 'OPS_OIDC_ROLES must look like'],
    ['roles without an end', { OPS_OIDC_ROLES: 'desk=operator,' }, 'OPS_OIDC_ROLES must look like'],
  ])('is refused in production with %s, without a word of its secret', (_, change, why) => {
    const start = (): unknown => gatewaySettings({ ...PRODUCTION, ...OIDC, ...change });
    expect(start).toThrow(why);
    expect(start).not.toThrow('not-a-secret-here');
  });

  it('is needed where keys open no sessions', () => {
    expect(() => gatewaySettings({ OPS_KEY_SIGN_IN: 'off' })).toThrow('nobody could sign in');
  });
});
