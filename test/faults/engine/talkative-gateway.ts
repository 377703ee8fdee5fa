import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import pg from 'pg';
import { AppModule } from '../../../src/app/app.module.js';
import { IssueKey } from '../../../src/application/access/issue-key.js';
import { SCOPES } from '../../../src/application/access/scopes.js';
import { gatewaySettings } from '../../../src/config/gateway-settings.js';
import { configureHttp, httpAdapter } from '../../../src/http/server/configure.js';
import { PrismaService } from '../../../src/persistence/prisma/prisma.service.js';
import { logRequests } from '../../../src/http/server/request-log.js';
import { TenantsRepository } from '../../../src/persistence/access/tenants.repository.js';
import { startSandbox, type Sandbox } from '../../../dev/sandbox/index.js';
import { createLogger, NestLogger } from '../../../src/telemetry/logger.js';
import { PostgresProxy } from '../../http/postgres-proxy.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { sandboxEnv } from '../../support/engine.js';
import { EchoingProvider } from './echoing-provider.js';

type Echoes = Readonly<Record<'cnaught' | 'carbonmark' | 'oneTribe', EchoingProvider>>;

/** The whole gateway with its worker, which tells everything it ever logs, and whose providers may echo its keys. */
export class TalkativeGateway {
  private constructor(
    readonly app: NestFastifyApplication,
    readonly sandbox: Sandbox,
    readonly echoes: Echoes,
    readonly lines: readonly string[],
    readonly key: string,
    readonly proxy: PostgresProxy,
    readonly database: TestDatabase,
  ) {}

  static async start(keys: Readonly<Record<keyof Echoes, string>>): Promise<TalkativeGateway> {
    const sandbox = await startSandbox({
      allowLoopbackUrls: true,
      rateLimits: 'off',
      cnaught: { apiKey: keys.cnaught },
      carbonmark: { apiKey: keys.carbonmark },
      oneTribe: { apiKey: keys.oneTribe },
    });
    const echoes = {
      cnaught: await EchoingProvider.before(sandbox.cnaught.baseUrl, keys.cnaught),
      carbonmark: await EchoingProvider.before(sandbox.carbonmark.baseUrl, keys.carbonmark),
      oneTribe: await EchoingProvider.before(sandbox.oneTribe.baseUrl, keys.oneTribe),
    };
    const database = await createTestDatabase();
    const proxy = await PostgresProxy.inFrontOf(database.url);
    const lines: string[] = [];
    const logger = createLogger('trace', { write: (line) => void lines.push(line) });
    const given = { RATE_LIMIT_PER_MINUTE: '100000', PUBLIC_URL: 'https://gateway.example' };
    const settings = { ...gatewaySettings(given), pollDelaysMs: [3_000], databaseUrl: proxy.url };
    const env = {
      ...sandboxEnv(sandbox),
      CNAUGHT_BASE_URL: echoes.cnaught.url,
      CARBONMARK_CHECKOUT_URL: echoes.carbonmark.url,
      CARBONMARK_API_URL: echoes.carbonmark.url,
      ONE_TRIBE_BASE_URL: echoes.oneTribe.url,
    };
    const app = await NestFactory.create<NestFastifyApplication>(
      AppModule.register({ settings, env, logger }),
      httpAdapter(),
      { logger: new NestLogger(logger), abortOnError: false },
    );
    configureHttp(app);
    logRequests(app, logger);
    await app.listen(0, '127.0.0.1');
    const { id } = await app.get(TenantsRepository).create('Tenant', {});
    const scopes = SCOPES.filter((scope) => scope !== 'ops');
    const key = await app.get(IssueKey).run(id, 'test', scopes, { environment: 'dev', expiresAt: null });
    return new TalkativeGateway(app, sandbox, echoes, lines, key ?? '', proxy, database);
  }

  async stop(): Promise<void> {
    await this.app.close();
    for (const echo of Object.values(this.echoes)) echo.close();
    await this.sandbox.stop();
    await this.proxy.close();
    await this.database.drop();
  }

  async forgetPauses(): Promise<void> {
    await this.app.get(PrismaService).$executeRaw`DELETE FROM provider_health`;
    await this.app.get(PrismaService).$executeRaw`DELETE FROM quota_buckets`;
  }

  /** Where in the database a text occurs: `table.column`, sorted. Bytes are read as text. */
  async columnsWith(text: string): Promise<string[]> {
    const client = new pg.Client({ connectionString: this.database.url });
    await client.connect();
    try {
      const { rows: tables } = await client.query<{ name: string }>(
        `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'`,
      );
      const found = new Set<string>();
      for (const { name } of tables)
        for (const row of (await client.query<Record<string, unknown>>(`SELECT * FROM "${name}"`)).rows)
          for (const [column, value] of Object.entries(row))
            if (textOf(value).includes(text)) found.add(`${name}.${column}`);
      return [...found].sort();
    } finally {
      await client.end();
    }
  }
}

const textOf = (value: unknown): string =>
  Buffer.isBuffer(value) ? value.toString('latin1') : typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
