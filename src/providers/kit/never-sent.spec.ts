import { wasNeverSent } from './never-sent.js';

const failed = (code: string, more: object = {}): Error => Object.assign(new Error(code), { code, ...more });

const wrapped = (inner: Error, times: number): Error =>
  times === 0 ? inner : wrapped(new Error('wrapper', { cause: inner }), times - 1);

it('reads through five wrappers, deeper than any are, and gives up below', () => {
  expect(wasNeverSent(wrapped(failed('ECONNREFUSED'), 5))).toBe(true);
  expect(wasNeverSent(wrapped(failed('ECONNREFUSED'), 6))).toBe(false);
});

it('goes by the code where `errors` is no list of members', () => {
  expect(wasNeverSent(failed('ECONNREFUSED', { errors: {} }))).toBe(true);
});

it.each(['ECONNREFUSED', undefined])('does not believe what is no error, with the code %p', (code) => {
  expect(wasNeverSent({ code })).toBe(false);
  expect(wasNeverSent(code)).toBe(false);
});

it('needs a code to be certain', () => {
  expect(wasNeverSent(new Error('ECONNREFUSED'))).toBe(false);
});

describe('a refused certificate', () => {
  it.each(['CERT_NOT_YET_VALID', 'CRL_HAS_EXPIRED', 'UNABLE_TO_GET_ISSUER_CERT', 'UNABLE_TO_DECRYPT_CERT_SIGNATURE'])(
    'is known by the beginning of %s',
    (code) => {
      expect(wasNeverSent(failed(code))).toBe(true);
      expect(wasNeverSent(failed(`X_${code}`))).toBe(false);
    },
  );

  it.each([
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'SELF_SIGNED_CERT_IN_CHAIN',
    'HOSTNAME_MISMATCH',
    'INVALID_CA',
    'INVALID_PURPOSE',
    'PATH_LENGTH_EXCEEDED',
    'ERR_TLS_CERT_ALTNAME_INVALID',
  ])('is known by the whole of %s', (code) => {
    expect(wasNeverSent(failed(code))).toBe(true);
    expect(wasNeverSent(failed(`${code}_LATER`))).toBe(false);
  });
});

it('does not follow causes in a circle', () => {
  const error = new Error('circle');
  error.cause = error;
  expect(wasNeverSent(error)).toBe(false);
  const whole = new AggregateError([]);
  whole.errors.push(whole);
  expect(wasNeverSent(whole)).toBe(false);
});
