import { setTimeout as delay } from 'node:timers/promises';
import { FindBreak } from '../../src/application/breaks/find-break.js';
import { ResolveBreak, type Resolved } from '../../src/application/breaks/resolve-break.js';
import { FindRun, type ReadFinding } from '../../src/application/reconciliation/find-run.js';
import { StartRun, type WantedRun } from '../../src/application/reconciliation/start-run.js';
import { AcceptStatement } from '../../src/application/statements/accept-statement.js';
import { ReverseStatement } from '../../src/application/statements/reverse-statement.js';
import { UploadStatement } from '../../src/application/statements/upload-statement.js';
import { boundsOf, type MonthId } from '../../src/domain/periods/month.js';
import type { Break } from '../../src/domain/reconciliation/break.js';
import type { BreakResolution, BreakType } from '../../src/domain/reconciliation/break-types.js';
import type { Run } from '../../src/domain/reconciliation/run.js';
import { unitsFrom } from '../../src/domain/statements/numbers.js';
import type { StatementHeader } from '../../src/domain/statements/statement.js';
import { LEASE_MS } from '../../src/domain/purchases/timing.js';
import { TasksRepository } from '../../src/persistence/tasks/tasks.repository.js';
import { BY_TESTER } from './launcher.js';
import type { TestEngine } from './engine.js';

const COLUMNS = 'line_id,kind,provider_order_id,reference,project_id,quantity,unit,net,tax,currency,date,description';

/** What a provider declares with its document. */
export interface DocumentToAccept {
  readonly header: Omit<StatementHeader, 'declared'>;
  readonly lines: number;
  readonly net: string;
  readonly tax: string;
}

/** Statements and runs of the provider of a test, as finance has them. */
export class Reconciling {
  constructor(
    private readonly engine: TestEngine,
    private readonly of: Pick<WantedRun, 'provider' | 'periodId'>,
    private readonly currency: StatementHeader['currency'] = 'USD',
  ) {}

  /** A line in our own format. */
  line(
    kind: string,
    net: string,
    { tax = '0.00', purchase = '', reference = '', project = '', text = '' } = {},
  ): string {
    return `,${kind},${purchase},${reference},${project},,,${net},${tax},${this.currency},${dayOfCutOff()},${text}`;
  }

  /** Takes an invoice of these lines in, or a list of payments, and accepts it. */
  async invoice(lines: readonly string[], document: 'invoice' | 'payments' = 'invoice'): Promise<string> {
    const sum = (column: number): string =>
      lines
        .map((each) => each.split(','))
        .reduce((all, cells) => all + Number(cells[column]) * (cells[1] === 'credit' ? -1 : 1), 0)
        .toFixed(6);
    const header = {
      provider: this.of.provider,
      document,
      number: `INV ${Math.random()}`,
      issuedOn: dayOfCutOff(),
      coversFrom: null,
      coversTo: null,
      currency: this.currency,
      mapping: 'canonical-1',
    } as const;
    const about = { header, lines: lines.length, net: sum(7), tax: sum(8) };
    return this.accept(about, Buffer.from([COLUMNS, ...lines, ''].join('\n')));
  }

  async accept({ header, lines, net, tax }: DocumentToAccept, bytes: Uint8Array): Promise<string> {
    const declared = { lines, netUnits: unitsFrom(net) ?? 0n, taxUnits: unitsFrom(tax) ?? 0n };
    const file = (async function* () {
      yield bytes;
    })();
    const { app } = this.engine;
    const { statement } = await app
      .get(UploadStatement)
      .run({ header: { ...header, declared }, file, upload: null, by: BY_TESTER });
    await app.get(AcceptStatement).run(statement.id, BY_TESTER);
    return statement.id;
  }

  reverse(statementId: string): Promise<unknown> {
    return this.engine.app.get(ReverseStatement).run(statementId, 'It was corrected.', BY_TESTER);
  }

  async start(more: Partial<WantedRun> = {}): Promise<Run> {
    await openMonth(this.engine, this.of.periodId);
    const wanted = { account: null, cutOffAt: null, dryRun: false, fresh: false, ...this.of, ...more };
    return this.engine.app.get(StartRun).run(wanted, BY_TESTER);
  }

  /** As workers carry it on, who have nothing else to do. */
  async run(more: Partial<WantedRun> = {}): Promise<Run> {
    const { id } = await this.start(more);
    const { app } = this.engine;
    // A task that was just made may be due within the next millisecond.
    for (let idle = 0; idle < 20;) {
      const tasks = await app.get(TasksRepository).claimDue(['collect', 'match'], 10, LEASE_MS);
      for (const task of tasks) await this.engine.runTask(task);
      const run = await this.find(id);
      if (run.endedAt !== null) return run;
      idle = tasks.length > 0 ? 0 : idle + 1;
      if (tasks.length === 0) await delay(5);
    }
    return this.find(id);
  }

  find(id: string): Promise<Run> {
    return this.engine.app.get(FindRun).run(id);
  }

  async findings({ id }: Run): Promise<readonly ReadFinding[]> {
    const found: ReadFinding[] = [];
    for (let after: readonly [string, string] | null = null; ;) {
      const page: Awaited<ReturnType<FindRun['findings']>> = await this.engine.app
        .get(FindRun)
        .findings(id, after, 100);
      found.push(...page.findings);
      if (page.next === null) return found;
      after = page.next;
    }
  }

  async breaks(): Promise<readonly Break[]> {
    return (await this.engine.app.get(FindBreak).page({}, null, 1_000)).breaks;
  }

  async break(type: BreakType, subject: string): Promise<Break> {
    const found = (await this.breaks()).find((each) => each.type === type && each.subject === subject);
    if (!found) throw new Error(`no ${type} was found`);
    return found;
  }

  async decide(
    type: BreakType,
    subject: string,
    resolution: BreakResolution,
    orderId: string | null = null,
  ): Promise<Resolved> {
    const { id } = await this.break(type, subject);
    return this.engine.app.get(ResolveBreak).run(id, { resolution, note: 'It is so.', orderId }, BY_TESTER);
  }
}

/** In the first hours of a month nothing else may have opened the one before it. */
export const openMonth = (engine: TestEngine, periodId: MonthId): Promise<unknown> => {
  const { startsAt, endsAt } = boundsOf(periodId, 'UTC');
  const sql = 'INSERT INTO periods (id, starts_at, ends_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING';
  return engine.rows(sql, [periodId, startsAt, endsAt]);
};

/** Just after midnight, a cut-off is of the day before. */
const dayOfCutOff = (): string => new Date(Date.now() - 3_600_000).toISOString().slice(0, 10);
