import { Module, type DynamicModule } from '@nestjs/common';
import { ConfigModule, ConfigService, registerAs } from '@nestjs/config';
import type { Logger } from 'pino';
import { AdmissionSettings } from '../application/admission/admit-request.js';
import { ApplicationModule } from '../application/application.module.js';
import { RoleClaims } from '../application/access/role-claims.js';
import { ApprovalLimit } from '../application/breaks/approval-limit.js';
import { FinanceSettings } from '../application/ledger/finance-settings.js';
import { DefaultLimits } from '../application/limits/default-limits.js';
import { PoolSettings } from '../application/pools/pool-settings.js';
import { OrderSettings } from '../application/orders/order-settings.js';
import { PublicAddresses } from '../application/callbacks/public-addresses.js';
import { RetentionSettings } from '../application/retention/retention-settings.js';
import { FourEyes } from '../application/resolutions/four-eyes.js';
import { EndpointLimits } from '../application/webhooks/endpoint-limits.js';
import { SecretKeys } from '../application/webhooks/secret-keys.js';
import type { GatewaySettings } from '../config/gateway-settings.js';
import { ExchangeRates } from '../domain/exchange-rates.js';
import { SIGN_IN_CALLBACK } from '../http/dashboard/sign-in-paths.js';
import { IdentityProvider } from '../identity/identity-provider.js';
import { PersistenceModule } from '../persistence/persistence.module.js';
import { ProviderCallsRepository } from '../persistence/providers/provider-calls.repository.js';
import { ProviderPauses } from '../application/providers/provider-pauses.js';
import { ReadThrottle, ThrottleSettings } from '../application/providers/read-throttle.js';
import type { CallReport } from '../providers/provider-directory.js';
import { ProvidersModule } from '../providers/providers.module.js';
import { Metrics } from '../telemetry/metrics.js';
import { TelemetryModule } from '../telemetry/telemetry.module.js';
import { TargetGuard } from '../webhooks/target-guard.js';
import { WebhookSender } from '../webhooks/webhook-sender.js';
import { EVENT_RENDERER } from './event-renderer.js';

/** What a gateway process is started with. */
export interface GatewayContext {
  readonly settings: GatewaySettings & { readonly databaseUrl: string };
  /** Where the providers read their variables. */
  readonly env: NodeJS.ProcessEnv;
  readonly logger: Logger;
}

/** Everything below the ways in: use cases, persistence, providers, and their settings. */
@Module({})
export class EngineModule {
  static register({ settings, env, logger }: GatewayContext): DynamicModule {
    return {
      module: EngineModule,
      global: true,
      imports: [
        ConfigModule.forRoot({ isGlobal: true, ignoreEnvFile: true, load: [registerAs('gateway', () => settings)] }),
        PersistenceModule.register({
          url: settings.databaseUrl,
          directUrl: settings.directDatabaseUrl ?? settings.databaseUrl,
          maxConnections: settings.databasePoolSize,
          statementMs: settings.databaseStatementMs,
        }),
        TelemetryModule,
        ProvidersModule.registerAsync({
          inject: [Metrics, ReadThrottle, ProviderCallsRepository],
          useFactory: (metrics: Metrics, throttle: ReadThrottle, calls: ProviderCallsRepository) => ({
            env,
            admitRead: throttle.admit,
            onCall: (report) => {
              logProviderCall(report, logger, metrics);
              calls.note({ ...report, outcome: report.reason ?? 'ok' });
              void throttle.recordQuotaHeader(report).catch(() => undefined);
            },
          }),
        }),
        ApplicationModule,
      ],
      providers: [...SETTINGS, ...WEBHOOKS, ProviderPauses, ReadThrottle],
      exports: [...SETTINGS, ...WEBHOOKS, ProviderPauses, ReadThrottle, ApplicationModule],
    };
  }
}

/** Enough to find the kind of row; the count beside them is of all. */
const MAX_UNREAD_LOGGED = 3;

const logProviderCall = (report: CallReport, logger: Logger, metrics: Metrics): void => {
  metrics.observeCall(report);
  const { provider, operation, outcome, reason, upstreamStatus, latencyMs, correlationId, unread } = report;
  const level = outcome === 'ok' && unread.length === 0 ? 'info' : 'warn';
  logger[level](
    {
      context: 'providers',
      ...(correlationId.startsWith('ord_') ? { order_id: correlationId } : { purpose: correlationId }),
      provider,
      operation,
      outcome,
      ...(reason !== null && { reason }),
      ...(upstreamStatus !== null && { upstream_status: upstreamStatus }),
      ...(unread.length > 0 && { unread: unread.length, unread_parts: unread.slice(0, MAX_UNREAD_LOGGED) }),
      latency_ms: Math.round(latencyMs),
    },
    'provider call',
  );
};

/** A provider of one owner's part of the configuration, as an object of the owner's class. */
export const settingOf = <T>(
  owner: abstract new (...parts: never[]) => T,
  create: (settings: GatewaySettings) => T,
) => ({
  provide: owner,
  inject: [ConfigService],
  useFactory: (config: ConfigService): T => create(config.getOrThrow<GatewaySettings>('gateway')),
});

const exchangeRates = ({ fxRates }: GatewaySettings): ExchangeRates => {
  const rates = ExchangeRates.from(fxRates);
  if (!rates) throw new Error('FX_RATES is malformed, although it was validated');
  return rates;
};

const SETTINGS = [
  settingOf(AdmissionSettings, ({ databaseQueueLimit }) => new AdmissionSettings(databaseQueueLimit)),
  settingOf(OrderSettings, (settings) => new OrderSettings(settings.pollDelaysMs, settings.duplicateWindowMs)),
  settingOf(
    RetentionSettings,
    (settings) =>
      new RetentionSettings(
        settings.retainQuotesDays,
        settings.retainRecordsDays,
        settings.retainPersonalDataDays,
        settings.retainReconciliationDays,
      ),
  ),
  settingOf(PublicAddresses, ({ publicUrl }) => new PublicAddresses(publicUrl)),
  settingOf(ExchangeRates, exchangeRates),
  settingOf(PoolSettings, ({ pooling }) => new PoolSettings(pooling)),
  settingOf(FinanceSettings, (settings) => FinanceSettings.from(settings)),
  settingOf(ThrottleSettings, ({ quoteReserve }) => new ThrottleSettings(quoteReserve)),
  settingOf(ApprovalLimit, ({ financeApprovalLimit }) => ApprovalLimit.of(financeApprovalLimit)),
  settingOf(FourEyes, (settings) => FourEyes.from(settings)),
  settingOf(RoleClaims, ({ oidc }) => RoleClaims.from(oidc?.roleClaim ?? 'roles', oidc?.roles ?? null)),
  settingOf(
    IdentityProvider,
    ({ oidc, publicUrl }) => new IdentityProvider(oidc && { ...oidc, redirectUri: `${publicUrl}${SIGN_IN_CALLBACK}` }),
  ),
  settingOf(DefaultLimits, (settings) => DefaultLimits.from(settings)),
  settingOf(SecretKeys, ({ webhookSecretKeys }) => SecretKeys.from(webhookSecretKeys)),
  settingOf(EndpointLimits, ({ maxWebhookEndpoints }) => new EndpointLimits(maxWebhookEndpoints)),
  settingOf(TargetGuard, ({ production }) => new TargetGuard({ allowsLoopback: !production })),
];

const WEBHOOKS = [
  EVENT_RENDERER,
  { provide: WebhookSender, inject: [TargetGuard], useFactory: (guard: TargetGuard) => new WebhookSender(guard) },
];
