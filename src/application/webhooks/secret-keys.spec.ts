import { randomBytes } from 'node:crypto';
import { SecretKeys, UnopenableSecretError } from './secret-keys.js';

const key = (id: string): string => `${id}:${randomBytes(32).toString('base64')}`;
const [OLD, NEW] = [key('old'), key('new')];
const keys = (...pairs: string[]): SecretKeys => SecretKeys.from(pairs.join(','));

it('a secret is opened by its owner’s id alone, to the bytes that were shown', () => {
  const { text, sealed } = keys(OLD).make('whe_1');
  expect(text).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  expect(`whsec_${keys(NEW, OLD).open(sealed, 'whe_1').toString('base64')}`).toBe(text);
  expect(() => keys(OLD).open(sealed, 'whe_2')).toThrow(UnopenableSecretError);
  expect(JSON.stringify(sealed)).not.toContain(text.slice(6));
});

it('no two are sealed alike', () => {
  const { sealed } = keys(OLD).make('whe_1');
  expect(keys(OLD).reseal(sealed, 'whe_1').sealed).not.toBe(sealed.sealed);
});

it('the first key seals', () => {
  const { sealed } = keys(OLD).make('whe_1');
  const resealed = keys(NEW, OLD).reseal(sealed, 'whe_1');
  expect([sealed.keyId, resealed.keyId]).toEqual(['old', 'new']);
  expect(keys(NEW).open(resealed, 'whe_1')).toEqual(keys(OLD).open(sealed, 'whe_1'));
});

it.each<[string, (sealed: string) => string]>([
  ['a changed bit', (sealed) => flipped(sealed, 13)],
  ['another nonce', (sealed) => flipped(sealed, 0)],
  ['another tag', (sealed) => flipped(sealed, -1)],
  ['a part', (sealed) => sealed.slice(0, 40)],
  ['nothing', () => ''],
])('%s does not open', (_, change) => {
  const { sealed } = keys(OLD).make('whe_1');
  const broken = { ...sealed, sealed: change(sealed.sealed) };
  expect(() => keys(OLD).open(broken, 'whe_1')).toThrow(UnopenableSecretError);
});

it('a key that is not set opens nothing, and says which it is', () => {
  const { sealed } = keys(OLD).make('whe_1');
  expect(() => keys(NEW).open(sealed, 'whe_1')).toThrow('sealed with the key old of WEBHOOK_SECRET_KEYS');
});

it('without a key nothing is made', () => {
  expect(() => SecretKeys.from(null).make('whe_1')).toThrow('set WEBHOOK_SECRET_KEYS');
});

function flipped(sealed: string, at: number): string {
  const bytes = Buffer.from(sealed, 'base64');
  const place = at < 0 ? bytes.length + at : at;
  bytes[place] = (bytes[place] ?? 0) ^ 1;
  return bytes.toString('base64');
}
