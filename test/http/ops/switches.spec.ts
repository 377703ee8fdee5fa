import { randomUUID } from 'node:crypto';
import { runCommand } from '../../support/command-line.js';
import { SMALL_ORDER } from '../served-gateway.js';
import { useOpsGateway, type Page, type Person } from './ops-gateway.js';

describe('what people have switched off', () => {
  const desk = useOpsGateway();
  const { newOperator, read, place } = desk;

  const SWITCHES = '/v1/ops/switches';
  const REASON = 'The account is being moved';
  interface Told {
    readonly id: string;
    readonly state: string;
    readonly code: string;
    readonly detail: string;
    readonly off_proposal: object | null;
  }
  let cy: Person;
  let approver: string;
  beforeAll(async () => {
    cy = await newOperator('Cy', 'operator');
    approver = (await newOperator('Di', 'approver')).key;
  });
  afterEach(async () => {
    await desk.gateway.rows('UPDATE switches SET until = now() WHERE off_at IS NULL AND until > now()');
    await desk.gateway.forgetPauses();
  });
  const inHours = (hours: number): string => new Date(Date.now() + hours * 3_600_000).toISOString();
  const answerTo = async (path: string, body: object, key: string) => {
    const { status, body: told } = await desk.docs.documented(
      path.replace(/swi_\w+/, '{id}'),
      desk.gateway.post(path, key).send(body),
    );
    return { status, told: told as Told };
  };
  const turnOn = (scope: object, more: object = {}, key = desk.ann.key) =>
    answerTo(SWITCHES, { scope, until: inHours(4), reason: REASON, ...more }, key);
  const turnOff = (id: string, key = desk.ann.key) => answerTo(`${SWITCHES}/${id}/off`, { reason: 'It works' }, key);
  const actsOn = (id: string) =>
    desk.gateway.rows('SELECT act, outcome, operator_id FROM audit_log WHERE subject = $1 ORDER BY number', [id]);

  it('is told with its reason and its end to those who are refused, and to all who ask', async () => {
    const { status, told } = await turnOn({ provider: 'cnaught', operation: 'purchases' });
    expect([status, told]).toEqual([
      201,
      expect.objectContaining({
        state: 'on',
        reason: REASON,
        owner: { id: desk.ann.id, name: 'Ann' },
        is_global: false,
      }),
    ]);
    const refused = await desk.docs.documented('/v1/orders', desk.gateway.order(SMALL_ORDER));
    expect([refused.status, refused.body]).toEqual([
      503,
      expect.objectContaining({
        code: 'provider_paused',
        detail: expect.stringContaining(REASON) as string,
        numbers: { switched_off: { reason: REASON, until: expect.any(String) as string } },
        retry: { safe: true, after_seconds: 300, same_key: true },
      }),
    ]);
    expect(refused.headers['retry-after']).toBe('300');
    const { data } = (await desk.gateway.get('/v1/providers')).body as Page<{ id: string; switched_off: object[] }>;
    expect(data.filter(({ switched_off: off }) => off.length > 0)).toMatchObject([
      { id: 'cnaught', switched_off: [{ operation: 'purchases', reason: REASON }] },
    ]);
    const summary = await read<{ switches: object[]; providers: object[] }>('/v1/ops/summary');
    expect(summary.switches).toEqual([told]);
    expect(summary.providers).toContainEqual(
      expect.objectContaining({ id: 'cnaught', purchases: expect.objectContaining({ state: 'switched_off' }) }),
    );
    expect(await read<Page<object>>(`${SWITCHES}?state=on`)).toMatchObject({ data: [told], next_cursor: null });
    expect((await desk.gateway.get('/metrics')).text).toContain('gateway_switches_on{operation="purchases"} 1');

    expect((await turnOff(told.id)).told).toMatchObject({ state: 'off', off: { by: { id: desk.ann.id } } });
    expect((await turnOff(told.id)).told.code).toBe('switch_ended');
    await place();
    expect(await read(`${SWITCHES}/${told.id}`, `${SWITCHES}/{id}`)).toMatchObject({ state: 'off' });
    expect(await actsOn(told.id)).toEqual([
      { act: 'switch.turn_on', outcome: 'applied', operator_id: desk.ann.id },
      { act: 'switch.turn_off', outcome: 'applied', operator_id: desk.ann.id },
      { act: 'switch.turn_off', outcome: 'refused', operator_id: desk.ann.id },
    ]);
  });

  it('of one tenant is told to that tenant alone', async () => {
    await turnOn({ tenant_id: desk.gateway.tenantId, operation: 'all' });
    const refused = await desk.docs.documented('/v1/orders', desk.gateway.order(SMALL_ORDER));
    expect([refused.status, refused.body.code]).toEqual([503, 'tenant_paused']);
    const other = await desk.gateway.newKey(['orders:write', 'orders:read'], await desk.gateway.newTenant());
    const told = async (key: string) => (await desk.gateway.get('/v1/providers', key)).text.includes(REASON);
    expect([await told(desk.gateway.key), await told(other)]).toEqual([true, false]);
    expect((await desk.gateway.order(SMALL_ORDER, randomUUID(), other)).status).toBe(201);
  });

  it('takes two people to turn on again, where it stops everything', async () => {
    const { told } = await turnOn({ operation: 'all' });
    const proposed = await turnOff(told.id);
    expect(proposed.told).toMatchObject({ state: 'on', off_proposal: { by: { name: 'Ann' } }, off: null });
    expect((await turnOff(told.id)).told.code).toBe('second_person_required');
    expect((await desk.gateway.order(SMALL_ORDER)).status).toBe(503);
    await expect(
      desk.gateway.rows(`UPDATE switches SET off_at = now(), off_by = $2 WHERE id = $1`, [told.id, desk.ann.id]),
    ).rejects.toThrow('switches_second_person');
    // Whoever comes a day later has to be told anew what for.
    await desk.gateway.rows(`UPDATE switches SET off_proposed_at = now() - interval '25 hours' WHERE id = $1`, [
      told.id,
    ]);
    expect((await turnOff(told.id, cy.key)).told).toMatchObject({
      state: 'on',
      off_proposal: { by: { name: 'Cy' } },
    });
    expect((await turnOff(told.id)).told).toMatchObject({ state: 'off', off: { by: { name: 'Ann' } } });
    expect((await actsOn(told.id)).map((row) => [row['act'], row['outcome']])).toEqual([
      ['switch.turn_on', 'applied'],
      ['switch.propose_off', 'applied'],
      ['switch.turn_off', 'refused'],
      ['switch.propose_off', 'applied'],
      ['switch.turn_off', 'applied'],
    ]);
  });

  it('takes an approver to turn on again, while the provider is paused by itself', async () => {
    const { told } = await turnOn({ provider: 'cnaught', operation: 'purchases' });
    await desk.gateway.rows(
      `INSERT INTO provider_health (provider, operation_class, pause_reason, paused_at, probe_at)
       VALUES ('cnaught', 'purchases', 'insufficient_credit', now(), now() + interval '5 minutes')`,
    );
    const refused = await turnOff(told.id);
    expect([refused.status, refused.told.code]).toEqual([403, 'approver_required']);
    const another = await turnOn({ provider: 'one_tribe', operation: 'purchases' });
    expect((await turnOff(another.told.id)).told.state).toBe('off');
    expect((await turnOff(told.id, approver)).told.state).toBe('off');
  });

  it('is turned on by machines, and off by people', async () => {
    const machine = await desk.gateway.newKey(['ops:act']);
    const { told } = await turnOn({ provider: 'cnaught', operation: 'all' }, {}, machine);
    expect(told).toMatchObject({ owner: null });
    expect((await turnOff(told.id, machine)).told.code).toBe('operator_key_required');
    expect((await turnOn({ operation: 'all' }, {}, desk.viewer)).told.code).toBe('scope_missing');
    expect((await turnOff(told.id, desk.viewer)).told.code).toBe('scope_missing');
  });

  it.each<[string, object, object, number, string]>([
    ['that is over', {}, { until: inHours(-1) }, 422, 'until'],
    ['for longer than seven days', {}, { until: inHours(169) }, 422, 'until'],
    ['of webhooks at a provider', { provider: 'cnaught', operation: 'webhooks' }, {}, 422, 'scope.provider'],
    ['without a reason', {}, { reason: '' }, 400, 'reason'],
    ['of nothing that there is', { operation: 'quotes' }, {}, 400, 'scope.operation'],
  ])('is refused %s', async (_, scope, more, expected, field) => {
    const { status, told } = await turnOn({ operation: 'all', ...scope }, more);
    expect([status, Object.keys((told as unknown as { errors: object }).errors)]).toEqual([expected, [field]]);
    const gone = await turnOff('swi_01jd4v2m0gf5c8q7k3x9w1z2r4');
    expect([gone.status, gone.told.code]).toEqual([404, 'switch_not_found']);
  });

  it('is said twice in vain, and listed page by page, the latest first', async () => {
    const { told } = await turnOn({ operation: 'checkouts' });
    const again = await turnOn({ operation: 'checkouts' }, { until: inHours(3) });
    expect([again.status, again.told.code, again.told.detail]).toEqual([
      409,
      'switch_active',
      expect.stringContaining(told.id) as string,
    ]);
    const all = await read<Page<{ id: string }>>(`${SWITCHES}?limit=100`);
    const paged: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: Page<{ id: string }> = await read(`${SWITCHES}?limit=3${cursor && `&cursor=${cursor}`}`);
      paged.push(...page.data.map(({ id }) => id));
      cursor = page.next_cursor;
    }
    expect(paged).toEqual(all.data.map(({ id }) => id));
    expect(paged[0]).toBe(told.id);
    const unknown = await turnOn({ tenant_id: 'ten_01jd4v2m0gf5c8q7k3x9w1z2r4', operation: 'all' });
    expect([unknown.status, unknown.told.code]).toEqual([404, 'tenant_not_found']);
    const misspelt = await turnOn({ provider: 'cnaugth', operation: 'all' });
    expect([misspelt.status, misspelt.told.code]).toEqual([422, 'provider_not_enabled']);
  });

  it('is switched off at the command line, too, where the API is away', async () => {
    const command = <Printed>(...args: string[]) =>
      runCommand<Printed>(desk.gateway.database.applicationUrl, 'switches', ...args);
    const { printed } = await command<{ id: string }>(
      'turn-on',
      '--provider',
      'cnaught',
      '--until',
      inHours(2),
      '--reason',
      REASON,
    );
    expect((await desk.gateway.order(SMALL_ORDER)).body.code).toBe('provider_paused');
    expect((await command<{ id: string }[]>('list')).printed.map(({ id }) => id)).toEqual([printed.id]);
    await expect(command('turn-on', '--until', inHours(200), '--reason', REASON)).rejects.toThrow('7 days');
  });
});
