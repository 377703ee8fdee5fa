import type { MonthId } from '../../../src/domain/periods/month.js';
import type { Run } from '../../../src/domain/reconciliation/run.js';
import { Reconciling } from '../../support/reconciling.js';
import { MONTH, engine, everything, tamper } from './closing-gateway.js';

const KEPT_DAYS = 400;

export const goWithoutWhatRestsOnThem = (): void => {
  let [superseded, decidedOn, exported, ofOpenMonth]: Run[] = [];
  const runs = (): [string, Run | undefined][] =>
    Object.entries({ superseded, decidedOn, exported, ofOpenMonth }).map(([name, run]) => [name, run]);

  /** Which of them still have what they found, and the list that they read. */
  const whole = async (): Promise<string[]> => {
    const rows = await engine.rows<{ id: string }>(
      `SELECT c.id FROM reconciliations c WHERE c.pruned_at IS NULL
         AND (SELECT count(*) FROM provider_records r WHERE r.snapshot_id = c.snapshot_id) > 0
         AND (SELECT count(*) FROM findings f WHERE f.run_id = c.id) = (
           SELECT sum(n.value::int) FROM jsonb_each_text(c.counts -> 'types') n)`,
    );
    return runs().flatMap(([name, run]) => (rows.some(({ id }) => id === run?.id) ? [name] : []));
  };
  const makeOlder = (days: number): Promise<unknown> =>
    tamper(`
      UPDATE reconciliations SET started_at = started_at - interval '${days} days', ended_at = ended_at - interval '${days} days';
      UPDATE provider_snapshots SET started_at = started_at - interval '${days} days'`);

  beforeAll(async () => {
    const { id: open } = (
      await engine.rows<{ id: MonthId }>(
        `SELECT id FROM periods WHERE status = 'open' AND starts_at < now() - interval '1 hour' ORDER BY id DESC LIMIT 1`,
      )
    )[0] ?? { id: '' as MonthId };
    const run = (periodId: MonthId): Promise<Run> =>
      new Reconciling(engine, { provider: 'cnaught', periodId }).run({ fresh: true });
    superseded = await run(MONTH as MonthId);
    decidedOn = await run(MONTH as MonthId);
    exported = await run(MONTH as MonthId);
    ofOpenMonth = await run(open);
    const [found] = await engine.rows<{ break_key: string }>(
      `SELECT encode(break_key, 'hex') AS break_key FROM findings WHERE run_id = '${decidedOn.id}' LIMIT 1`,
    );
    await tamper(`UPDATE breaks SET last_run = '${decidedOn.id}', status = 'resolved', resolution = 'not_ours', ended_at = now()
      WHERE break_key = '\\x${found?.break_key}'`);
  });

  it('and nothing goes that a month, a closing or a break needs, nor before its time', async () => {
    const all = ['superseded', 'decidedOn', 'exported', 'ofOpenMonth'];
    const closings = [await everything(1), await everything(2)];
    await makeOlder(KEPT_DAYS - 1);
    await engine.prune();
    expect(await whole()).toEqual(all);
    await makeOlder(2);
    await engine.prune();
    expect(await whole()).toEqual(all.slice(1));
    const left = await engine.rows(
      `SELECT (SELECT count(*)::int FROM findings WHERE run_id = $1) AS findings,
              (SELECT count(*)::int FROM provider_records WHERE snapshot_id = $2) AS purchases`,
      [superseded?.id, superseded?.snapshotId],
    );
    expect(left).toEqual([{ findings: 0, purchases: 0 }]);
    // That it was made, and what it came to, stays.
    const { counts, resultHash, progress } = superseded as Run;
    expect(
      await new Reconciling(engine, { provider: 'cnaught', periodId: MONTH as MonthId }).find(superseded?.id ?? ''),
    ).toMatchObject({
      counts,
      resultHash,
      progress,
      prunedAt: expect.any(Date),
    });
    expect([await everything(1), await everything(2)]).toEqual(closings);

    await tamper(`UPDATE breaks SET status = 'cleared', resolution = NULL WHERE last_run = '${decidedOn?.id}'`);
    await engine.prune();
    expect(await whole()).toEqual(['exported', 'ofOpenMonth']);
    expect([await everything(1), await everything(2)]).toEqual(closings);
  });

  it.each([
    [
      'a mark',
      (run: Run) => `UPDATE reconciliations SET pruned_at = now() WHERE id = '${run.id}'`,
      'something rests on',
    ],
    ['its findings', (run: Run) => `DELETE FROM findings WHERE run_id = '${run.id}'`, 'findings are kept'],
    [
      'its list',
      (run: Run) => `DELETE FROM provider_records WHERE snapshot_id = '${run.snapshotId}'`,
      'a list is kept',
    ],
  ])('and the database refuses it to its owner: %s', async (_, sql, why) => {
    for (const run of [exported, ofOpenMonth]) await expect(engine.rows(sql(run as Run))).rejects.toThrow(why);
  });
};
