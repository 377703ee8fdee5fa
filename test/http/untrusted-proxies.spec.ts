import { createLogger } from '../../src/telemetry/logger.js';
import { launchGateway } from '../support/launcher.js';
import { startTestContext, TestBed } from '../support/test-bed.js';

describe('in production, a proxy that is not in TRUSTED_PROXIES', () => {
  let bed: TestBed;
  beforeAll(async () => {
    bed = new TestBed(await startTestContext());
  });
  afterAll(() => bed.close());

  /** What is logged of it, when these requests have come from this machine. */
  const toldOf = async (
    headers: readonly Record<string, string>[],
    settings: { production?: boolean; trustedProxies?: string } = {},
  ): Promise<string[]> => {
    const lines: string[] = [];
    const logger = createLogger('warn', { write: (line: string) => void lines.push(line) });
    const { app, url } = await launchGateway(bed, {
      logger,
      settings: { production: false, ...settings, role: 'api' },
    });
    for (const each of headers) await fetch(`${url}/livez`, { headers: each });
    await app.close();
    return lines.filter((line) => line.includes('TRUSTED_PROXIES'));
  };
  const FORWARDED = { 'x-forwarded-for': '203.0.113.7' };

  it('is told, once', async () => {
    await bed.rows(`INSERT INTO database_environment VALUES ('live')`);
    const told = await toldOf([{}, FORWARDED, FORWARDED], { production: true });
    expect(told).toHaveLength(1);
    expect(JSON.parse(told[0] ?? '')).toMatchObject({ level: 'warn', proxy: expect.stringContaining('127.0.0.1') });
  });

  it('is told where another is trusted', async () => {
    expect(await toldOf([FORWARDED], { production: true, trustedProxies: '10.0.0.0/8' })).toHaveLength(1);
  });

  it.each([
    ['without the header', [{}], {}],
    ['where it is trusted', [FORWARDED], { trustedProxies: '127.0.0.0/8' }],
  ])('is not told %s', async (_, headers, settings) => {
    expect(await toldOf(headers, { production: true, ...settings })).toEqual([]);
  });
});
