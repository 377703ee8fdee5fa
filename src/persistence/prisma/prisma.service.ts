import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { PrismaPg } from '@prisma/adapter-pg';
import { Pool } from 'pg';
import { Prisma, PrismaClient } from '../generated/client.js';

export interface DatabaseOptions {
  readonly url: string;
  /** Past a pooler in transaction mode, for what needs a session. */
  readonly directUrl?: string;
  readonly maxConnections: number;
}

/** A transaction, or the client itself where one statement is enough. */
export type Transaction = Prisma.TransactionClient;

/** The one client of this process. Disconnects last, after the workers have drained in onModuleDestroy. */
@Injectable()
export class PrismaService extends PrismaClient implements OnApplicationShutdown {
  constructor({ url, maxConnections }: DatabaseOptions) {
    const pool = new Pool({
      connectionString: url,
      max: maxConnections,
      // A request that cannot get a connection soon is answered 503 instead of waiting with its caller.
      connectionTimeoutMillis: 1_500,
      application_name: 'offset-gateway',
    });
    // The statement that used a lost connection tells of it. While one is handed on, nobody listens, and a loss that
    // nobody hears of ends the process.
    pool.on('connect', (client) => client.on('error', () => undefined));
    super({ adapter: new PrismaPg(pool, { disposeExternalPool: true }) });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.$disconnect();
  }

  /** The database's clock: the only one that decides leases, settle times and key age. */
  async now(): Promise<Date> {
    const [row] = await this.$queryRaw<[{ now: Date }]>`SELECT now() AS now`;
    return row.now;
  }
}
