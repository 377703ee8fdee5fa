import { Module } from '@nestjs/common';
import { APP_FILTER, APP_PIPE } from '@nestjs/core';
import { ThrottlerModule } from '@nestjs/throttler';
import { ProblemFilter } from './problems/problem.filter.js';
import { HttpSettings } from './server/http-settings.js';
import { RequestCounts } from './throttling/request-counts.js';
import { SignInThrottle } from './throttling/sign-in-throttle.js';
import { throttlerOptions } from './throttling/throttle.guard.js';
import { TokenHolders } from './throttling/token-holders.js';
import { EventsController } from './v1/events/events.controller.js';
import { OfferingsController } from './v1/offerings/offerings.controller.js';
import { CancelOrderController } from './v1/orders/cancel-order.controller.js';
import { OrderPresenter } from './v1/orders/order.presenter.js';
import { OrdersController } from './v1/orders/orders.controller.js';
import { PlaceOrderController } from './v1/orders/place-order.controller.js';
import { ProblemsController } from './v1/problems/problems.controller.js';
import { ProviderCallbacksController } from './v1/provider-callbacks/provider-callbacks.controller.js';
import { ProvidersController } from './v1/providers/providers.controller.js';
import { QuotesController } from './v1/quotes/quotes.controller.js';
import { ReturnsController } from './v1/returns/returns.controller.js';
import { CallbackSecretController } from './v1/webhook-endpoints/callback-secret.controller.js';
import { CreateWebhookEndpointController } from './v1/webhook-endpoints/create-webhook-endpoint.controller.js';
import { WebhookEndpointsController } from './v1/webhook-endpoints/webhook-endpoints.controller.js';
import { TryEndpointController } from './v1/webhook-endpoints/try-endpoint.controller.js';
import { WebhookDeliveriesController } from './v1/webhook-deliveries/webhook-deliveries.controller.js';
import { TimelineController } from './v1/timeline/timeline.controller.js';
import { LedgerController } from './v1/finance/ledger.controller.js';
import { ProjectFactsController } from './v1/finance/project-facts.controller.js';
import { PoolsController } from './v1/finance/pools.controller.js';
import { ProofsController } from './v1/finance/proofs.controller.js';
import { ClosingController } from './v1/finance/closing.controller.js';
import { ExportsController } from './v1/finance/exports.controller.js';
import { RatesController } from './v1/finance/rates.controller.js';
import { PeriodsController } from './v1/finance/periods.controller.js';
import { AuditController } from './v1/ops/audit.controller.js';
import { CancelCaseController } from './v1/ops/cancel-case.controller.js';
import { CaseworkController } from './v1/ops/casework.controller.js';
import { OpsDeliveriesController } from './v1/ops/ops-deliveries.controller.js';
import { OpsEndpointsController } from './v1/ops/ops-endpoints.controller.js';
import { OpsOrdersController } from './v1/ops/ops-orders.controller.js';
import { AdmissionsController } from './v1/access/admissions.controller.js';
import { KeysController } from './v1/access/keys.controller.js';
import { OperatorsController } from './v1/access/operators.controller.js';
import { SessionsController } from './v1/access/sessions.controller.js';
import { TenantsController } from './v1/access/tenants.controller.js';
import { OpsProvidersController } from './v1/ops/ops-providers.controller.js';
import { WatchController } from './v1/ops/watch.controller.js';
import { OrderResolutionsController } from './v1/ops/order-resolutions.controller.js';
import { ResolutionsController } from './v1/ops/resolutions.controller.js';
import { BudgetsController } from './v1/ops/budgets.controller.js';
import { SwitchesController } from './v1/ops/switches.controller.js';
import { BreaksController } from './v1/breaks/breaks.controller.js';
import { ResolveBreaksController } from './v1/breaks/resolve-breaks.controller.js';
import { ReconciliationsController } from './v1/reconciliation/reconciliations.controller.js';
import { StatementsController } from './v1/statements/statements.controller.js';
import { UploadStatementController } from './v1/statements/upload-statement.controller.js';
import { SessionController } from './v1/ops/session.controller.js';
import { RequestPipe } from './validation/request.pipe.js';

/** The public API. The application must provide the use cases and HttpSettings, and call `configureHttp`. */
@Module({
  imports: [ThrottlerModule.forRootAsync({ inject: [HttpSettings, RequestCounts], useFactory: throttlerOptions })],
  controllers: [
    PlaceOrderController,
    OrdersController,
    CancelOrderController,
    QuotesController,
    OfferingsController,
    EventsController,
    ProvidersController,
    ProblemsController,
    ProviderCallbacksController,
    ReturnsController,
    CreateWebhookEndpointController,
    WebhookEndpointsController,
    CallbackSecretController,
    TryEndpointController,
    WebhookDeliveriesController,
    TimelineController,
    AdmissionsController,
    KeysController,
    OperatorsController,
    LedgerController,
    PeriodsController,
    ProjectFactsController,
    PoolsController,
    ProofsController,
    ClosingController,
    ExportsController,
    RatesController,
    SessionController,
    SessionsController,
    TenantsController,
    OrderResolutionsController,
    ResolutionsController,
    SwitchesController,
    BudgetsController,
    AuditController,
    CancelCaseController,
    CaseworkController,
    OpsDeliveriesController,
    OpsEndpointsController,
    OpsOrdersController,
    OpsProvidersController,
    WatchController,
    ReconciliationsController,
    ResolveBreaksController,
    BreaksController,
    UploadStatementController,
    StatementsController,
  ],
  providers: [
    OrderPresenter,
    SignInThrottle,
    TokenHolders,
    { provide: APP_FILTER, useClass: ProblemFilter },
    { provide: APP_PIPE, useClass: RequestPipe },
  ],
})
export class HttpModule {}
