import { AxiosError, AxiosHeaders, CanceledError, type InternalAxiosRequestConfig } from 'axios';
import { isWorthRepeating, retryDelayMs } from './retry.js';

const config = (signal?: AbortSignal): InternalAxiosRequestConfig => ({
  headers: new AxiosHeaders(),
  ...(signal && { signal }),
});

const answered = (status: number, data: unknown): AxiosError =>
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
    ['a 500', answered(500, Buffer.from('')), true],
    ['a 503', answered(503, Buffer.from('')), true],
    ['a 499', answered(499, Buffer.from('')), false],
    ['an answer that was cut', answered(200, undefined), true],
    ['a 429, because the pace is decided elsewhere', answered(429, Buffer.from('')), false],
    ['a 404', answered(404, Buffer.from('')), false],
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
