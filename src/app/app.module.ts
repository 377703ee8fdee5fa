import { Module, type DynamicModule } from '@nestjs/common';
import { EngineModule, settingOf, type GatewayContext } from './engine.module.js';
import { HttpModule } from '../http/http.module.js';
import { HttpSettings } from '../http/server/http-settings.js';
import { HealthModule } from '../health/health.module.js';
import { MetricsSettings } from '../health/metrics-server.js';
import { WorkerSettings } from '../worker/task-runner.js';
import { WorkerModule } from '../worker/worker.module.js';

/** The composition root: the engine, and the entrances that the role of this process opens. Holds no logic. */
@Module({})
export class AppModule {
  static register(context: GatewayContext): DynamicModule {
    const { role } = context.settings;
    return {
      module: AppModule,
      global: true,
      imports: [EngineModule.register(context), ...(role === 'worker' ? [] : [HttpModule]), WorkerModule, HealthModule],
      providers: SETTINGS,
      exports: SETTINGS,
    };
  }
}

const SETTINGS = [
  settingOf(WorkerSettings, ({ role, workerConcurrency }) => new WorkerSettings(role !== 'api', workerConcurrency)),
  settingOf(HttpSettings, (settings) => HttpSettings.from(settings)),
  settingOf(MetricsSettings, ({ metricsPort, host }) => new MetricsSettings(metricsPort, host)),
];
