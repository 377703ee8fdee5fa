import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClosePeriod } from '../../../src/application/periods/close-period.js';
import type { MonthId } from '../../../src/domain/periods/month.js';
import { runCommand } from '../../support/command-line.js';
import { BY_TESTER } from '../../support/launcher.js';
import { postLedger } from '../../support/post-ledger.js';
import { readCsv } from '../../support/read-csv.js';
import { compareMonth } from '../../support/reconcile.js';
import {
  type Answer,
  MONTH,
  engine,
  app,
  keys,
  orders,
  retired,
  tamper,
  send,
  reopen,
  close,
  download,
  everything,
  archive,
  invoiced,
} from './closing-gateway.js';

export const staysAsItWasClosed = (): void => {
  it('stays as it was exported, whatever happens after', async () => {
    const version1 = await everything(1);
    // Late: it happened then, and is posted to the first month that is open.
    const late = await retired({ provider: 'cnaught', grams: 5_000 }, '2026-08-10T12:00:00Z');
    await postLedger(engine);
    const rows = readCsv((await download('journal', 'period=2026-09')).text);
    expect(rows.filter((row) => row['order_id'] === late.id)).toMatchObject([
      { late: 'true', period: '2026-09', version: '', effective_at: '2026-08-10T12:00:00.000Z' },
      { late: 'true' },
      { late: 'true' },
    ]);
    expect(readCsv((await download('costs', 'period=2026-09')).text)).toMatchObject([{ ChargeClass: 'Correction' }]);

    expect(await reopen(MONTH, keys.operator)).toMatchObject({ status: 403, body: { code: 'scope_missing' } });
    expect(await reopen('2026-09', keys.approver)).toMatchObject({
      status: 409,
      body: { code: 'period_not_reopenable' },
    });
    const key = randomUUID();
    const reopened = await reopen(MONTH, keys.approver, key);
    expect(reopened).toMatchObject({ status: 200, body: { version: 1, act: 'reopened', journal_hash: null } });
    expect((await reopen(MONTH, keys.approver, key)).text).toBe(reopened.text);

    // What the lines are made of changes in every way that it can.
    const more = await retired({ provider: 'cnaught', grams: 6_000 }, '2026-08-11T12:00:00Z');
    await postLedger(engine);
    await tamper(`UPDATE orders SET labels = '{"department": "other"}', provider_order_id = 'x' || id,
      retirements = '[{"project": "Another", "registry": "Other", "mass": null}]', price_source = 'computed'`);
    const rate = { functional: 'EUR', currency: 'USD', on_date: '2026-08-31', rate: '0.5', source: 'ECB' };
    expect(await send('PUT', 'rates', keys.operator, rate)).toMatchObject({ status: 204 });
    expect(await send('PUT', 'rates', keys.machine, { ...rate, currency: 'EUR' })).toMatchObject({
      status: 422,
      body: { code: 'rate_not_possible' },
    });
    const [statement] = readCsv((await download('statements', `period=${MONTH}&version=1`)).text);
    const reversed = await send(
      'POST',
      `statements/${statement?.['statement_id']}/reverse`,
      keys.machine,
      { reason: 'The provider has corrected it' },
      { 'idempotency-key': randomUUID() },
    );
    expect(reversed).toMatchObject({ status: 200, body: { status: 'reversed' } });
    await invoiced('2026-06');
    expect(await everything(1)).toEqual(version1);
    const open = readCsv((await download('accruals')).text);
    const of = open.find((row) => row['order_id'] === orders.first.id);
    expect(of).toMatchObject({
      functional_currency: 'EUR',
      functional_amount: (-Number(of?.['accrued']) / 2).toFixed(2),
      rate: '0.5',
      rate_date: '2026-08-31',
      labels: '{"department":"other"}',
    });

    await compareMonth(engine, MONTH, 'cnaught');
    const closed = await close(MONTH, keys.approver);
    expect(closed).toMatchObject({ status: 200, body: { version: 2 } });
    expect(await everything(1)).toEqual(version1);
    const version2 = readCsv((await download('journal')).text);
    expect(version2.some((row) => row['order_id'] === more.id)).toBe(true);
    expect(version2.some((row) => row['order_id'] === late.id)).toBe(false);
    expect(new Set(version2.map((row) => row['version']))).toEqual(new Set(['2']));
    expect(version2).toHaveLength(readCsv(version1[0]!).length + 4);
    const numbers = readCsv((await download('statements')).text).map((row) => row['number']);
    expect(numbers).toEqual(['INV-2026-07', 'INV-2026-06']);
    expect((await archive(2)).bytes.length).toBeGreaterThan((await archive(1)).bytes.length);

    const { body } = await send('GET', `periods/${MONTH}/close-checklist`, keys.viewer);
    expect(body).toMatchObject({ closable: false, closings: [{ version: 1 }, { act: 'reopened' }, { version: 2 }] });
    const [first, , second] = body.closings as [Answer['body'], object, Answer['body']];
    expect(second.previous_hash).toBe(first.journal_hash);
    const journal = createHash('sha256')
      .update((await download('journal')).text)
      .digest();
    expect(second.journal_hash).toBe(
      createHash('sha256')
        .update(Buffer.from(second.previous_hash ?? '', 'hex'))
        .update(journal)
        .digest('hex'),
    );
  });

  it('is not reopened below a later one', async () => {
    await invoiced('2026-09');
    await compareMonth(engine, '2026-09', 'cnaught');
    await compareMonth(engine, '2026-10', 'cnaught');
    expect(await close('2026-09', keys.operator, { waived: [] })).toMatchObject({ status: 200 });
    const [fee] = readCsv((await download('costs', 'period=2026-09')).text).filter(
      ({ x_Account }) => x_Account === 'fees',
    );
    expect(fee).toMatchObject({
      InvoiceId: 'INV-2026-09',
      BilledCost: '1.50',
      ChargeCategory: 'Purchase',
      SubAccountId: '',
    });
    expect(await reopen(MONTH, keys.approver)).toMatchObject({
      status: 409,
      body: { code: 'period_not_latest', detail: 'Closed after it: 2026-09.' },
    });
    const opening = await engine.rows(
      `SELECT a.closing - b.opening AS gap FROM period_balances a JOIN period_balances b
         USING (tenant_id, provider, asset, account)
       WHERE (a.period_id, a.version, b.period_id) = ('${MONTH}', 2, '2026-09')`,
    );
    expect(opening.length).toBeGreaterThan(5);
    expect(new Set(opening.map((row) => row['gap']))).toEqual(new Set(['0']));
  });

  it('has what was being posted while it was closed, or that is late', async () => {
    const NEXT = '2026-10' as MonthId;
    const poster = await engine.connection();
    try {
      await poster.query('BEGIN');
      await poster.query(
        `INSERT INTO ledger_transfers (source, source_seq, leg, rule, period_id, effective_at, provider, asset, debit, credit, units)
         VALUES ('stm_test', 1, 1, 'fee', $1, '2026-10-05', 'cnaught', 'USD/6', 'fees', 'payable', 1500000)`,
        [NEXT],
      );
      const closing = app.get(ClosePeriod).run(NEXT, { note: 'All is in', key: null }, [], BY_TESTER);
      await Promise.race([waiting(), closing]);
      await poster.query('COMMIT');
      expect((await closing).closing.version).toBe(1);
    } finally {
      poster.release();
    }
    const rows = readCsv((await download('journal', `period=${NEXT}`)).text);
    expect(rows).toMatchObject([{ debit_account: 'fees', amount: '1.50', tenant: '', order_id: '' }]);
    expect(readCsv((await download('journal', `period=${NEXT}`, keys.own)).text)).toEqual([]);
  });

  /** Until the closing waits for who posts. */
  const waiting = async (): Promise<void> => {
    for (;;) {
      const rows = await engine.rows(
        `SELECT 1 FROM pg_stat_activity WHERE application_name = 'offset-gateway finance' AND wait_event_type = 'Lock'
           AND datname = current_database()`,
      );
      if (rows.length > 0) return;
    }
  };

  it('is all that jobs need at the command line', async () => {
    const { url } = engine.database;
    expect(await runCommand(url, 'finance', 'period', 'checklist', MONTH)).toMatchObject({
      printed: { closable: false, status: 'closed', version: 2 },
      exitCode: 1,
    });
    const reopen = ['finance', 'period', 'reopen', '2026-10', '--note', 'Once more', '--operator', 'Ann'];
    expect(await runCommand(url, ...reopen)).toMatchObject({ printed: { act: 'reopened', version: 1 }, exitCode: 0 });
    await expect(runCommand(url, ...reopen)).rejects.toThrow('The month is open.');
    const close = ['finance', 'period', 'close', '2026-10', '--note', 'Now', '--operator', 'Ann'];
    expect(await runCommand(url, ...close)).toMatchObject({ printed: { act: 'closed', version: 2 }, exitCode: 0 });
    const out = join(await mkdtemp(join(tmpdir(), 'export-')), 'journal.csv');
    const exported = ['finance', 'export', 'journal', MONTH, '--closing', '1', '--out', out];
    const { printed } = await runCommand<{ sha256: string }>(url, ...exported);
    const file = await readFile(out, 'utf8');
    expect(file).toBe((await download('journal', `period=${MONTH}&version=1`)).text);
    expect(printed.sha256).toBe(createHash('sha256').update(file).digest('hex'));
    const grouped = ['finance', 'export', 'costs', MONTH, '--group-by', 'label:department', '--out', out];
    expect(await runCommand(url, ...grouped)).toMatchObject({ printed: { name: `costs-${MONTH}-v2-by-label` } });
    expect(readCsv(await readFile(out, 'utf8')).map(({ group }) => group)).toContain('other');
    const evidence = ['finance', 'export', 'evidence', MONTH, '--closing', '1', '--out', out];
    expect(await runCommand(url, ...evidence)).toMatchObject({ printed: { name: `evidence-${MONTH}-v1` } });
    expect(await readFile(out)).toEqual((await archive(1)).bytes);
    const [refused] = await engine.rows(
      `SELECT operator, problem_code FROM audit_log WHERE act = 'period.reopen' AND outcome = 'refused' AND operator = 'Ann'`,
    );
    expect(refused).toMatchObject({ problem_code: 'period_not_reopenable' });
  });
};
