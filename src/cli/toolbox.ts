import { Logger } from '@nestjs/common';
import { CreateOperator } from '../application/access/create-operator.js';
import { IssueKey } from '../application/access/issue-key.js';
import { ReplaceOperatorKey } from '../application/access/replace-operator-key.js';
import { RecordRefusal } from '../application/audit/record-refusal.js';
import { VerifyAudit } from '../application/audit/verify-audit.js';
import { CheckDatabase } from '../application/database/check-database.js';
import { DefaultLimits } from '../application/limits/default-limits.js';
import { FinanceSettings } from '../application/ledger/finance-settings.js';
import { PostLedger } from '../application/ledger/post-ledger.js';
import { VerifyLedger } from '../application/ledger/verify-ledger.js';
import { ClaimLots } from '../application/lots/claim-lots.js';
import { ArchiveClosing } from '../application/exports/archive-closing.js';
import { GroupCosts } from '../application/exports/group-costs.js';
import { MonthExports } from '../application/exports/month-exports.js';
import { ReadExport } from '../application/exports/read-export.js';
import { ClosePeriod } from '../application/periods/close-period.js';
import { ReadChecklist } from '../application/periods/read-checklist.js';
import { ReopenPeriod } from '../application/periods/reopen-period.js';
import { LimitBuyer } from '../application/limits/limit-buyer.js';
import { OrderSettings } from '../application/orders/order-settings.js';
import { OpenMonths } from '../application/periods/open-months.js';
import { ErasePersonalData } from '../application/privacy/erase-personal-data.js';
import { FindPersonalData } from '../application/privacy/find-personal-data.js';
import { TurnSwitchOn } from '../application/switches/turn-switch-on.js';
import { ApprovalLimit } from '../application/breaks/approval-limit.js';
import { FindBreak } from '../application/breaks/find-break.js';
import { ResolveBreak } from '../application/breaks/resolve-break.js';
import { FindRun } from '../application/reconciliation/find-run.js';
import { StartRun } from '../application/reconciliation/start-run.js';
import { AcceptStatement } from '../application/statements/accept-statement.js';
import { CheckStatement } from '../application/statements/check-statement.js';
import { FindStatement } from '../application/statements/find-statement.js';
import { ReverseStatement } from '../application/statements/reverse-statement.js';
import { UploadStatement } from '../application/statements/upload-statement.js';
import { ResealSecrets } from '../application/webhooks/reseal-secrets.js';
import { SecretKeys } from '../application/webhooks/secret-keys.js';
import { GatewayEnv } from '../config/gateway.env.js';
import { gatewaySettings, ownerVariable, type GatewaySettings } from '../config/gateway-settings.js';
import { explainUnread, unreadVariables } from '../config/misspelt.js';
import { variablesOf } from '../config/variable.js';
import { OperatorsRepository } from '../persistence/access/operators.repository.js';
import { TenantsRepository } from '../persistence/access/tenants.repository.js';
import { AuditRepository } from '../persistence/audit/audit.repository.js';
import { databaseAddress } from '../persistence/database/database-address.js';
import { refuseOtherEnvironment } from '../persistence/database/database-environment.js';
import { usingDatabase } from '../persistence/database/database-failure.js';
import { Database } from '../persistence/database/database.js';
import { PrismaService } from '../persistence/database/prisma.service.js';
import { ServerRepository } from '../persistence/database/server.repository.js';
import { ExportRowsRepository } from '../persistence/exports/export-rows.repository.js';
import { GatewayRowsRepository } from '../persistence/exports/gateway-rows.repository.js';
import { ExportsRepository } from '../persistence/exports/exports.repository.js';
import { LedgerCheckRepository } from '../persistence/ledger/ledger-check.repository.js';
import { PostingRepository } from '../persistence/ledger/posting.repository.js';
import { ClaimingRepository } from '../persistence/lots/claiming.repository.js';
import { bringUpToDate, type BroughtUpToDate } from '../persistence/migrations/bring-up-to-date.js';
import { ErasuresRepository } from '../persistence/privacy/erasures.repository.js';
import { ClosingsRepository } from '../persistence/periods/closings.repository.js';
import { PeriodsRepository } from '../persistence/periods/periods.repository.js';
import { ProjectFactsRepository } from '../persistence/projects/project-facts.repository.js';
import { FarSidesRepository } from '../persistence/providers/far-sides.repository.js';
import { BreaksRepository } from '../persistence/breaks/breaks.repository.js';
import { BreakDecisionsRepository } from '../persistence/breaks/decisions.repository.js';
import { RunsRepository } from '../persistence/reconciliation/runs.repository.js';
import { TaskNotices } from '../persistence/tasks/task-notices.js';
import { StatementFilesRepository } from '../persistence/statements/statement-files.repository.js';
import { StatementsRepository } from '../persistence/statements/statements.repository.js';
import { ProcessHeartbeat } from '../persistence/tasks/process-heartbeat.js';
import { SwitchesRepository } from '../persistence/switches/switches.repository.js';
import { SecretsRepository } from '../persistence/webhooks/secrets.repository.js';
import { ProviderDirectory } from '../providers/provider-directory.js';

