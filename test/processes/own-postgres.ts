import { postgresBinaries, reachableDataDir, serverAccount } from '../../dev/postgres/postgres-binaries.js';
import { asApplication, PostgresServer } from '../../dev/postgres/postgres-server.js';
import { bringUpToDate } from '../../src/persistence/migrations/bring-up-to-date.js';
import { postgresDir } from '../support/test-run.js';
import type { TestDatabase } from '../support/database.js';

const DATABASE = 'gateway';

/** A server of the test's own, that it can take away and bring back at the same address. */
export class OwnPostgres implements TestDatabase {
  private constructor(
    private readonly server: PostgresServer,
    readonly url: string,
  ) {}

  static async start(name: string): Promise<OwnPostgres> {
    const account = await serverAccount();
    const dataDir = await reachableDataDir(postgresDir(name), account);
    const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'max_connections=100'];
    const server = new PostgresServer(await postgresBinaries(account), dataDir, account, settings);
    await server.initialise(false);
    await server.start();
    await server.createDatabase(DATABASE);
    await server.createApplicationRole();
    server.letProcessExit();
    const url = server.url(DATABASE);
    await bringUpToDate(url);
    return new OwnPostgres(server, url);
  }

  get applicationUrl(): string {
    return asApplication(this.url);
  }

  /** As in a power cut. */
  crash(): Promise<void> {
    return this.server.stop('immediate');
  }

  async comeBack(): Promise<void> {
    await this.server.start(Number(new URL(this.url).port));
    this.server.letProcessExit();
  }

  drop(): Promise<void> {
    return this.server.stop('immediate');
  }
}
