import { WebhookReceiver } from '../support/webhook-receiver.js';
import { WebhookSteps } from '../support/webhook-steps.js';
import { newOperator, placeOrder, placeUnheard, proposeAdoption } from './staffed-gateway.js';
import { signIn, useDashboard } from './steps.js';

describe('an operator at a case', () => {
  const at = useDashboard();

  it('cancels an order once the gateway has found that it can be, and is told why it cannot', async () => {
    const id = await placeOrder(at.gateway, { reference: 'not-wanted' });
    const { page } = at.tab;
    await signIn(page, await newOperator(at.gateway, 'Cora'), `/ops/orders/${id}`);
    await page.getByRole('link', { name: 'Cancel…' }).click();
    await page.getByLabel('Why, for those who ask in a year').fill('Ordered twice by mistake (ticket 4711).');
    await page.getByRole('button', { name: 'Check' }).click();
    const act = page.getByRole('button', { name: 'Cancel the order' });
    await act.waitFor();
    expect(await act.isDisabled()).toBe(true);
    await act.click();
    await page.getByRole('heading', { name: 'Done' }).waitFor();
    expect(await at.gateway.rows('SELECT status FROM orders WHERE id = $1', [id])).toEqual([{ status: 'cancelled' }]);

    await page.getByRole('link', { name: 'the order' }).click();
    await page.getByText('The order cannot be cancelled: it is cancelled already.').waitFor();
    expect(await page.getByRole('button', { name: 'Cancel…' }).isDisabled()).toBe(true);
  });

  it('sees what was found then and now before approving, and what would be refused', async () => {
    const { id, purchase } = await placeUnheard(at.gateway, { mass: { value: '20', unit: 't' } });
    const { page } = at.tab;
    const proposed = await proposeAdoption(at.gateway, await newOperator(at.gateway, 'Pia'), { id, purchase });
    await signIn(page, await newOperator(at.gateway, 'Quin'), `/ops/approvals/${proposed}`);
    const table = page.getByRole('region', { name: 'Found then and now' });
    await table.getByText('✓ so').last().waitFor();
    expect(await table.getByText('✗ not so').count()).toBe(0);
    const fault = { kind: 'set_field', path: 'amount_kg', value: 90 } as const;
    at.gateway.sandbox.cnaught.faults.add({
      match: { method: 'GET', path: `^/orders/${purchase}` },
      times: 'always',
      fault,
    });
    await page.getByRole('button', { name: 'Check again' }).click();
    await table.getByText('✗ not so changed').waitFor();
    await page.getByText('It would be refused now').waitFor();
  });

  it('goes from an endpoint that fails to what it answered, and sends it again', async () => {
    const receiver = await WebhookReceiver.start();
    const steps = new WebhookSteps(at.gateway, at.gateway.app);
    const endpoint = await steps.makeEndpoint(at.gateway.tenantId, receiver.url, ['order.created']);
    const id = await placeOrder(at.gateway);
    await steps.dispatch();
    receiver.answer = (response) => void response.writeHead(500).end('<b>broken</b>');
    await steps.sendDue();
    const { page } = at.tab;
    await signIn(page, await newOperator(at.gateway, 'Dora'), '/ops/deliveries');
    await page
      .getByRole('region', { name: 'nothing comes through' })
      .getByRole('link', { name: endpoint.id })
      .waitFor();
    await page.getByRole('row', { name: id }).getByRole('link').first().click();
    await page.getByText('<b>broken</b>').waitFor();
    expect(await page.locator('main').textContent()).not.toContain('Jane Smith');
    await page.getByRole('button', { name: 'Send it again' }).click();
    await page.getByText('Queued. What comes of it is below.').waitFor();
    receiver.answerWith(204);
    await steps.sendDue();

    await page.goto(`/ops/endpoints/${endpoint.id}`);
    await page.getByLabel('Events since, in UTC').fill('2026-01-01T00:00');
    await page.getByRole('radio', { name: 'all' }).check();
    await page.getByRole('button', { name: 'Count' }).click();
    await page.getByRole('alert').getByText('at most 31 days').waitFor();
    const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 16);
    await page.getByLabel('Events since, in UTC').fill(yesterday);
    await page.getByRole('button', { name: 'Count' }).click();
    await page.getByRole('button', { name: /^Send \d+ again$/ }).click();
    await page.getByText('are queued.').waitFor();
    await steps.sendDue();
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBeGreaterThan(1);
    expect(await at.lastAct()).toMatchObject({
      act: 'webhook_endpoint.replay',
      subject: endpoint.id,
      outcome: 'applied',
    });
    await receiver.stop();
  });

  it('takes several orders in hand at once, and is told of each what came of it', async () => {
    const [first, second] = [await placeOrder(at.gateway), await placeOrder(at.gateway)];
    const { page } = at.tab;
    await signIn(page, await newOperator(at.gateway, 'Bea'), '/ops/orders');
    await page.getByRole('link', { name: second }).waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('x');
    await page.getByText('1 order selected').waitFor();
    await page.getByRole('checkbox', { name: `Select ${first}` }).check();
    await page.getByRole('button', { name: 'Take them in hand…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Take them in hand' });
    for (const id of [first, second]) await dialog.getByText(id).waitFor();
    await dialog.getByRole('button', { name: 'Take them in hand (2)' }).click();
    await dialog.getByText('✓ done').nth(1).waitFor();
    await dialog.getByRole('button', { name: 'Close' }).click();
    const owners =
      'SELECT p.name FROM order_owners w JOIN operators p ON p.id = w.operator_id WHERE w.order_id = ANY ($1)';
    expect(await at.gateway.rows(owners, [[first, second]])).toEqual([{ name: 'Bea' }, { name: 'Bea' }]);
  });

  it('is led to one entry of a timeline by its address', async () => {
    const id = await placeOrder(at.gateway);
    const [{ id: event } = { id: '' }] = await at.gateway.rows<{ id: string }>(
      "SELECT id FROM order_events WHERE order_id = $1 AND type = 'order.placed'",
      [id],
    );
    const { page } = at.tab;
    await signIn(page, await newOperator(at.gateway, 'Lea'), `/ops/orders/${id}?show=people#${event}`);
    const entry = page.locator(`[id="${event}"]`);
    await entry.getByText('provider order id').waitFor();
    expect(await page.getByRole('region', { name: 'Timeline' }).getByRole('listitem').count()).toBe(1);
  });
});
