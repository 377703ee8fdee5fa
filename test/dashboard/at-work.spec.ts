import type { Page } from 'playwright-core';
import { ProviderCallsRepository } from '../../src/persistence/providers/provider-calls.repository.js';
import { newOperator, placeFlagged, placeOrder, placeUnheard } from './staffed-gateway.js';
import { signIn, useDashboard } from './steps.js';

describe('an operator at work in a browser', () => {
  const at = useDashboard();
  const { openTab } = at;

  it.each([
    ['HTML out of a text', "document.createElement('div').innerHTML = '<b>'", /TrustedHTML/],
    ['a style of its own', "document.body.setAttribute('style', 'color: red')", /style-src/],
    ['another host', "void fetch('https://example.com/').catch(() => 0)", /connect-src/],
  ])('has a page that can take no %s', async (_, script, stopped) => {
    const { page, faults } = at.tab;
    await page.goto('/ops');
    await page.getByLabel('Your own key as an operator').waitFor();
    const complaint = page.waitForEvent('console', (message) => stopped.test(message.text()));
    await page.evaluate(`try { ${script} } catch {}`);
    await complaint;
    expect(faults.splice(0).join()).toMatch(stopped);
  });

  it('switches purchases off in one step, sees that on every screen, and lets them go on', async () => {
    const { page } = at.tab;
    await signIn(page, await newOperator(at.gateway, 'Sue', 'operator'), '/ops/switches');
    await page.getByText('Nothing is switched off.').waitFor();
    await page.getByLabel('At which provider').selectOption('cnaught');
    await page.getByLabel(/^Why; callers/).fill('Prices look wrong');
    await page.getByRole('button', { name: 'Switch off' }).click();
    const bar = page.getByRole('status').filter({ hasText: 'Purchases at cnaught of every tenant switched off' });
    await bar.waitFor();
    await page.getByRole('link', { name: 'Orders', exact: true }).click();
    expect(await bar.textContent()).toContain('by Sue');
    expect(await bar.textContent()).not.toContain('still needed');
    await at.gateway.rows("UPDATE switches SET on_at = now() - interval '25 hours' WHERE off_at IS NULL");
    await bar.getByText('is it still needed?').waitFor();
    await expect(placeOrder(at.gateway)).rejects.toThrow('Prices look wrong');

    await bar.getByRole('link').click();
    await page.getByLabel('Why it can go on').fill('They are right again');
    await page.getByRole('button', { name: 'Turn it off' }).click();
    await page.getByText('Nothing is switched off.').waitFor();
    expect(await at.lastAct()).toMatchObject({ act: 'switch.turn_off', outcome: 'applied' });
    await placeOrder(at.gateway);
  });

  it('sees how a provider stands, asks it, and goes on to switch it off', async () => {
    await placeOrder(at.gateway);
    await at.gateway.app.get(ProviderCallsRepository).write();
    const { page } = at.tab;
    await signIn(page, await newOperator(at.gateway, 'Pat', 'operator'), '/ops/providers');
    await page.getByRole('link', { name: 'CNaught' }).click();
    await page.getByRole('heading', { name: 'CNaught' }).waitFor();
    const purchases = page.getByRole('figure', { name: 'Purchases: calls' });
    await purchases.getByText('Hour by hour').click();
    await purchases.getByRole('row').nth(1).waitFor();
    await page.getByRole('button', { name: 'Ask it now' }).click();
    await page.getByText('It has answered, within').waitFor();
    await page.getByRole('link', { name: 'Switch off…' }).click();
    await page.getByLabel(/^Why; callers/).waitFor();
    expect(await page.getByLabel('At which provider').inputValue()).toBe('cnaught');
  });

  it('raises a budget by two people', async () => {
    const { page } = at.tab;
    const raise = async (name: string, press: string) => {
      await signIn(page, await newOperator(at.gateway, name, 'admin'), '/ops/budgets');
      await page
        .getByRole('row')
        .filter({ hasText: at.gateway.tenantId.slice(-6) })
        .getByRole('button')
        .click();
      await page.getByLabel('Limit, USD').fill('200000');
      await page.getByLabel('Why; it names nobody').fill('As agreed');
      await page.getByRole('button', { name: press, exact: true }).click();
      await page.getByLabel('Limit, USD').waitFor({ state: 'detached' });
      await page.getByRole('button', { name: 'Sign out' }).click();
      await page.getByLabel('Your own key as an operator').waitFor();
    };
    await raise('Eva', 'Set');
    expect(await at.lastAct()).toMatchObject({ act: 'session.end' });
    const open =
      'SELECT limit_usd::float8 AS "limit", open_limit_usd::float8 AS open FROM budgets WHERE tenant_id = $1';
    expect(await at.gateway.rows(open, [at.gateway.tenantId])).toEqual([{ limit: null, open: 200_000 }]);
    await raise('Finn', 'Set');
    expect(await at.gateway.rows(open, [at.gateway.tenantId])).toEqual([{ limit: 200_000, open: null }]);
  });

  it('goes from what needs somebody to the order, takes it in hand, leaves a note, and lets it go', async () => {
    const id = await placeFlagged(at.gateway, 'bought_twice', { reference: 'invoice-1' });
    const { page } = at.tab;
    await signIn(page, await newOperator(at.gateway, 'Ben Orr'));
    await page.getByRole('region', { name: 'bought twice' }).getByRole('link', { name: id }).click();
    await page.getByText('more than one purchase carries the reference of this order').first().waitFor();

    await page.getByRole('button', { name: 'Take in hand' }).click();
    await page.getByText('In hand of you').waitFor();
    expect(await at.lastAct()).toMatchObject({ act: 'order.claim', subject: id, outcome: 'applied' });

    await page.getByLabel('What you want others to know').fill('Two purchases, one of them is a repeat.');
    await page.getByRole('button', { name: 'Take note' }).click();
    await page.getByRole('listitem').filter({ hasText: 'one of them is a repeat' }).first().waitFor();
    await page.getByRole('region', { name: 'Timeline' }).getByText('Ben Orr').first().waitFor();

    await page.getByRole('button', { name: 'Let go' }).click();
    await page.getByText('In nobody’s hand').waitFor();
    expect(await at.lastAct()).toMatchObject({ act: 'order.release', subject: id, outcome: 'applied' });
  });

  const decideToAdopt = async (page: Page, purchase: string): Promise<void> => {
    await page.getByRole('radio', { name: 'adopt purchase' }).check();
    await page.getByLabel('The provider’s id of the purchase or payment').fill(purchase);
    await page.getByLabel('Why, for those who ask in a year').fill('Seen on the page of the provider.');
    await page.getByRole('button', { name: 'Check' }).click();
  };

  it('adopts a purchase only once the gateway has found it to be of the order', async () => {
    const { id, purchase } = await placeUnheard(at.gateway);
    const { page } = at.tab;
    await signIn(page, await newOperator(at.gateway, 'Ida'), `/ops/orders/${id}`);
    await page.getByRole('link', { name: 'Resolve…' }).click();
    await decideToAdopt(page, 'another');
    await page.getByText('Not so: not found at provider').waitFor();
    const act = page.getByRole('button', { name: 'Adopt the purchase' });
    expect(await act.count()).toBe(0);

    await decideToAdopt(page, purchase);
    await act.waitFor();
    expect(await act.isDisabled()).toBe(true);
    await act.click();
    await page.getByRole('heading', { name: 'Done' }).waitFor();
    expect(await at.gateway.rows('SELECT status, provider_order_id FROM orders WHERE id = $1', [id])).toEqual([
      { status: 'placed', provider_order_id: purchase },
    ]);
    expect(at.gateway.purchasesOf(id)).toHaveLength(1);
  });

  it('proposes what takes two, cannot approve it, and somebody else can', async () => {
    const { id, purchase } = await placeUnheard(at.gateway, { mass: { value: '20', unit: 't' } });
    const { page } = at.tab;
    await signIn(page, await newOperator(at.gateway, 'Ann'), `/ops/orders/${id}/resolve`);
    await decideToAdopt(page, purchase);
    const act = page.getByRole('button', { name: 'Propose: adopt the purchase' });
    await act.waitFor();
    await page.getByLabel('The last four characters of the order').fill(id.slice(-4));
    await act.click();
    await page.getByRole('heading', { name: 'Proposed' }).waitFor();
    await page.getByRole('link', { name: 'adopt purchase' }).first().click();
    await page.getByRole('heading', { name: 'It needs somebody else' }).waitFor();
    expect(await page.getByRole('button', { name: 'Approve' }).count()).toBe(0);
    const statusOf = async () => (await at.gateway.rows('SELECT status FROM orders WHERE id = $1', [id]))[0];
    expect(await statusOf()).toEqual({ status: 'in_doubt' });

    const other = await openTab();
    await signIn(other.page, await newOperator(at.gateway, 'Ben'), '/ops/approvals');
    await other.page.getByRole('row', { name: id }).getByRole('link').click();
    await other.page.getByLabel('What you have looked at').fill('The same page of the provider.');
    await other.page.getByRole('button', { name: 'Approve' }).click();
    await other.page.getByRole('columnheader', { name: 'When decided on' }).waitFor();
    expect(await statusOf()).toEqual({ status: 'placed' });
    expect(other.faults).toEqual([]);
    await other.page.context().close();
  });

  it('sees what a role may not do, and is offered none of it', async () => {
    const id = await placeOrder(at.gateway);
    const { page } = at.tab;
    await signIn(page, await newOperator(at.gateway, 'Vera', 'viewer'), `/ops/orders/${id}`);
    await page.getByText('Your role reads.').waitFor();
    for (const name of ['Read the provider now', 'Take in hand', 'Take note'])
      expect(await page.getByRole('button', { name }).count()).toBe(0);
  });

  it('needs no mouse', async () => {
    const id = await placeOrder(at.gateway, { reference: 'by-keyboard' });
    const { page } = at.tab;
    const key = await newOperator(at.gateway, 'Kay');
    await page.goto('/ops');
    await page.getByLabel('Your own key as an operator').waitFor();
    await page.keyboard.type(key);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Attention' }).waitFor();

    await page.keyboard.press('g');
    await page.keyboard.press('o');
    await page.getByRole('link', { name: id }).waitFor();
    await page.keyboard.press('j');
    expect(await page.locator(':focus').textContent()).toBe(id);
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Read the provider now' }).waitFor();
    const read = page.waitForResponse((response) => response.url().endsWith('/refresh'));
    await page.keyboard.press('r');
    expect((await read).status()).toBe(200);

    // In a field the same keys write.
    await page.keyboard.press('/');
    await page.keyboard.type('by-keyboard');
    await page.keyboard.press('Enter');
    await page.waitForURL(`**/ops/orders/${id}`);

    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Help' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  });

  it('keeps what was typed when the session ends, and goes on after signing in again', async () => {
    const id = await placeOrder(at.gateway);
    const { page } = at.tab;
    const key = await newOperator(at.gateway, 'Sue');
    await signIn(page, key, `/ops/orders/${id}`);
    await page.getByLabel('What you want others to know').fill('Half a sentence');
    await at.gateway.rows('UPDATE operator_sessions SET ended_at = now() WHERE ended_at IS NULL');
    const dialog = page.getByRole('dialog', { name: 'Your session has ended' });
    await dialog.waitFor({ timeout: 20_000 });
    await dialog.getByLabel('Your own key as an operator').fill(key);
    await dialog.getByRole('button', { name: 'Sign in' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(await page.getByLabel('What you want others to know').inputValue()).toBe('Half a sentence');
    await page.getByRole('button', { name: 'Take note' }).click();
    await page.getByRole('listitem').filter({ hasText: 'Half a sentence' }).first().waitFor();
  });

  it('sees that nobody answers, keeps what was shown, and needs no reload when it is back', async () => {
    const id = await placeFlagged(at.gateway, 'vanished');
    const { page } = at.tab;
    await signIn(page, await newOperator(at.gateway, 'Ola'));
    await page.getByRole('link', { name: id }).waitFor();
    await page.context().setOffline(true);
    await page.getByText('No answer. Showing').waitFor({ timeout: 20_000 });
    expect(await page.getByRole('link', { name: id }).count()).toBe(1);
    await page.context().setOffline(false);
    await page.getByText('as of').waitFor({ timeout: 30_000 });
  });

  it('has new rows announced, and none moves the others', async () => {
    const { page } = at.tab;
    await signIn(page, await newOperator(at.gateway, 'Rhea'), '/ops/orders');
    const rows = page.getByRole('table').locator('[data-row]');
    await rows.first().waitFor();
    const before = await rows.allTextContents();
    const id = await placeOrder(at.gateway);
    const more = page.getByRole('button', { name: 'Show 1 new' });
    await more.waitFor();
    expect(await rows.allTextContents()).toEqual(before);
    await more.click();
    await page.getByRole('link', { name: id }).waitFor();
    expect(await rows.first().textContent()).toBe(id);
  });

  it('acts for no page of another site', async () => {
    const { page } = at.tab;
    await signIn(page, await newOperator(at.gateway, 'Xia'));
    const id = await placeOrder(at.gateway);
    const acts = async (): Promise<number> =>
      (await at.gateway.rows('SELECT 1 FROM audit_log WHERE subject = $1 AND outcome = $2', [id, 'applied'])).length;

    // Another origin at the same address, with the cookie in reach.
    const elsewhere = at.gateway.url.replace('127.0.0.1', 'localhost');
    const other = await page.context().newPage();
    await other.goto(`${elsewhere}/v1/problems`);
    const target = `${at.gateway.url}/v1/ops/orders/${id}/claim`;
    const status = await other.evaluate(
      (url) =>
        fetch(url, { method: 'POST', credentials: 'include', mode: 'no-cors' }).then(
          (answer) => answer.type,
          () => 'refused',
        ),
      target,
    );
    expect(['opaque', 'refused']).toContain(status);
    expect(await acts()).toBe(0);
    await other.close();
    // And the same from the dashboard's own pages is taken.
    await page.goto(`/ops/orders/${id}`);
    await page.getByRole('button', { name: 'Take in hand' }).click();
    await page.getByText('In hand of you').waitFor();
    expect(await acts()).toBe(1);
  });
});
