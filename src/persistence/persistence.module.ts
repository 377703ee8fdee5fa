import { Module, type DynamicModule } from '@nestjs/common';
import { CancellationsRepository } from './cancellations.repository.js';
import { CheckoutsRepository } from './checkouts.repository.js';
import { IdempotencyRepository } from './idempotency.repository.js';
import { LookUpsRepository } from './look-ups.repository.js';
import { ObservationsRepository } from './observations.repository.js';
import { OrderCounts } from './order-counts.js';
import { OrdersRepository } from './orders.repository.js';
import { PrismaService, type DatabaseOptions } from './prisma.service.js';
import { ProcessPresence } from './process-presence.js';
import { ProviderHealthRepository } from './provider-health.repository.js';
import { ProviderQuotasRepository } from './provider-quotas.repository.js';
import { PurchasesRepository } from './purchases.repository.js';
import { QuotesRepository } from './quotes.repository.js';
import { TaskListener } from './task-listener.js';
import { TasksRepository } from './tasks.repository.js';
import { TenantsRepository } from './tenants.repository.js';
import { UnsentPurchasesRepository } from './unsent-purchases.repository.js';

const REPOSITORIES = [
  CancellationsRepository,
  CheckoutsRepository,
  IdempotencyRepository,
  LookUpsRepository,
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
        ProcessPresence,
        { provide: PrismaService, useFactory: () => new PrismaService(database) },
        { provide: TaskListener, useFactory: () => new TaskListener(database.directUrl ?? database.url) },
      ],
      exports: [...REPOSITORIES, PrismaService, TaskListener],
    };
  }
}
