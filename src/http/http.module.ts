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
import { AuditController } from './v1/ops/audit.controller.js';
import { CaseworkController } from './v1/ops/casework.controller.js';
import { OpsOrdersController } from './v1/ops/ops-orders.controller.js';
import { WatchController } from './v1/ops/watch.controller.js';
import { OrderResolutionsController } from './v1/ops/order-resolutions.controller.js';
import { ResolutionsController } from './v1/ops/resolutions.controller.js';
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
    SessionController,
    OrderResolutionsController,
    ResolutionsController,
    AuditController,
    CaseworkController,
    OpsOrdersController,
    WatchController,
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
