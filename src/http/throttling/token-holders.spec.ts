import type { FastifyRequest } from 'fastify';
import { TokenHolders } from './token-holders.js';

const TOKEN = 'a'.repeat(43);
const OVER_ITS_LIMIT = { overLimitForMs: 5_000 } as FastifyRequest;
const WITHIN_IT = { overLimitForMs: null } as FastifyRequest;

describe('whoever comes with a token', () => {
  it('waits one behind the other once the address is over its limit, 200 of them at most', async () => {
    const holders = new TokenHolders();
    let open = (): void => undefined;
    const opened = new Promise<void>((resolve) => (open = resolve));
    const underWay: number[] = [];
    let most = 0;
    const record = async (): Promise<string> => {
      most = Math.max(most, underWay.push(1));
      await opened;
      underWay.pop();
      return 'recorded';
    };
    const waiting = Array.from({ length: 200 }, () => holders.admit(OVER_ITS_LIMIT, TOKEN, record));
    await expect(holders.admit(OVER_ITS_LIMIT, TOKEN, record)).rejects.toMatchObject({ code: 'rate_limited' });
    // Whoever is not over the limit waits for nobody.
    await expect(holders.admit(WITHIN_IT, TOKEN, async () => 'at once')).resolves.toBe('at once');
    open();
    expect(new Set(await Promise.all(waiting))).toEqual(new Set(['recorded']));
    expect(most).toBe(1);
    await expect(holders.admit(OVER_ITS_LIMIT, TOKEN, record)).resolves.toBe('recorded');
  });
});
