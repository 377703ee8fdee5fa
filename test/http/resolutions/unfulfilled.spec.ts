import { randomUUID } from 'node:crypto';
import { type Answer, DAY, HOUR, outcomeOf, REASON, STATEMENT, TREES, useDecisionDesk } from './decision-desk.js';

describe('decisions on orders before they are fulfilled', () => {
  const desk = useDecisionDesk();
  const { decide, approve, onPurchases, place, buyAgain, status, boughtFor, unproven, read, send, versionOf } = desk;

  describe('on a purchase that was found', () => {
    const doubted = async (): Promise<{ id: string; purchase: string }> => {
      onPurchases('cnaught', 'after_effect');
      const { id, status: now } = await place();
      expect(now).toBe('in_doubt');
      return { id, purchase: desk.engine.purchasesOf(id)[0]?.id ?? '' };
    };

    it('adopt it where it says whose it is, and buy nothing more', async () => {
      const { id, purchase } = await doubted();
      expect(outcomeOf(await decide(id, 'adopt_purchase', { provider_order_id: purchase }))).toEqual([201, 'applied']);
      expect(await desk.engine.order(id)).toMatchObject({ status: 'placed', providerOrderId: purchase });
      await desk.engine.later(HOUR);
      expect(boughtFor(id)).toBe(1);
      expect((await desk.engine.history(id)).at(-1)).toBe('placed (operator)');
    });

    it.each<[string, () => void, string]>([
      ['of another mass', () => onRead({ kind: 'set_field', path: 'amount_kg', value: 90 }), 'evidence_disagrees'],
      ['that cannot be understood', () => onRead({ kind: 'unknown_status' }), 'not_readable'],
      ['that the provider does not know', () => onRead({ kind: 'refused', status: 404 }), 'not_found_at_provider'],
      [
        'at a provider that is silent',
        () => onRead({ kind: 'error', status: 503, effect: false }),
        'provider_unavailable',
      ],
    ])('leave one alone %s', async (_, breakIt, refusal) => {
      const { id, purchase } = await doubted();
      breakIt();
      const before = await desk.engine.order(id);
      const refused = await decide(id, 'adopt_purchase', { provider_order_id: purchase });
      expect(outcomeOf(refused)).toEqual([refusal === 'provider_unavailable' ? 503 : 409, refusal]);
      expect(await desk.engine.order(id)).toEqual(before);
    });
    const onRead = (fault: Parameters<typeof desk.engine.sandbox.cnaught.faults.add>[0]['fault']) =>
      desk.engine.sandbox.cnaught.faults.add({ match: { method: 'GET', path: '^/orders/' }, times: 'always', fault });

    it('leave another order’s alone', async () => {
      const { id } = await doubted();
      const other = await place();
      const refused = await decide(id, 'adopt_purchase', { provider_order_id: other.providerOrderId });
      expect(outcomeOf(refused)).toEqual([409, 'purchase_belongs_to_another_order']);
    });

    it('want to be told which', async () => {
      const { id } = await doubted();
      const refused = await decide(id, 'adopt_purchase');
      expect(outcomeOf(refused)).toEqual([409, 'purchase_not_named']);
    });
  });

  describe('that nothing was bought', () => {
    it('wait until the gateway has found out what it can by itself', async () => {
      onPurchases('one_tribe', 'before_effect');
      const { id } = await place(TREES);
      expect(outcomeOf(await decide(id, 'end_not_bought'))).toEqual([409, 'gateway_still_resolving']);
    });

    it('are of one person where the gateway has read a list that proves it', async () => {
      onPurchases('one_tribe', 'before_effect', 'always');
      const list = { method: 'GET', path: '/transactions' };
      desk.engine.sandbox.oneTribe.faults.add({ match: list, times: 'always', fault: { kind: 'broken_json' } });
      const { id } = await place(TREES);
      for (let day = 0; day < 20; day++) await desk.engine.later(DAY);
      expect(await status(id)).toEqual(['in_doubt', 'unproven_outcome']);
      expect(outcomeOf(await decide(id, 'end_not_bought'))).toEqual([409, 'not_readable']);
      desk.engine.sandbox.oneTribe.faults.clear();
      expect(outcomeOf(await decide(id, 'end_not_bought'))).toEqual([201, 'applied']);
      expect(await desk.engine.order(id)).toMatchObject({ status: 'failed', statusReason: 'not_bought', review: null });
      await desk.engine.later(DAY);
      expect(boughtFor(id)).toBe(0);
    });

    it('take the word of the provider and two people where nothing proves it', async () => {
      const id = await unproven();
      expect(outcomeOf(await decide(id, 'end_not_bought'))).toEqual([409, 'statement_required']);
      const proposed = await decide(id, 'end_not_bought', { statement: STATEMENT });
      expect(outcomeOf(proposed)).toEqual([201, 'proposed']);
      expect(await status(id)).toEqual(['in_doubt', 'unproven_outcome']);
      expect(outcomeOf(await approve(id, proposed, desk.ann))).toEqual([403, 'second_person_required']);
      expect(outcomeOf(await approve(id, proposed))).toEqual([200, 'applied']);
      expect(await status(id)).toEqual(['failed', null]);
      expect(boughtFor(id)).toBe(0);
      expect(outcomeOf(await approve(id, proposed))).toEqual([409, 'resolution_closed']);
    });

    it('are refused where it is in the list', async () => {
      const id = await unproven('after_effect');
      const refused = await decide(id, 'end_not_bought', { statement: STATEMENT });
      expect(outcomeOf(refused)).toEqual([409, 'found_at_provider']);
      const adopted = await decide(id, 'adopt_purchase', { provider_order_id: desk.engine.purchasesOf(id)[0]?.id });
      expect(outcomeOf(adopted)).toEqual([201, 'applied']);
      expect([await status(id), boughtFor(id)]).toEqual([['placed', null], 1]);
    });

    it('are overtaken by a purchase that turns up before they are approved', async () => {
      const id = await unproven();
      const proposed = await decide(id, 'end_not_bought', { statement: STATEMENT });
      await buyAgain(id);
      expect(outcomeOf(await approve(id, proposed))).toEqual([409, 'found_at_provider']);
      expect(await status(id)).toEqual(['in_doubt', 'unproven_outcome']);
      const { state, refusal } = await read<{ state: string; refusal: string }>(
        `/v1/ops/resolutions/${proposed.body.id}`,
        '/v1/ops/resolutions/{id}',
      );
      expect([state, refusal]).toEqual(['overtaken', 'found_at_provider']);
      await desk.engine.later(HOUR);
      expect([await status(id), boughtFor(id)]).toEqual([['placed', null], 1]);
    });

    it('are of one person for what was never sent', async () => {
      await desk.engine.pause('cnaught', 'purchases', 1_000 * HOUR);
      const { id } = await place({ waitIfPaused: true });
      await desk.engine.letTimePass(25 * HOUR);
      await desk.engine.makeDue(id);
      await desk.engine.runDue();
      expect(await status(id)).toEqual(['created', 'submission_keeps_failing']);
      expect(outcomeOf(await decide(id, 'end_not_bought'))).toEqual([201, 'applied']);
      await desk.engine.resume('cnaught', 'purchases');
      await desk.engine.later(HOUR);
      expect([await status(id), boughtFor(id)]).toEqual([['failed', null], 0]);
    });
  });

  describe('to cancel', () => {
    const CANCEL = '/v1/ops/orders/{id}/cancel';
    const cancel = async (
      id: string,
      { key = desk.ann, under = randomUUID() }: { key?: string; under?: string } = {},
    ) =>
      send(
        CANCEL.replace('{id}', id),
        CANCEL,
        { reason: REASON, expected_version: await versionOf(id) },
        key,
        under,
      ) as Promise<Answer & { readonly body: { readonly order: { readonly status: string } } }>;
    const actsOn = async (id: string) =>
      (
        await desk.engine.rows('SELECT act, outcome, problem_code FROM audit_log WHERE subject = $1 ORDER BY number', [
          id,
        ])
      ).map((row) => Object.values(row).filter((value) => value !== null));

    it('ask the provider, whose word it is, and are one person’s for a small order', async () => {
      const { id } = await place();
      const { status: code, body } = await cancel(id);
      expect([code, body.order.status]).toEqual([200, 'cancelled']);
      expect((await desk.engine.history(id)).slice(-2)).toEqual(['cancel_requested (operator)', 'cancelled (poll)']);
      expect(await actsOn(id)).toEqual([
        ['resolution.apply', 'applied'],
        ['order.cancel', 'applied'],
      ]);
    });

    it('need no provider for what was never sent', async () => {
      await desk.engine.pause('cnaught', 'purchases', 1_000 * HOUR);
      const { id } = await place({ waitIfPaused: true });
      const { body } = await cancel(id);
      expect(body.order).toMatchObject({ status: 'cancelled', status_reason: 'cancelled_by_operator' });
      await desk.engine.resume('cnaught', 'purchases');
      await desk.engine.later(HOUR);
      expect(boughtFor(id)).toBe(0);
    });

    it('are two people’s for a large one, and nothing is asked of the provider before', async () => {
      const { id } = await place({ grams: 11_000_000 });
      const proposed = await cancel(id);
      expect(outcomeOf(proposed)).toEqual([202, 'proposed']);
      expect(await status(id)).toEqual(['placed', null]);
      expect(outcomeOf(await approve(id, proposed, desk.ann))).toEqual([403, 'second_person_required']);
      expect(outcomeOf(await approve(id, proposed))).toEqual([200, 'applied']);
      expect((await status(id))[0]).toBe('cancelled');
    });

    it('are overtaken by a retirement, and refused after it', async () => {
      const { id, providerOrderId } = await place({ grams: 11_000_000 });
      const proposed = await cancel(id);
      desk.engine.sandbox.cnaught.advance(providerOrderId ?? '', 'fulfilled');
      expect(outcomeOf(await approve(id, proposed))).toEqual([409, 'retired_at_provider']);
      await desk.engine.later(HOUR);
      expect((await status(id))[0]).toBe('completed');
      expect(outcomeOf(await cancel(id))).toEqual([409, 'order_not_cancellable']);
    });

    it('are refused while it may have been bought, with the reason that tenants are told', async () => {
      onPurchases('cnaught', 'after_effect');
      const { id } = await place();
      expect((await cancel(id)).body).toMatchObject({
        code: 'order_not_cancellable',
        detail: expect.stringContaining('once its outcome is known'),
      });
      const { acts } = await read<{ acts: { act: string; why_not: string }[] }>(
        `/v1/ops/orders/${id}`,
        '/v1/ops/orders/{id}',
      );
      expect(acts.find(({ act }) => act === 'cancel')?.why_not).toContain('once its outcome is known');
      expect(await actsOn(id)).toEqual([['order.cancel', 'refused', 'order_not_cancellable']]);
    });

    it('ask again under the same key where the provider has not confirmed it', async () => {
      const { id } = await place(TREES);
      const lost = { kind: 'reset', when: 'before_effect' } as const;
      desk.engine.sandbox.oneTribe.faults.add({ match: { method: 'DELETE' }, fault: lost });
      const under = randomUUID();
      const wanted = { reason: REASON, expected_version: await versionOf(id) };
      const again = () => send(CANCEL.replace('{id}', id), CANCEL, wanted, desk.ann, under);
      expect(outcomeOf(await again())).toEqual([503, 'provider_unavailable']);
      expect((await status(id))[0]).toBe('placed');
      expect((await again()).status).toBe(200);
      expect((await status(id))[0]).toBe('cancelled');
    });

    it('leave alone what the provider shows as cancelled, as another order’s, or not at all', async () => {
      const { id, providerOrderId } = await place(TREES);
      desk.engine.sandbox.oneTribe.vanish(providerOrderId ?? '');
      expect(outcomeOf(await cancel(id))).toEqual([409, 'not_found_at_provider']);
      const other = await place();
      desk.engine.sandbox.cnaught.advance(other.providerOrderId ?? '', 'cancelled');
      expect(outcomeOf(await cancel(other.id))).toEqual([409, 'ends_by_news']);
    });
  });
});