// What the parts log would stand among what a command prints.
Logger.overrideLogger(false);

/** One for the statement, one for the notice that follows a commit. */
const MAX_CONNECTIONS = 2;

/**
 * What the commands use, made by hand: a command is over sooner than an application of all modules has started, and
 * needs none that runs by itself.
 */
export class Toolbox {
  readonly environment: 'live' | 'dev';
  readonly defaultLimits: DefaultLimits;
  readonly tenants: TenantsRepository;
  readonly operators: OperatorsRepository;
  readonly farSides: FarSidesRepository;
  readonly audit: AuditRepository;

  constructor(
    private readonly database: Database,
    private readonly prisma: PrismaService,
    private readonly settings: GatewaySettings,
  ) {
    this.environment = settings.production ? 'live' : 'dev';
    this.defaultLimits = DefaultLimits.from(settings);
    this.tenants = new TenantsRepository(database, prisma);
    this.operators = new OperatorsRepository(database);
    this.farSides = new FarSidesRepository(database);
    this.audit = new AuditRepository(database);
  }

  get issueKey(): IssueKey {
    return new IssueKey(this.tenants);
  }

  get createOperator(): CreateOperator {
    return new CreateOperator(this.operators);
  }

  get replaceOperatorKey(): ReplaceOperatorKey {
    return new ReplaceOperatorKey(this.operators);
  }

  get limitBuyer(): LimitBuyer {
    return new LimitBuyer(this.tenants);
  }

  get switches(): SwitchesRepository {
    return new SwitchesRepository(this.database);
  }

  get turnSwitchOn(): TurnSwitchOn {
    return new TurnSwitchOn(this.switches, new ProviderDirectory([]));
  }

  get recordRefusal(): RecordRefusal {
    return new RecordRefusal(this.audit);
  }

  get verifyAudit(): VerifyAudit {
    return new VerifyAudit(this.audit);
  }

  get checkDatabase(): CheckDatabase {
    return new CheckDatabase(new ServerRepository(this.database));
  }

  get findPersonalData(): FindPersonalData {
    return new FindPersonalData(this.erasures);
  }

  get erasePersonalData(): ErasePersonalData {
    const { pollDelaysMs, duplicateWindowMs } = this.settings;
    return new ErasePersonalData(
      this.erasures,
      this.findPersonalData,
      new OrderSettings(pollDelaysMs, duplicateWindowMs),
    );
  }

  private get erasures(): ErasuresRepository {
    return new ErasuresRepository(this.database, new ProcessHeartbeat(this.database));
  }

  get resealSecrets(): ResealSecrets {
    return new ResealSecrets(new SecretsRepository(this.database), SecretKeys.from(this.settings.webhookSecretKeys));
  }

  get startRun(): StartRun {
    const periods = new PeriodsRepository(this.database);
    return new StartRun(this.runs, this.findRun, periods, new ProviderDirectory([]));
  }

  get findRun(): FindRun {
    return new FindRun(this.runs);
  }

  private get runs(): RunsRepository {
    return new RunsRepository(this.database, new TaskNotices(this.database, this.settings.databaseUrl ?? ''));
  }

  get findBreak(): FindBreak {
    return new FindBreak(new BreaksRepository(this.database), new BreakDecisionsRepository(this.database));
  }

  get resolveBreak(): ResolveBreak {
    const { database, findBreak, operators, postLedger, openMonths, settings } = this;
    const limit = ApprovalLimit.of(settings.financeApprovalLimit);
    const breaks = new BreaksRepository(database);
    return new ResolveBreak(
      findBreak,
      breaks,
      new BreakDecisionsRepository(database),
      operators,
      postLedger,
      openMonths,
      limit,
    );
  }

  get postLedger(): PostLedger {
    return new PostLedger(new PostingRepository(this.database), this.openMonths);
  }

  get claimLots(): ClaimLots {
    return new ClaimLots(new ClaimingRepository(this.database), this.openMonths);
  }

  get readChecklist(): ReadChecklist {
    const { database } = this;
    return new ReadChecklist(new PeriodsRepository(database), new ClosingsRepository(database), this.verifyLedger);
  }

