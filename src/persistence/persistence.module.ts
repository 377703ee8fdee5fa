import { Module, type DynamicModule } from '@nestjs/common';
import { CancellationsRepository } from './purchases/cancellations.repository.js';
import { CheckoutsRepository } from './purchases/checkouts.repository.js';
import { IdempotencyRepository } from './idempotency/idempotency.repository.js';
import { LookupsRepository } from './purchases/lookups.repository.js';
import { ObservationsRepository } from './orders/observations.repository.js';
import { OrderCounts } from './orders/order-counts.js';
import { OrdersRepository } from './orders/orders.repository.js';
import { PrismaService, type DatabaseOptions } from './prisma/prisma.service.js';
import { ProcessHeartbeat } from './tasks/process-heartbeat.js';
import { ProviderHealthRepository } from './providers/provider-health.repository.js';
import { ProviderQuotasRepository } from './providers/provider-quotas.repository.js';
import { PurchasesRepository } from './purchases/purchases.repository.js';
import { QuotesRepository } from './quotes/quotes.repository.js';
import { TaskListener } from './tasks/task-listener.js';
import { TasksRepository } from './tasks/tasks.repository.js';
import { TenantsRepository } from './access/tenants.repository.js';
import { UnsentPurchasesRepository } from './purchases/unsent-purchases.repository.js';

const REPOSITORIES = [
  CancellationsRepository,
  CheckoutsRepository,
  IdempotencyRepository,
  LookupsRepository,
  ObservationsRepository,
  OrderCounts,
  OrdersRepository,
  ProviderHealthRepository,
  ProviderQuotasRepository,
  PurchasesRepository,
  QuotesRepository,
  TasksRepository,
  TenantsRepository,
  UnsentPurchasesRepository,
];

@Module({})
export class PersistenceModule {
  static register(database: DatabaseOptions): DynamicModule {
    return {
      module: PersistenceModule,
      global: true,
      providers: [
        ...REPOSITORIES,
        ProcessHeartbeat,
        { provide: PrismaService, useFactory: () => new PrismaService(database) },
        { provide: TaskListener, useFactory: () => new TaskListener(database.directUrl ?? database.url) },
      ],
      exports: [...REPOSITORIES, PrismaService, TaskListener],
    };
  }
}
