import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { newKey } from '../../support/launcher.js';
import { OF_ORDER, outcomeOf, REASON, STATEMENT, useDecisionDesk } from './decision-desk.js';

describe('whoever decides on an order', () => {
  const desk = useDecisionDesk();
  const { newOperator, send, versionOf, decide, approve, end, onPurchases, place, status, unproven, read } = desk;

  it('is refused what is meant for an order that has changed', async () => {
    const id = await unproven();
    const version = await versionOf(id);
    const stale = await decide(id, 'end_not_bought', { statement: STATEMENT }, { version: version - 1 });
    expect(outcomeOf(stale)).toEqual([409, 'version_changed']);
  });

  it('can try first, which does nothing', async () => {
    const id = await unproven();
    const tried = await decide(id, 'end_not_bought', { statement: STATEMENT }, { dryRun: true });
    expect([tried.status, tried.body]).toMatchObject([200, { allowed: true, steps: 2, refused: null }]);
    const without = await decide(id, 'end_not_bought', {}, { dryRun: true });
    expect(without.body).toMatchObject({ allowed: false, steps: null, refused: { code: 'statement_required' } });
    expect(without.body.findings.filter(({ ok }) => !ok).map(({ check }) => check)).toEqual(['statement_required']);
    expect((await read<{ history: object[] }>(`/v1/ops/orders/${id}/resolutions`, OF_ORDER)).history).toEqual([]);
  });

  it('makes one decision under one key, and one proposal at a time', async () => {
    const id = await unproven();
    const key = randomUUID();
    const body = {
      decision: 'end_not_bought',
      evidence: { statement: STATEMENT },
      reason: REASON,
      expected_version: await versionOf(id),
    };
    const propose = (more: object = {}, under = key) =>
      send(`/v1/ops/orders/${id}/resolutions`, OF_ORDER, { ...body, ...more }, desk.ann, under);
    const first = await propose();
    expect((await propose()).body).toEqual(first.body);
    expect(outcomeOf(await propose({ reason: 'Another reason than before.' }))).toEqual([
      422,
      'idempotency_key_reused',
    ]);
    expect(outcomeOf(await propose({}, randomUUID()))).toEqual([409, 'proposal_open']);
    const { choices, history } = await read<{ choices: object[]; history: object[] }>(
      `/v1/ops/orders/${id}/resolutions`,
      OF_ORDER,
    );
    expect(history).toEqual([first.body]);
    expect(choices).toContainEqual(expect.objectContaining({ decision: 'end_not_bought', refused: null }));
    expect(choices).toContainEqual(
      expect.objectContaining({ decision: 'end_undone', refused: { code: 'not_applicable', until: null } }),
    );
    const waiting = await read<{ data: object[] }>('/v1/ops/resolutions', '/v1/ops/resolutions');
    expect(waiting.data).toContainEqual(first.body);
    const seen = await read<{ data: { proposal_id: string; order: { id: string } }[] }>(
      '/v1/ops/attention?reason=unproven_outcome&limit=100',
      '/v1/ops/attention',
    );
    expect(seen.data.find(({ order }) => order.id === id)?.proposal_id).toBe(first.body.id);
    const { proposals_open: proposed } = await read<{ proposals_open: { count: number } }>(
      '/v1/ops/summary',
      '/v1/ops/summary',
    );
    expect(proposed.count).toBe(waiting.data.length);
  });

  it('withdraws what is theirs, rejects what is another’s, and can do either once and within a day', async () => {
    const id = await unproven();
    const propose = () => decide(id, 'end_not_bought', { statement: STATEMENT });
    const first = await propose();
    expect(outcomeOf(await end('reject', first, desk.ann))).toEqual([403, 'second_person_required']);
    expect(outcomeOf(await end('withdraw', first, desk.ben))).toEqual([403, 'second_person_required']);
    expect(outcomeOf(await end('withdraw', first, desk.ann))).toEqual([200, 'withdrawn']);
    expect(outcomeOf(await end('withdraw', first, desk.ann))).toEqual([409, 'resolution_closed']);
    const second = await propose();
    expect(outcomeOf(await end('reject', second, desk.ben))).toEqual([200, 'rejected']);
    const third = await propose();
    await desk.engine.rows('ALTER TABLE resolutions DISABLE TRIGGER resolution_is_kept');
    await desk.engine.rows("UPDATE resolutions SET expires_at = now() - interval '1 second' WHERE id = $1", [
      third.body.id,
    ]);
    await desk.engine.rows('ALTER TABLE resolutions ENABLE TRIGGER resolution_is_kept');
    expect(outcomeOf(await approve(id, third))).toEqual([409, 'resolution_closed']);
    expect(outcomeOf(await propose())).toEqual([201, 'proposed']);
  });

  it('is a person: a machine proposes even what one may decide, and approves nothing', async () => {
    const machine = await newKey(desk.app, desk.engine.tenantId, ['ops:act', 'ops:approve']);
    onPurchases('cnaught', 'after_effect');
    const { id } = await place();
    const evidence = { provider_order_id: desk.engine.purchasesOf(id)[0]?.id };
    const proposed = await decide(id, 'adopt_purchase', evidence, { key: machine });
    expect(outcomeOf(proposed)).toEqual([201, 'proposed']);
    expect(outcomeOf(await approve(id, proposed, machine))).toEqual([403, 'operator_key_required']);
    expect(outcomeOf(await approve(id, proposed, desk.ann))).toEqual([200, 'applied']);
    expect(await status(id)).toEqual(['placed', null]);
  });

  it('is two people for a large order', async () => {
    onPurchases('cnaught', 'after_effect');
    const { id } = await place({ grams: 11_000_000 });
    const evidence = { provider_order_id: desk.engine.purchasesOf(id)[0]?.id };
    expect(outcomeOf(await decide(id, 'adopt_purchase', evidence))).toEqual([201, 'proposed']);
  });

  it('is another person also for the database', async () => {
    const id = await unproven();
    const { body } = await decide(id, 'end_not_bought', { statement: STATEMENT });
    const alone =
      "UPDATE resolutions SET state = 'applied', decided_by = proposed_by, decided_at = now() WHERE id = $1";
    await expect(desk.engine.rows(alone, [body.id])).rejects.toThrow('resolutions_second_person');
    const nobody = "UPDATE resolutions SET state = 'applied', decided_at = now() WHERE id = $1";
    await expect(desk.engine.rows(nobody, [body.id])).rejects.toThrow('takes people who may decide');
  });

  it('is one of two who approve at once, and the order changes once', async () => {
    const id = await unproven();
    const proposed = await decide(id, 'end_not_bought', { statement: STATEMENT });
    const carl = await newOperator('Carl');
    const both = await Promise.all([approve(id, proposed, desk.ben), approve(id, proposed, carl)]);
    expect(both.filter(({ status: code }) => code === 200)).toHaveLength(1);
    expect((await desk.engine.history(id)).filter((event) => event.startsWith('failed'))).toHaveLength(1);
  });

  it('gets one decision for one request that comes several times at once', async () => {
    const large = await unproven();
    onPurchases('cnaught', 'after_effect');
    const { id: small } = await place();
    const bodies = [
      [large, 'end_not_bought', { statement: STATEMENT }],
      [small, 'adopt_purchase', { provider_order_id: desk.engine.purchasesOf(small)[0]?.id }],
    ] as const;
    for (const [id, decision, evidence] of bodies) {
      const key = randomUUID();
      const body = { decision, evidence, reason: REASON, expected_version: await versionOf(id) };
      const answers = await Promise.all(
        Array.from({ length: 4 }, () => send(`/v1/ops/orders/${id}/resolutions`, OF_ORDER, body, desk.ann, key)),
      );
      expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([201]));
      expect(new Set(answers.map((answer) => answer.body.id)).size).toBe(1);
    }
  });

  it('finds what was withdrawn in the same moment closed, or has approved it first', async () => {
    const id = await unproven();
    const proposed = await decide(id, 'end_not_bought', { statement: STATEMENT });
    // Read as open, and withdrawn before the commit: while the provider is asked.
    const { faults } = desk.engine.sandbox.cnaught;
    const list = { method: 'GET', path: '^/orders$' };
    const { id: rule } = faults.add({ match: list, fault: { kind: 'delay', when: 'before_effect', ms: 1_000 } });
    const approving = approve(id, proposed);
    while ((faults.list().find((each) => each.id === rule)?.used ?? 1) === 0) await delay(10);
    const withdrawn = await end('withdraw', proposed, desk.ann);
    const approved = await approving;
    expect([outcomeOf(approved), outcomeOf(withdrawn)]).toEqual([
      [409, 'resolution_closed'],
      [200, 'withdrawn'],
    ]);
    expect(await status(id)).toEqual(['in_doubt', 'unproven_outcome']);
  });

  it('is on record with what was decided, applied and refused', async () => {
    const id = await unproven();
    const proposed = await decide(id, 'end_not_bought', { statement: STATEMENT });
    await approve(id, proposed, desk.ann);
    await approve(id, proposed);
    const acts = await desk.engine.rows(
      `SELECT act, outcome, problem_code, before::text, after::text, operator_id IS NOT NULL AS is_person
       FROM audit_log WHERE subject IN ($1, $2) ORDER BY number`,
      [id, proposed.body.id],
    );
    expect(acts.map((row) => [row['act'], row['outcome'], row['problem_code']])).toEqual([
      ['resolution.propose', 'applied', null],
      ['resolution.approve', 'refused', 'second_person_required'],
      ['resolution.approve', 'applied', null],
    ]);
    expect(acts.every((row) => row['is_person'] === true)).toBe(true);
    expect(JSON.parse(String(acts[2]?.['before']))).toEqual({ status: 'in_doubt', review: 'unproven_outcome' });
    expect(JSON.parse(String(acts[2]?.['after']))).toMatchObject({ status: 'failed', review: null });
    expect(JSON.stringify(acts)).not.toContain('no record of this order');
  });
});
