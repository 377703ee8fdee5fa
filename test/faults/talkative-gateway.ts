import type { Gateway } from '../../src/app/gateway.js';
import { SCOPES } from '../../src/application/access/scopes.js';
import { createLogger } from '../../src/telemetry/logger.js';
import { PostgresProxy } from '../support/postgres-proxy.js';
import { launchGateway, newKey, newTenant } from '../support/launcher.js';
import { startTestContext, TestBed, type TestContext } from '../support/test-bed.js';
import { EchoingProvider } from './echoing-provider.js';

type Echoes = Readonly<Record<'cnaught' | 'carbonmark' | 'oneTribe', EchoingProvider>>;

/** The whole gateway with its worker, which tells everything it ever logs, and whose providers may echo its keys. */
export class TalkativeGateway extends TestBed {
  private constructor(
    on: TestContext,
    readonly app: Gateway['app'],
    readonly echoes: Echoes,
    readonly lines: readonly string[],
    readonly key: string,
    readonly proxy: PostgresProxy,
  ) {
    super(on);
  }

  static async start(keys: Readonly<Record<keyof Echoes, string>>): Promise<TalkativeGateway> {
    const on = await startTestContext({
      cnaught: { apiKey: keys.cnaught },
      carbonmark: { apiKey: keys.carbonmark },
      oneTribe: { apiKey: keys.oneTribe },
    });
    const { cnaught, carbonmark, oneTribe } = on.sandbox;
    const echoes = {
      cnaught: await EchoingProvider.before(cnaught.baseUrl, keys.cnaught),
      carbonmark: await EchoingProvider.before(carbonmark.baseUrl, keys.carbonmark),
      oneTribe: await EchoingProvider.before(oneTribe.baseUrl, keys.oneTribe),
    };
    const proxy = await PostgresProxy.inFrontOf(on.database.applicationUrl);
    const lines: string[] = [];
    const { app } = await launchGateway(on, {
      logger: createLogger('trace', { write: (line) => void lines.push(line) }),
      settings: { pollDelaysMs: [3_000], databaseUrl: proxy.url },
      env: {
        CNAUGHT_BASE_URL: echoes.cnaught.url,
        CARBONMARK_CHECKOUT_URL: echoes.carbonmark.url,
        CARBONMARK_API_URL: echoes.carbonmark.url,
        ONE_TRIBE_BASE_URL: echoes.oneTribe.url,
      },
    });
    const scopes = SCOPES.filter((scope) => scope !== 'ops');
    const key = await newKey(app, await newTenant(app), scopes);
    return new TalkativeGateway(on, app, echoes, lines, key, proxy);
  }

  async stop(): Promise<void> {
    await this.app.close();
    for (const echo of Object.values(this.echoes)) echo.close();
    await this.proxy.close();
    await this.close();
  }

  /** Where in the database a text occurs: `table.column`, sorted. Bytes are read as text. */
  async columnsWith(text: string): Promise<string[]> {
    const tables = await this.rows<{ name: string }>(
      `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'`,
    );
    const found = new Set<string>();
    for (const { name } of tables)
      for (const row of await this.rows<Record<string, unknown>>(`SELECT * FROM "${name}"`))
        for (const [column, value] of Object.entries(row))
          if (textOf(value).includes(text)) found.add(`${name}.${column}`);
    return [...found].sort();
  }
}

const textOf = (value: unknown): string =>
  Buffer.isBuffer(value) ? value.toString('latin1') : typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
