import { Module } from '@nestjs/common';
import { Authenticate } from './access/authenticate.js';
import { AuthenticateSession } from './access/authenticate-session.js';
import { CreateOperator } from './access/create-operator.js';
import { CreateTenant } from './access/create-tenant.js';
import { EndAccess } from './access/end-access.js';
import { EndSession } from './access/end-session.js';
import { SignInByProvider } from './access/sign-in-by-provider.js';
import { DecideAdmission } from './access/decide-admission.js';
import { ListAccess } from './access/list-access.js';
import { RequestAdmission } from './access/request-admission.js';
import { OpenSession } from './access/open-session.js';
import { AdmitRequest } from './admission/admit-request.js';
import { IssueKey } from './access/issue-key.js';
import { RecordRefusal } from './audit/record-refusal.js';
import { LostClaims } from './callbacks/lost-claims.js';
import { ReceiveCallback } from './callbacks/receive-callback.js';
import { RecordReturn } from './callbacks/record-return.js';
import { Catalog } from './catalog/catalog.js';
import { CheckDatabase } from './database/check-database.js';
import { FindOffering } from './catalog/find-offering.js';
import { ListOfferings } from './catalog/list-offerings.js';
import { ReadCatalogs } from './catalog/read-catalogs.js';
import { FeedWatch } from './events/feed-watch.js';
import { ReadFeed } from './events/read-feed.js';
import { ApplyLimits } from './limits/apply-limits.js';
import { LimitBuyer } from './limits/limit-buyer.js';
import { IdempotentExecutor } from './idempotency/idempotent-executor.js';
import { KeyReleases } from './idempotency/key-releases.js';
import { AwaitChange } from './orders/await-change.js';
import { ChangeOrder } from './orders/change-order.js';
import { CancelOrder } from './orders/cancel-order.js';
import { CancellationTerms } from './orders/cancellation-terms.js';
import { FindOrder } from './orders/find-order.js';
import { FollowOrder } from './orders/follow-order.js';
import { InlinePurchases } from './purchases/inline-purchases.js';
import { ListOrders } from './orders/list-orders.js';
import { LookupPurchase } from './purchases/lookup-purchase.js';
import { LostOrders } from './orders/lost-orders.js';
import { ObserveOrder } from './orders/observe-order.js';
import { PlaceOrder } from './orders/place-order.js';
import { PriceCheck } from './purchases/price-check.js';
import { ReadClaims } from './orders/read-claims.js';
import { RefreshOrder } from './orders/refresh-order.js';
import { RouteOrder } from './orders/route-order.js';
import { SubmitOrder } from './purchases/submit-order.js';
import { WatchAudit } from './audit/watch-audit.js';
import { PruneRecords } from './retention/prune-records.js';
import { FarSides } from './providers/far-sides.js';
import { ListProviders } from './providers/list-providers.js';
import { PurchaseThrottle } from './providers/purchase-throttle.js';
import { DispatchEvents } from './webhooks/dispatch-events.js';
import { FindDelivery } from './webhooks/find-delivery.js';
import { ListDeliveries } from './webhooks/list-deliveries.js';
import { ReplayDeliveries } from './webhooks/replay-deliveries.js';
import { SendDelivery } from './webhooks/send-delivery.js';
import { TestEndpoint } from './webhooks/test-endpoint.js';
import { CollectOffers } from './quotes/collect-offers.js';
import { FindQuote } from './quotes/find-quote.js';
import { RequestQuote } from './quotes/request-quote.js';
import { AdmitCallback } from './webhooks/admit-callback.js';
import { AdmitTarget } from './webhooks/admit-target.js';
import { ChangeEndpoint } from './webhooks/change-endpoint.js';
import { DeleteEndpoint } from './webhooks/delete-endpoint.js';
import { FindEndpoint } from './webhooks/find-endpoint.js';
import { ListEndpoints } from './webhooks/list-endpoints.js';
import { MakeEndpoint } from './webhooks/make-endpoint.js';
import { RotateCallbackSecret } from './webhooks/rotate-callback-secret.js';
import { RotateEndpointSecret } from './webhooks/rotate-endpoint-secret.js';
import { AdvancePool } from './pools/advance-pool.js';
import { DrawLeft } from './pools/draw-left.js';
import { FindPool } from './pools/find-pool.js';
import { WatchMember } from './pools/watch-member.js';
import { ListTransfers } from './ledger/list-transfers.js';
import { PostLedger } from './ledger/post-ledger.js';
import { ReadBalances } from './ledger/read-balances.js';
import { ReadOrderLedger } from './ledger/read-order-ledger.js';
import { VerifyLedger } from './ledger/verify-ledger.js';
import { ClaimLots } from './lots/claim-lots.js';
import { EnterProof } from './lots/enter-proof.js';
import { ListProofs } from './lots/list-proofs.js';
import { ReleaseClaim } from './lots/release-claim.js';
import { EnterProjectFacts } from './projects/enter-project-facts.js';
import { ListProjectFacts } from './projects/list-project-facts.js';
import { DiscloseYear } from './exports/disclose-year.js';
import { GroupCosts } from './exports/group-costs.js';
import { MonthExports } from './exports/month-exports.js';
import { ArchiveClosing } from './exports/archive-closing.js';
import { ReadExport } from './exports/read-export.js';
import { SetRate } from './exports/set-rate.js';
import { ClosePeriod } from './periods/close-period.js';
import { ReadChecklist } from './periods/read-checklist.js';
import { ReopenPeriod } from './periods/reopen-period.js';
import { ListPeriods } from './periods/list-periods.js';
import { OpenMonths } from './periods/open-months.js';
import { FindBreak } from './breaks/find-break.js';
import { FollowBreak } from './breaks/follow-break.js';
import { ResolveBreak } from './breaks/resolve-break.js';
import { ResolveBreaks } from './breaks/resolve-breaks.js';
import { CollectRecords } from './reconciliation/collect-records.js';
import { FindRun } from './reconciliation/find-run.js';
import { MatchRecords } from './reconciliation/match-records.js';
import { StartRun } from './reconciliation/start-run.js';
import { AcceptStatement } from './statements/accept-statement.js';
import { FindStatement } from './statements/find-statement.js';
import { ReadStatement } from './statements/read-statement.js';
import { ReverseStatement } from './statements/reverse-statement.js';
import { UploadStatement } from './statements/upload-statement.js';
import { ReadTimeline } from './timeline/read-timeline.js';

