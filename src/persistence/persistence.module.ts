import { Module, type DynamicModule } from '@nestjs/common';
import { KeyUsesRepository } from './access/key-uses.repository.js';
import { AccessListsRepository } from './access/access-lists.repository.js';
import { AdmissionsRepository } from './access/admissions.repository.js';
import { IdentitiesRepository } from './access/identities.repository.js';
import { OperatorsRepository } from './access/operators.repository.js';
import { SessionsRepository } from './access/sessions.repository.js';
import { BreaksRepository } from './breaks/breaks.repository.js';
import { BreakDecisionsRepository } from './breaks/decisions.repository.js';
import { MatchRepository } from './reconciliation/match.repository.js';
import { RunsRepository } from './reconciliation/runs.repository.js';
import { SettlingRepository } from './reconciliation/settling.repository.js';
import { SnapshotsRepository } from './reconciliation/snapshots.repository.js';
import { StatementFilesRepository } from './statements/statement-files.repository.js';
import { StatementsRepository } from './statements/statements.repository.js';
import { TenantsRepository } from './access/tenants.repository.js';
import { AuditRepository } from './audit/audit.repository.js';
import { CallbacksRepository } from './callbacks/callbacks.repository.js';
import { ConnectionsRepository } from './database/connections.repository.js';
import { Database, type DatabaseOptions } from './database/database.js';
import { PrismaService } from './database/prisma.service.js';
import { FeedRepository } from './events/feed.repository.js';
import { IdempotencyRepository } from './idempotency/idempotency.repository.js';
import { OrdersRepository } from './orders/orders.repository.js';
import { LedgerCheckRepository } from './ledger/ledger-check.repository.js';
import { LedgerRepository } from './ledger/ledger.repository.js';
import { PostingRepository } from './ledger/posting.repository.js';
import { ClaimingRepository } from './lots/claiming.repository.js';
import { PoolProofsRepository } from './lots/pool-proofs.repository.js';
import { ProofsRepository } from './lots/proofs.repository.js';
import { ProjectFactsRepository } from './projects/project-facts.repository.js';
import { PoolListRepository } from './pools/pool-list.repository.js';
import { PoolLeftRepository } from './pools/pool-left.repository.js';
import { PoolMovesRepository } from './pools/pool-moves.repository.js';
import { PoolsRepository } from './pools/pools.repository.js';
import { PeriodsRepository } from './periods/periods.repository.js';
import { FarSidesRepository } from './providers/far-sides.repository.js';
import { ProviderCallsRepository } from './providers/provider-calls.repository.js';
import { ProviderHealthRepository } from './providers/provider-health.repository.js';
import { ProviderQuotasRepository } from './providers/provider-quotas.repository.js';
import { PurchasesRepository } from './purchases/purchases.repository.js';
import { ErasuresRepository } from './privacy/erasures.repository.js';
import { QuotesRepository } from './quotes/quotes.repository.js';
import { RetentionRepository } from './retention/retention.repository.js';
import { ServerRepository } from './database/server.repository.js';
import { ProcessHeartbeat } from './tasks/process-heartbeat.js';
import { TaskNotices } from './tasks/task-notices.js';
import { TasksRepository } from './tasks/tasks.repository.js';
import { DeliveriesRepository } from './webhooks/deliveries.repository.js';
import { DeliveryQueueRepository } from './webhooks/delivery-queue.repository.js';
import { DispatchRepository } from './webhooks/dispatch.repository.js';
import { ReplaysRepository } from './webhooks/replays.repository.js';
import { TimelineRepository } from './timeline/timeline.repository.js';
import { GaugesRepository } from './telemetry/gauges.repository.js';
import { EndpointsRepository } from './webhooks/endpoints.repository.js';
import { SecretsRepository } from './webhooks/secrets.repository.js';
import { ActivityRepository } from './ops/activity.repository.js';
import { AttentionRepository } from './ops/attention.repository.js';
import { CaseworkRepository } from './ops/casework.repository.js';
import { OrderDetailsRepository } from './ops/order-details.repository.js';
import { SummaryRepository } from './ops/summary.repository.js';
import { BudgetsRepository } from './limits/budgets.repository.js';
import { SwitchesRepository } from './switches/switches.repository.js';
import { ExportRowsRepository } from './exports/export-rows.repository.js';
import { GatewayRowsRepository } from './exports/gateway-rows.repository.js';
import { ExportsRepository } from './exports/exports.repository.js';
import { RatesRepository } from './exports/rates.repository.js';
import { ClosingsRepository } from './periods/closings.repository.js';
import { ResolutionsRepository } from './resolutions/resolutions.repository.js';

const REPOSITORIES = [
  ClosingsRepository,
  ExportRowsRepository,
  GatewayRowsRepository,
  ExportsRepository,
  RatesRepository,
  ResolutionsRepository,
  SwitchesRepository,
  BudgetsRepository,
  ActivityRepository,
  AttentionRepository,
  CaseworkRepository,
  OrderDetailsRepository,
  SummaryRepository,
  AuditRepository,
  CallbacksRepository,
  ConnectionsRepository,
  EndpointsRepository,
  DeliveriesRepository,
  DeliveryQueueRepository,
  DispatchRepository,
  ErasuresRepository,
  FarSidesRepository,
  FeedRepository,
  IdempotencyRepository,
  KeyUsesRepository,
  AccessListsRepository,
  AdmissionsRepository,
  IdentitiesRepository,
  LedgerCheckRepository,
  LedgerRepository,
  OperatorsRepository,
  OrdersRepository,
  PeriodsRepository,
  PoolListRepository,
  PoolLeftRepository,
  PoolMovesRepository,
  PoolsRepository,
  ClaimingRepository,
  PoolProofsRepository,
  ProofsRepository,
  ProjectFactsRepository,
  PostingRepository,
  ProviderCallsRepository,
  ProviderHealthRepository,
  ProviderQuotasRepository,
  PurchasesRepository,
  QuotesRepository,
  ReplaysRepository,
  RetentionRepository,
  SecretsRepository,
  ServerRepository,
  SessionsRepository,
  BreaksRepository,
  BreakDecisionsRepository,
  MatchRepository,
  RunsRepository,
  SettlingRepository,
  SnapshotsRepository,
  StatementFilesRepository,
  StatementsRepository,
  TasksRepository,
  TenantsRepository,
  TimelineRepository,
];

@Module({})
export class PersistenceModule {
  static register(options: DatabaseOptions): DynamicModule {
    const database = { provide: Database, useFactory: () => new Database(options) };
    const gauges = { provide: GaugesRepository, useFactory: () => new GaugesRepository(options) };
    const notices = {
      provide: TaskNotices,
      inject: [Database],
      useFactory: (database: Database) => new TaskNotices(database, options.directUrl ?? options.url),
    };
    return {
      module: PersistenceModule,
      global: true,
      providers: [database, gauges, notices, PrismaService, ProcessHeartbeat, ...REPOSITORIES],
      exports: [Database, GaugesRepository, PrismaService, ProcessHeartbeat, TaskNotices, ...REPOSITORIES],
    };
  }
}
