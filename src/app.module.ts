import { Global, Module, type DynamicModule } from '@nestjs/common';
import { ConfigModule, ConfigService, registerAs } from '@nestjs/config';
import type { Logger } from 'pino';
import { EngineSettings } from './application/orders/engine-settings.js';
import { PublicAddresses } from './application/orders/public-addresses.js';
import type { GatewaySettings } from './config/gateway-settings.js';
import { ExchangeRates } from './domain/quote/exchange.js';
import { HttpModule } from './http/http.module.js';
import { HttpSettings } from './http/http-settings.js';
import { ServiceModule } from './http/service/service.module.js';
import { PersistenceModule } from './persistence/persistence.module.js';
import type { CallReport } from './providers/provider-directory.js';
import { ProvidersModule } from './providers/providers.module.js';
import { Metrics } from './telemetry/metrics.js';
import { TelemetryModule } from './telemetry/telemetry.module.js';
import { WorkerModule } from './worker/worker.module.js';
import { WorkerSettings } from './worker/task-runner.js';

/** What the gateway runs in. */
export interface Surroundings {
  readonly settings: GatewaySettings & { readonly databaseUrl: string };
  /** Where the providers read their variables. */
  readonly env: NodeJS.ProcessEnv;
  readonly logger: Logger;
}

const tellOfCall = (report: CallReport, logger: Logger, metrics: Metrics): void => {
  metrics.observeCall(report);
  const { provider, operation, outcome, reason, upstreamStatus, latencyMs, correlationId } = report;
  const facts = {
    provider,
    operation,
    outcome,
    reason,
    upstream_status: upstreamStatus,
    latency_ms: Math.round(latencyMs),
  };
  logger[outcome === 'ok' ? 'info' : 'warn'](
    { context: 'providers', order_id: correlationId, ...facts },
    'provider call',
  );
};

const fromConfig = <T>(create: (settings: GatewaySettings) => T) => ({
  inject: [ConfigService],
  useFactory: (config: ConfigService): T => create(config.getOrThrow<GatewaySettings>('gateway')),
});

const SETTINGS = [
  { provide: EngineSettings, ...fromConfig((settings) => new EngineSettings(settings.pollDelaysMs)) },
  { provide: PublicAddresses, ...fromConfig((settings) => new PublicAddresses(settings.publicUrl)) },
  {
    provide: WorkerSettings,
    ...fromConfig(({ role, workerConcurrency }) => new WorkerSettings(role !== 'api', workerConcurrency)),
  },
  {
    provide: ExchangeRates,
    ...fromConfig((settings) => {
      const rates = ExchangeRates.from(settings.fxRates);
      if (!rates) throw new Error('FX_RATES was validated at boot');
      return rates;
    }),
  },
  { provide: HttpSettings, ...fromConfig((settings) => HttpSettings.from(settings)) },
];

/** Each owner's part of the configuration, as an object of the owner's class. */
@Global()
@Module({ providers: SETTINGS, exports: SETTINGS })
class SettingsModule {}

/** The composition root: knows every module, holds no logic. */
@Module({})
export class AppModule {
  static register({ settings, env, logger }: Surroundings): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.forRoot({ isGlobal: true, ignoreEnvFile: true, load: [registerAs('gateway', () => settings)] }),
        SettingsModule,
        PersistenceModule.register({ url: settings.databaseUrl, maxConnections: settings.databasePoolSize }),
        TelemetryModule,
        ProvidersModule.registerAsync({
          inject: [Metrics],
          useFactory: (metrics: Metrics) => ({ env, onCall: (report) => tellOfCall(report, logger, metrics) }),
        }),
        WorkerModule,
        HttpModule,
        ServiceModule,
      ],
    };
  }
}