import { CheckAudit } from './ops/check-audit.js';
import { InspectDelivery } from './ops/inspect-delivery.js';
import { ListAttention } from './ops/list-attention.js';
import { ListAudit } from './ops/list-audit.js';
import { ListFailingEndpoints } from './ops/list-failing-endpoints.js';
import { OwnOrder } from './ops/own-order.js';
import { ReadCase } from './ops/read-case.js';
import { InspectProviders } from './ops/inspect-providers.js';
import { ProbeProvider } from './ops/probe-provider.js';
import { ReadActivity } from './ops/read-activity.js';
import { ReadSummary } from './ops/read-summary.js';
import { RefreshCase } from './ops/refresh-case.js';
import { TakeNote } from './ops/take-note.js';
import { VerifyAudit } from './audit/verify-audit.js';
import { ApproveResolution } from './resolutions/approve-resolution.js';
import { ExamineCase } from './resolutions/examine-case.js';
import { ListResolutions } from './resolutions/list-resolutions.js';
import { ProposeResolution } from './resolutions/propose-resolution.js';
import { ReadEvidence } from './resolutions/read-evidence.js';
import { ListBudgets } from './limits/list-budgets.js';
import { SetBudget } from './limits/set-budget.js';
import { ListSwitches } from './switches/list-switches.js';
import { TurnSwitchOff } from './switches/turn-switch-off.js';
import { TurnSwitchOn } from './switches/turn-switch-on.js';
import { RejectResolution } from './resolutions/reject-resolution.js';

const USE_CASES = [
  ClosePeriod,
  DiscloseYear,
  GroupCosts,
  MonthExports,
  ReadChecklist,
  ArchiveClosing,
  ReadExport,
  ReopenPeriod,
  SetRate,
  ApproveResolution,
  ExamineCase,
  ListResolutions,
  ProposeResolution,
  ReadEvidence,
  RejectResolution,
  ListBudgets,
  SetBudget,
  ListSwitches,
  TurnSwitchOff,
  TurnSwitchOn,
  CheckAudit,
  InspectDelivery,
  ListAttention,
  ListAudit,
  ListFailingEndpoints,
  OwnOrder,
  ReadCase,
  InspectProviders,
  ProbeProvider,
  ReadActivity,
  ReadSummary,
  RefreshCase,
  TakeNote,
  VerifyAudit,
  VerifyLedger,
  AdmitCallback,
  AdmitRequest,
  AdmitTarget,
  IdempotentExecutor,
  ApplyLimits,
  Authenticate,
  AuthenticateSession,
  AwaitChange,
  CancellationTerms,
  CancelOrder,
  ChangeEndpoint,
  ChangeOrder,
  CheckDatabase,
  Catalog,
  CollectOffers,
  CreateOperator,
  DeleteEndpoint,
  DispatchEvents,
  CreateTenant,
  EndAccess,
  EndSession,
  FarSides,
  FindDelivery,
  FindEndpoint,
  FeedWatch,
  FindOffering,
  FindOrder,
  FindQuote,
  FollowOrder,
  InlinePurchases,
  IssueKey,
  KeyReleases,
  ListEndpoints,
  ListDeliveries,
  ListOfferings,
  ListOrders,
  ListPeriods,
  OpenMonths,
  ClaimLots,
  EnterProof,
  ListProofs,
  ReleaseClaim,
  EnterProjectFacts,
  ListProjectFacts,
  ListProviders,
  ListTransfers,
  LimitBuyer,
  LookupPurchase,
  LostClaims,
  LostOrders,
  MakeEndpoint,
  ObserveOrder,
  OpenSession,
  AdvancePool,
  DrawLeft,
  FindPool,
  WatchMember,
  PlaceOrder,
  PostLedger,
  PriceCheck,
  PruneRecords,
  WatchAudit,
  PurchaseThrottle,
  ReadCatalogs,
  ReadBalances,
  ReadClaims,
  ReadOrderLedger,
  ReadTimeline,
  ReadFeed,
  ReceiveCallback,
  RecordRefusal,
  RecordReturn,
  RefreshOrder,
  ReplayDeliveries,
  RequestQuote,
  RotateCallbackSecret,
  RotateEndpointSecret,
  RouteOrder,
  SendDelivery,
  SignInByProvider,
  DecideAdmission,
  ListAccess,
  RequestAdmission,
  CollectRecords,
  FindBreak,
  FindRun,
  FollowBreak,
  MatchRecords,
  ResolveBreak,
  ResolveBreaks,
  StartRun,
  AcceptStatement,
  FindStatement,
  ReadStatement,
  ReverseStatement,
  UploadStatement,
  SubmitOrder,
  TestEndpoint,
];

/** The use cases. Needs PersistenceModule, ProvidersModule and the settings of app.module.ts. */
@Module({ providers: USE_CASES, exports: USE_CASES })
export class ApplicationModule {}
