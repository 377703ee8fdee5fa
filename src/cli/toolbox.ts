import { Module, type DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { IssueKey } from '../application/access/issue-key.js';
import { CheckDatabase } from '../application/database/check-database.js';
import { ChangeOrder } from '../application/orders/change-order.js';
import { DefaultLimits } from '../application/limits/default-limits.js';
import { ClearReview } from '../application/orders/clear-review.js';
import { LostOrders } from '../application/orders/lost-orders.js';
import { OrderSettings } from '../application/orders/order-settings.js';
import { ErasePersonalData } from '../application/privacy/erase-personal-data.js';
import { FindPersonalData } from '../application/privacy/find-personal-data.js';
import { gatewaySettings } from '../config/gateway-settings.js';
import { refuseOtherEnvironment } from '../persistence/database/database-environment.js';
import { FarSidesRepository } from '../persistence/providers/far-sides.repository.js';
import { TenantsRepository } from '../persistence/access/tenants.repository.js';
import { PersistenceModule } from '../persistence/persistence.module.js';
import { TelemetryModule } from '../telemetry/telemetry.module.js';

/** What the commands use. */
export interface Toolbox {
  readonly tenants: TenantsRepository;
  readonly issueKey: IssueKey;
  readonly checkDatabase: CheckDatabase;
  readonly clearReview: ClearReview;
  readonly defaultLimits: DefaultLimits;
  readonly erasePersonalData: ErasePersonalData;
  readonly findPersonalData: FindPersonalData;
  readonly farSides: FarSidesRepository;
  readonly environment: 'live' | 'dev';
}

/** The database of DATABASE_URL, or of .data/ in development. It is closed when `use` ends. */
export const withDatabase = async (use: (url: string, directUrl: string) => Promise<void>): Promise<void> => {
  const settings = gatewaySettings(process.env);
  const standIns = settings.production ? null : await import('../../dev/start-up.js');
  const database = await standIns?.startDatabase(settings.databaseUrl, () => undefined);
  const url = database?.url ?? settings.databaseUrl ?? '';
  const directUrl = settings.directDatabaseUrl ?? url;
  try {
    await refuseOtherEnvironment(directUrl, settings.production ? 'live' : 'development');
    await use(url, directUrl);
  } finally {
    await database?.stop();
  }
};

export const withToolbox = (use: (tools: Toolbox) => Promise<void>): Promise<void> =>
  withDatabase(async (url) => {
    const settings = gatewaySettings(process.env);
    const orders = new OrderSettings(settings.pollDelaysMs, settings.duplicateWindowMs);
    const app = await NestFactory.createApplicationContext(CliModule.register(url, orders), { logger: false });
    try {
      await use({
        tenants: app.get(TenantsRepository),
        issueKey: app.get(IssueKey),
        checkDatabase: app.get(CheckDatabase),
        clearReview: app.get(ClearReview),
        defaultLimits: DefaultLimits.from(settings),
        erasePersonalData: app.get(ErasePersonalData),
        findPersonalData: app.get(FindPersonalData),
        farSides: app.get(FarSidesRepository),
        environment: settings.production ? 'live' : 'dev',
      });
    } finally {
      await app.close();
    }
  });

@Module({})
class CliModule {
  static register(url: string, orders: OrderSettings): DynamicModule {
    return {
      module: CliModule,
      imports: [PersistenceModule.register({ url, maxConnections: 2 }), TelemetryModule],
      providers: [
        { provide: OrderSettings, useValue: orders },
        ChangeOrder,
        CheckDatabase,
        ClearReview,
        ErasePersonalData,
        FindPersonalData,
        IssueKey,
        LostOrders,
      ],
    };
  }
}