  get closePeriod(): ClosePeriod {
    const { database, readChecklist, monthExports, operators } = this;
    const [closings, periods] = [new ClosingsRepository(database), new PeriodsRepository(database)];
    return new ClosePeriod(readChecklist, monthExports, closings, periods, operators);
  }

  get reopenPeriod(): ReopenPeriod {
    const { database, operators } = this;
    return new ReopenPeriod(new ClosingsRepository(database), new PeriodsRepository(database), operators);
  }

  get readExport(): ReadExport {
    const { database, monthExports } = this;
    return new ReadExport(new PeriodsRepository(database), new ExportsRepository(database), monthExports);
  }

  get groupCosts(): GroupCosts {
    return new GroupCosts(this.readExport);
  }

  get archiveClosing(): ArchiveClosing {
    const { database } = this;
    const [closings, exports] = [new ClosingsRepository(database), new ExportsRepository(database)];
    return new ArchiveClosing(
      new PeriodsRepository(database),
      closings,
      exports,
      new StatementFilesRepository(database),
    );
  }

  private get monthExports(): MonthExports {
    const [exports, projects] = [new ExportsRepository(this.database), new ProjectFactsRepository(this.database)];
    const [rows, ofGateway] = [new ExportRowsRepository(), new GatewayRowsRepository()];
    return new MonthExports(rows, exports, ofGateway, projects, this.financeSettings);
  }

  get verifyLedger(): VerifyLedger {
    return new VerifyLedger(new LedgerCheckRepository(this.database));
  }

  get checkStatement(): CheckStatement {
    return new CheckStatement();
  }

  get uploadStatement(): UploadStatement {
    return new UploadStatement(this.statements, new StatementFilesRepository(this.database));
  }

  get acceptStatement(): AcceptStatement {
    const { statements, openMonths, financeSettings } = this;
    return new AcceptStatement(new FindStatement(statements), statements, openMonths, financeSettings);
  }

  get reverseStatement(): ReverseStatement {
    const { statements, openMonths } = this;
    return new ReverseStatement(new FindStatement(statements), statements, openMonths);
  }

  private get openMonths(): OpenMonths {
    return new OpenMonths(new PeriodsRepository(this.database), this.financeSettings);
  }

  private get financeSettings(): FinanceSettings {
    return FinanceSettings.from(this.settings);
  }

  private get statements(): StatementsRepository {
    return new StatementsRepository(this.database);
  }

  async close(): Promise<void> {
    await this.prisma.onApplicationShutdown();
    await this.database.onApplicationShutdown();
  }
}

/** The database of DATABASE_URL, or of .data/ in development. It is left when `use` ends. */
const withDatabase = async (
  use: (urls: { readonly url: string; readonly directUrl: string }, settings: GatewaySettings) => Promise<void>,
): Promise<void> => {
  const settings = gatewaySettings(process.env);
  const known = new Set(variablesOf(GatewayEnv).map(({ name }) => name));
  for (const unread of unreadVariables(process.env, known, ['DATABASE_']))
    process.stderr.write(`${explainUnread(unread)}\n`);
  const standIns = settings.production ? null : await import('../../dev/development-database.js');
  const database = await standIns?.startDatabase(settings.databaseUrl, () => undefined);
  const url = database?.url ?? settings.databaseUrl ?? '';
  const directUrl = database?.directUrl ?? settings.directDatabaseUrl ?? url;
  try {
    await usingDatabase(ownerVariable(settings), directUrl, () =>
      refuseOtherEnvironment(directUrl, settings.production ? 'live' : 'development'),
    );
    await use({ url, directUrl }, settings);
  } finally {
    await database?.stop();
  }
};

/** For `withToolbox`, which loads this file only when a command runs. */
export const useToolbox = (use: (tools: Toolbox) => Promise<void>): Promise<void> =>
  withDatabase(async ({ url }, settings) => {
    const database = new Database({ url, maxConnections: MAX_CONNECTIONS });
    const tools = new Toolbox(database, new PrismaService(database), settings);
    try {
      await use(tools);
    } finally {
      await tools.close();
    }
  });

export const migrate = async (): Promise<BroughtUpToDate> => {
  let brought: BroughtUpToDate = { applied: [], problem: null };
  await withDatabase(async ({ directUrl }) => {
    brought = await bringUpToDate(directUrl);
  });
  return brought;
};

/** Where the database is. Its password is told in development alone, where the gateway made it. */
export const whereDatabaseIs = async (): Promise<object> => {
  let where = {};
  await withDatabase(async ({ url }, { production }) => {
    where = { ...databaseAddress(url), ...(!production && { url }) };
  });
  return where;
};
