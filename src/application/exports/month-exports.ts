import { Injectable } from '@nestjs/common';
import { EXPORT_NAMES, EXPORTS, type ExportName } from '../../domain/exports/exports.js';
import type { JournalRow } from '../../domain/exports/journal.js';
import { inventoryOf, RETIREMENTS, type RetirementRow } from '../../domain/exports/retirements.js';
import { ProjectBook } from '../../domain/projects/project-book.js';
import type { MonthId } from '../../domain/periods/month.js';
import type { Period } from '../../domain/periods/period.js';
import type { ExportFile } from '../../domain/exports/export-file.js';
import { ExportRowsRepository, type Selection } from '../../persistence/exports/export-rows.repository.js';
import { GatewayRowsRepository } from '../../persistence/exports/gateway-rows.repository.js';
import { ExportsRepository, type Transaction } from '../../persistence/exports/exports.repository.js';
import { ProjectFactsRepository } from '../../persistence/projects/project-facts.repository.js';
import type { TenantScope } from '../../persistence/orders/orders.repository.js';
import { FinanceSettings } from '../ledger/finance-settings.js';
import { packExport } from './pack-export.js';

/** Writes exports from the books, as they are now: one at a time, because a large month takes a connection and memory. */
@Injectable()
export class MonthExports {
  private turn: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly rows: ExportRowsRepository,
    private readonly exports: ExportsRepository,
    private readonly gateway: GatewayRowsRepository,
    private readonly projects: ProjectFactsRepository,
    private readonly settings: FinanceSettings,
  ) {}

  /** Of a month, whose closing is to have `version`; null: it stays open. */
  write(kind: ExportName, period: Period, version: number | null, scope: TenantScope): Promise<ExportFile> {
    return this.inTurn((transaction) => this.writeIn(transaction, kind, period, version, scope));
  }

  /** Every export of a month, of one moment, with the statements and how many transfers it had then. */
  writeAll(
    period: Period,
    version: number,
  ): Promise<{
    readonly files: ReadonlyMap<ExportName, ExportFile>;
    readonly statements: readonly string[];
    readonly transfers: number;
  }> {
    return this.inTurn(async (transaction) => {
      const transfers = await this.exports.transfers(transaction, period.id);
      const files = new Map<ExportName, ExportFile>();
      for (const kind of EXPORT_NAMES)
        files.set(kind, await this.writeIn(transaction, kind, period, version, 'all_tenants'));
      const statements = await this.gateway.statementIds(transaction, period.id);
      return { files, statements, transfers };
    });
  }

  /** The inventory of a year, whichever months it was posted to. */
  writeYear(year: number, scope: TenantScope): Promise<ExportFile> {
    return this.inTurn((transaction) =>
      packExport(RETIREMENTS, this.inventory(transaction, { year }, scope), ({ order }) => order.tenantId),
    );
  }

  /** Its lines, some at a time. */
  async eachOfYear(year: number, scope: TenantScope, use: (row: RetirementRow) => void): Promise<void> {
    await this.inTurn(async (transaction) => {
      for await (const rows of this.inventory(transaction, { year }, scope)) rows.forEach(use);
    });
  }

  private inTurn<T>(use: (transaction: Transaction) => Promise<T>): Promise<T> {
    const mine = this.turn.then(() => this.exports.snapshot(use));
    this.turn = mine.catch(() => undefined);
    return mine;
  }

  private writeIn(
    transaction: Transaction,
    kind: ExportName,
    period: Period,
    version: number | null,
    scope: TenantScope,
  ): Promise<ExportFile> {
    const selection = this.selection(scope);
    const tenantOfTransfer = ({ transfer }: { readonly transfer: { readonly tenantId: string | null } }) =>
      transfer.tenantId;
    switch (kind) {
      case 'journal':
      case 'memo': {
        const of = kind === 'memo' ? 'memo' : 'books';
        const rows = this.rows.journal(transaction, period, selection, of);
        return packExport(EXPORTS[kind], this.journal(rows, version), tenantOfTransfer);
      }
      case 'accruals':
        return packExport(
          EXPORTS.accruals,
          this.rows.accruals(transaction, period, selection),
          ({ tenantId }) => tenantId,
        );
      case 'costs':
        return packExport(EXPORTS.costs, this.rows.costs(transaction, period, selection), tenantOfTransfer);
      case 'retirements': {
        const rows = this.inventory(transaction, { period: period.id }, scope);
        return packExport(EXPORTS.retirements, rows, ({ order }) => order.tenantId);
      }
      case 'reconciliation':
        return packExport(EXPORTS.reconciliation, this.gateway.comparisons(transaction, period.id), ofNoTenant);
      case 'breaks':
        return packExport(EXPORTS.breaks, this.gateway.breaks(transaction, period), ofNoTenant);
      case 'break_events':
        return packExport(EXPORTS.break_events, this.gateway.breakEvents(transaction, period), ofNoTenant);
      case 'statements':
        return packExport(EXPORTS.statements, this.gateway.statements(transaction, period.id), ofNoTenant);
    }
  }

  private async *journal(
    pages: AsyncIterable<readonly Omit<JournalRow, 'version' | 'erpAccounts'>[]>,
    version: number | null,
  ): AsyncGenerator<readonly JournalRow[]> {
    const { accountMap: erpAccounts } = this.settings;
    for await (const rows of pages) yield rows.map((row) => ({ ...row, version, erpAccounts }));
  }

  private async *inventory(
    transaction: Transaction,
    of: { readonly period: MonthId } | { readonly year: number },
    scope: TenantScope,
  ): AsyncGenerator<readonly RetirementRow[]> {
    const { publicUrl } = this.settings;
    const book = new ProjectBook(await this.projects.all(transaction));
    for await (const orders of this.rows.retirements(transaction, of, this.selection(scope)))
      yield orders.flatMap((order) =>
        inventoryOf({ ...order, timelineUrl: `${publicUrl}/v1/orders/${order.orderId}/timeline` }, book),
      );
  }

  private selection(scope: TenantScope): Selection {
    const { timeZone, currency: functional } = this.settings;
    return { scope, timeZone, functional };
  }
}

const ofNoTenant = (): null => null;
