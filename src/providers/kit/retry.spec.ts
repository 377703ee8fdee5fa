import { AxiosError, AxiosHeaders, CanceledError, type InternalAxiosRequestConfig } from 'axios';
import { isWorthRepeating, retryDelayMs } from './retry.js';

const config = (signal?: AbortSignal): InternalAxiosRequestConfig => ({
  headers: new AxiosHeaders(),
  ...(signal && { signal }),
});

const responded = (status: number, data: unknown): AxiosError =>
  new AxiosError('failed', undefined, config(), undefined, {
    status,
    statusText: '',
    data,
    headers: {},
    config: config(),
  });

describe('a read', () => {
  it.each([
    ['a broken connection', new AxiosError('reset', 'ECONNRESET'), true],
    ['a 500', responded(500, Buffer.from('')), true],
    ['a 503', responded(503, Buffer.from('')), true],
    ['a 499', responded(499, Buffer.from('')), false],
    ['a response that was cut', responded(200, undefined), true],
    ['a 429, because the pace is decided elsewhere', responded(429, Buffer.from('')), false],
    ['a 404', responded(404, Buffer.from('')), false],
    ['an abort', new CanceledError(), false],
    ['a deadline that passed meanwhile', new AxiosError('reset', 'ECONNRESET', config(AbortSignal.abort())), false],
  ])('after %s: %p', (_, error, isWorthIt) => {
    expect(isWorthRepeating(error)).toBe(isWorthIt);
  });

  it('waits longer before each repeat', () => {
    expect(retryDelayMs(1)).toBeGreaterThanOrEqual(100);
    expect(retryDelayMs(1)).toBeLessThanOrEqual(125);
    expect(retryDelayMs(2)).toBeGreaterThanOrEqual(200);
  });
});
