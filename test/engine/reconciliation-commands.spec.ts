import { monthOf } from '../../src/domain/periods/month.js';
import { runCommand } from '../support/command-line.js';
import { TestEngine } from '../support/engine.js';
import { postLedger } from '../support/post-ledger.js';
import { reconcile } from '../support/reconcile.js';
import { openMonth, Reconciling } from '../support/reconciling.js';

const periodId = monthOf(new Date(Date.now() - 3_600_000), 'UTC');

describe('what jobs of finance exit with', () => {
  let engine: TestEngine;
  let working: NodeJS.Timeout;
  let work: Promise<void> = Promise.resolve();
  beforeAll(async () => {
    engine = await TestEngine.start({ financeTimeZone: 'UTC' });
    await openMonth(engine, periodId);
    await postLedger(engine);
    // The command only starts a run: a worker beside it carries it on.
    working = setInterval(() => {
      work = work.then(() => reconcile(engine));
    }, 100);
  });
  afterAll(async () => {
    clearInterval(working);
    await work;
    await engine.stop();
  });

  const finance = <Printed>(...args: string[]) =>
    runCommand<Printed>(engine.database.applicationUrl, 'finance', ...args);
  const compare = (...more: string[]) =>
    finance('reconcile', '--provider', 'cnaught', '--period', periodId, '--operator', 'Ada', ...more);

  it('is 0 where all agrees', async () => {
    const { printed, exitCode } = await compare();
    expect(printed).toMatchObject({ status: 'completed', failure: null, counts: { breaks: 0 } });
    expect(exitCode).toBe(0);
    expect(await finance('breaks', 'list')).toEqual({ printed: [], exitCode: 0 });
  });

  it('is 1 where there are breaks, of the provider and the month that were asked for', async () => {
    const reconciling = new Reconciling(engine, { provider: 'cnaught', periodId });
    const issuedOn = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
    const line = reconciling.line('charge', '12.00').replace(/\d{4}-\d\d-\d\d/, issuedOn);
    const about = { provider: 'cnaught', document: 'invoice', number: 'INV 1', mapping: 'canonical-1' } as const;
    const header = { ...about, issuedOn, coversFrom: null, coversTo: null, currency: 'USD' } as const;
    const columns =
      'line_id,kind,provider_order_id,reference,project_id,quantity,unit,net,tax,currency,date,description';
    await reconciling.accept({ header, lines: 1, net: '12.00', tax: '0.00' }, Buffer.from(`${columns}\n${line}\n`));
    const { printed, exitCode } = await compare();
    expect(printed).toMatchObject({ status: 'completed', counts: { breaks: 1 } });
    expect(exitCode).toBe(1);
    const listed = await finance('breaks', 'list', '--provider', 'cnaught');
    expect(listed).toMatchObject({ printed: [{ type: 'charge_unknown', status: 'open' }], exitCode: 1 });
    expect(await finance('breaks', 'list', '--provider', 'one_tribe')).toEqual({ printed: [], exitCode: 0 });
    expect(await finance('breaks', 'list', '--status', 'resolved')).toEqual({ printed: [], exitCode: 0 });
  });

  it.each([
    ['a month that is not there', ['--period', '1999-01'], 'no such period'],
    ['a provider that is not there', ['--provider', 'nobody'], 'not enabled'],
    ['a time that cannot be compared', ['--cut-off', '2999-01-01'], 'cut'],
  ])('is 2 where it could not be found out: %s', async (_, more, why) => {
    const refused = compare(...more);
    await expect(refused).rejects.toThrow(why);
    await expect(refused).rejects.toMatchObject({ exitCode: 2 });
  });

  it('takes no file of a statement that is not there', async () => {
    const about = '--provider cnaught --document invoice --number 1 --issued-on 2026-10-31 --currency USD';
    const sums = '--lines 1 --net 1.00 --tax 0.00';
    const checked = finance('statement', 'check', '/no/such.csv', ...`${about} ${sums}`.split(' '));
    await expect(checked).rejects.toThrow('There is no such file.');
  });
});
