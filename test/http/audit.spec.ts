import { RecordRefusal } from '../../src/application/audit/record-refusal.js';
import { ACTS } from '../../src/domain/audit/acts.js';
import { runCommand } from '../support/command-line.js';
import { flag } from '../support/launcher.js';
import { useAuditedGateway, type Row } from './audit/audited-gateway.js';
import { hasCancellations } from './audit/cancellations.js';
import { hasWhatPeopleDo } from './audit/people.js';
import { hasWhatIsDoneToWebhooks } from './audit/webhooks.js';

describe('the audit', () => {
  const at = useAuditedGateway();
  const { cli, list, recordedAfter, place, cancel } = at;

  hasWhatPeopleDo(at);
  hasCancellations(at);
  hasWhatIsDoneToWebhooks(at);

  it('lists by act, subject and time, and says no more of each than the table of acts does', async () => {
    const { id } = await place();
    await flag(at.gateway.app, id, 'vanished');
    const [before] = await at.gateway.rows<{ now: Date }>('SELECT clock_timestamp() AS now');
    await at.gateway.app
      .get(RecordRefusal)
      .run({ by: 'operator', name: 'Ann Lee' }, 'order.clear_review', id, 'not_found');
    await cancel(id).expect(200);
    const actsOf = async (...filter: string[]) => (await list('--subject', id, ...filter)).map(({ act }) => act);
    expect(await actsOf()).toEqual(['order.clear_review', 'order.cancel', 'order.cancel']);
    expect(await actsOf('--act', 'order.clear_review')).toEqual(['order.clear_review']);
    const time = before?.now.toISOString() ?? '';
    expect(await actsOf('--from', time)).toHaveLength(3);
    expect(await actsOf('--to', time)).toEqual([]);
    expect(await cli<Row[]>('audit', 'list', '--limit', '1')).toMatchObject([
      { act: 'order.cancel', outcome: 'applied' },
    ]);
    await expect(cli('audit', 'list', '--act', 'order.buy')).rejects.toThrow('Allowed choices');
    await expect(cli('audit', 'list', '--limit', '0')).rejects.toThrow('From 1 to 10000');

    for (const row of (await recordedAfter(0)) as unknown as Row[]) {
      const fields = Object.keys(ACTS[row.act].states);
      for (const state of [row.before, row.after])
        expect(fields).toEqual(expect.arrayContaining(Object.keys(state ?? {})));
    }
  });

  it('is verified by a command, which exits with 1 and names the row where it is broken', async () => {
    interface Verdict {
      readonly intact: boolean;
      readonly head: string;
      readonly rows: number;
    }
    const verify = (...args: string[]) =>
      runCommand<Verdict>(at.gateway.database.applicationUrl, 'audit', 'verify', ...args);
    const { printed: before, exitCode } = await verify();
    const [{ count, last }] = (await at.gateway.rows(
      `SELECT count(*)::int, to_char(max(at) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS last FROM audit_log`,
    )) as [{ count: number; last: string }];
    expect([before, exitCode]).toEqual([
      { intact: true, rows: count, up_to: last, head: expect.stringMatching(/^[0-9a-f]{64}$/) },
      0,
    ]);
    await at.gateway.newTenant();
    expect((await verify('--expect', before.head)).printed).toMatchObject({ intact: true, rows: count + 1 });
    await expect(verify('--expect', 'x')).rejects.toThrow('64 hexadecimal digits');
    const tamper = (sql: string) =>
      at.gateway.rows(`SET session_replication_role = replica; ${sql}; RESET session_replication_role`);
    await tamper(`DELETE FROM audit_log WHERE number = ${count + 1}`);
    await tamper(`DELETE FROM audit_log WHERE number = ${count}`);
    expect(await verify('--expect', before.head)).toMatchObject({
      exitCode: 1,
      printed: { intact: false, broken: { why: 'expected_is_missing' } },
    });
    await tamper(`UPDATE audit_log SET operator = 'Bob' WHERE number = 2`);
    expect(await verify()).toMatchObject({
      exitCode: 1,
      printed: { intact: false, rows: 1, broken: { number: '2', why: 'changed' } },
    });
  });
});
