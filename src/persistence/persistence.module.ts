import { Module, type DynamicModule } from '@nestjs/common';
import { TenantsRepository } from './access/tenants.repository.js';
import { CallbacksRepository } from './callbacks/callbacks.repository.js';
import { Database, type DatabaseOptions } from './database/database.js';
import { PrismaService } from './database/prisma.service.js';
import { IdempotencyRepository } from './idempotency/idempotency.repository.js';
import { OrderCounts } from './orders/order-counts.js';
import { OrdersRepository } from './orders/orders.repository.js';
import { FarSidesRepository } from './providers/far-sides.repository.js';
import { ProviderHealthRepository } from './providers/provider-health.repository.js';
import { ProviderQuotasRepository } from './providers/provider-quotas.repository.js';
import { PurchasesRepository } from './purchases/purchases.repository.js';
import { QuotesRepository } from './quotes/quotes.repository.js';
import { ProcessHeartbeat } from './tasks/process-heartbeat.js';
import { TaskNotices } from './tasks/task-notices.js';
import { TasksRepository } from './tasks/tasks.repository.js';

const REPOSITORIES = [
  CallbacksRepository,
  FarSidesRepository,
  IdempotencyRepository,
  OrderCounts,
  OrdersRepository,
  ProviderHealthRepository,
  ProviderQuotasRepository,
  PurchasesRepository,
  QuotesRepository,
  TasksRepository,
  TenantsRepository,
];

@Module({})
export class PersistenceModule {
  static register(options: DatabaseOptions): DynamicModule {
    const database = { provide: Database, useFactory: () => new Database(options) };
    const notices = {
      provide: TaskNotices,
      inject: [Database],
      useFactory: (database: Database) => new TaskNotices(database, options.directUrl ?? options.url),
    };
    return {
      module: PersistenceModule,
      global: true,
      providers: [database, notices, PrismaService, ProcessHeartbeat, ...REPOSITORIES],
      exports: [Database, PrismaService, TaskNotices, ...REPOSITORIES],
    };
  }
}
