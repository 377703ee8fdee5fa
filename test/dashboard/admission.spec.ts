import type { Page } from 'playwright-core';
import { SIGN_IN_CALLBACK } from '../../src/http/dashboard/sign-in-paths.js';
import { TestIdentityProvider } from '../support/identity-provider.js';
import { newOperator } from './staffed-gateway.js';
import { signIn, useDashboard } from './steps.js';

describe('who comes in', () => {
  let idp: TestIdentityProvider;
  const at = useDashboard(async (publicUrl) => {
    idp = await TestIdentityProvider.start(`${publicUrl}${SIGN_IN_CALLBACK}`);
    return { oidc: idp.settings };
  });
  afterAll(() => idp.stop());

  describe('by the identity provider', () => {
    const atCompany = async (sub: string, email: string): Promise<Page> => {
      idp.people.set(sub, { sub, email, email_verified: true, roles: ['approver'] });
      const { page } = at.tab;
      await page.context().setExtraHTTPHeaders({ 'x-signs-in-as': sub });
      await page.goto('/ops/audit');
      await page.getByRole('link', { name: 'Sign in with your company account' }).click();
      return page;
    };
    /** The way leads over the provider's own pages, which are asked for here on purpose. */
    afterEach(() => {
      const others = at.tab.faults.splice(0).filter((fault) => fault !== `foreign: ${idp.issuer}`);
      expect(others).toEqual([]);
    });

    it('comes to the page that was asked for, as who they are there, and signs out', async () => {
      await newOperator(at.gateway, 'Ines', 'approver', 'ines@example.com');
      const page = await atCompany('ines', 'ines@example.com');
      await page.getByRole('heading', { name: 'Audit', exact: true }).waitFor();
      await page.getByText('Ines').first().waitFor();
      expect(new URL(page.url()).pathname).toBe('/ops/audit');
      expect(await page.evaluate<string>('document.cookie')).toBe('');
      await page.getByRole('button', { name: 'Sign out' }).click();
      await page.getByRole('link', { name: 'Sign in with your company account' }).waitFor();
    });

    it('is told why not where the provider knows somebody who is no operator', async () => {
      const page = await atCompany('stranger', 'stranger@example.com');
      await page.getByRole('alert').getByText('operator').waitFor();
      expect(await page.getByRole('navigation', { name: 'Screens' }).count()).toBe(0);
    });

    it('keeps what was typed when the session ends, and goes on in the same page', async () => {
      await newOperator(at.gateway, 'Olga', 'approver', 'olga@example.com');
      const page = await atCompany('olga', 'olga@example.com');
      await page.getByRole('link', { name: 'Switches' }).first().click();
      await page.getByLabel(/^Why; callers/).fill('Half a sentence');
      await at.gateway.rows('UPDATE operator_sessions SET ended_at = now() WHERE ended_at IS NULL');
      const dialog = page.getByRole('dialog', { name: 'Your session has ended' });
      await dialog.waitFor({ timeout: 20_000 });
      const opened = page.context().waitForEvent('page');
      await dialog.getByRole('link', { name: 'Sign in with your company account' }).click();
      await (await opened).getByRole('navigation', { name: 'Screens' }).waitFor();
      await page.bringToFront();
      await page.evaluate('dispatchEvent(new Event("focus"))');
      await dialog.waitFor({ state: 'detached' });
      expect(await page.getByLabel(/^Why; callers/).inputValue()).toBe('Half a sentence');
    });
  });

  describe('by a key', () => {
    it('signs in, keeps nothing that a script could read, and signs out', async () => {
      const { page } = at.tab;
      const key = await newOperator(at.gateway, 'Ann Lee');
      await signIn(page, key, '/ops/audit');
      await page.getByRole('heading', { name: 'Audit', exact: true }).waitFor();
      expect(await page.getByText('Ann Lee').count()).toBeGreaterThan(0);
      const kept = await page.evaluate<string>(
        'JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, location.href])',
      );
      expect(kept).not.toContain(key);
      expect(kept).not.toContain('ofg_ops');

      await page.getByRole('button', { name: 'Sign out' }).click();
      await page.getByLabel('Your own key as an operator').waitFor();
      await page.goto('/ops/orders');
      await page.getByLabel('Your own key as an operator').waitFor();
      expect(await page.getByRole('table').count()).toBe(0);
    });

    it('is led to the address whose sessions may act', async () => {
      const { page } = at.tab;
      const address = at.gateway.url.replace('127.0.0.1', 'localhost');
      await page.goto(`${address}/ops/orders`);
      await page.getByRole('link', { name: at.gateway.url }).click();
      await page.waitForURL(`${at.gateway.url}/ops/orders`);
      await page.getByLabel('Your own key as an operator').waitFor();
      expect(await page.getByRole('alert').count()).toBe(0);
      // The other address is one that is asked for here on purpose.
      expect(new Set(at.tab.faults.splice(0))).toEqual(new Set([`foreign: ${address}`]));
    });

    it('is told why a key does not open the dashboard', async () => {
      const { page } = at.tab;
      await page.goto('/ops');
      for (const key of [at.gateway.key, 'nonsense']) {
        await page.getByLabel('Your own key as an operator').fill(key);
        await page.getByRole('button', { name: 'Sign in' }).click();
        await page.getByRole('alert').waitFor();
      }
      expect(await page.getByRole('navigation').count()).toBe(0);
    });
  });

  describe('by an admin', () => {
    const openForm = async (page: Page, show: string, title: string): Promise<void> => {
      await page.goto(`/ops/admin?show=${show}`);
      await page.getByText(title, { exact: true }).click();
    };
    const secretOn = async (page: Page): Promise<string> =>
      (await page.getByRole('status').locator('code.secret').textContent()) ?? '';
    const decide = async (page: Page, who: string, ...buttons: readonly string[]): Promise<void> => {
      await page.goto('/ops/admin?show=waiting');
      const row = page.getByRole('row').filter({ hasText: who });
      for (const name of buttons) await row.getByRole('button', { name }).click();
      await row.waitFor({ state: 'detached' });
    };

    it('is a key of a new tenant, which opens what was checked until it is ended', async () => {
      const { page } = at.tab;
      await signIn(page, await newOperator(at.gateway, 'Ada', 'admin'));
      await openForm(page, 'tenants', 'New tenant');
      await page.getByLabel('Whose it is').fill('Browser Shop');
      await page.getByRole('button', { name: 'Make the tenant' }).click();
      const row = page.getByRole('row').filter({ hasText: 'Browser Shop' });
      const tenantId = (await row.locator('code').textContent()) ?? '';

      await openForm(page, 'keys', 'New key');
      await page.getByLabel('Id of the tenant').fill(tenantId);
      await page.getByLabel('What it is for').fill('Their shop');
      await page.getByRole('checkbox', { name: 'orders:read' }).check();
      await page.getByRole('button', { name: 'Make the key' }).click();
      const key = await secretOn(page);
      expect((await at.gateway.get('/v1/orders', key)).status).toBe(200);
      expect((await at.gateway.get('/v1/events', key)).status).toBe(403);

      const made = page.getByRole('row').filter({ hasText: 'Their shop' });
      await made.getByRole('button', { name: 'End…' }).click();
      await made.getByRole('button', { name: 'End it for good' }).click();
      await made.getByText('ended').waitFor();
      expect(await at.lastAct()).toMatchObject({ act: 'key.revoke', outcome: 'applied' });
      await page.reload();
      expect(await page.content()).not.toContain(key);
    });

    it('is an operator whom a second admin lets in, and nobody before', async () => {
      const { page } = at.tab;
      await signIn(page, await newOperator(at.gateway, 'Bert', 'admin'));
      await openForm(page, 'operators', 'New operator');
      await page.getByLabel('Their name').fill('Nora New');
      await page.getByLabel(/^Their email address/).fill('nora@example.com');
      await page.getByLabel('What they may do').selectOption('operator');
      await page.getByRole('button', { name: 'Ask for them' }).click();
      await page.getByText('waits for a second admin').waitFor();
      const key = await secretOn(page);
      await page.goto('/ops/admin?show=waiting');
      const own = page.getByRole('row').filter({ hasText: 'Nora New' });
      await own.getByText('needs somebody else').waitFor();
      expect(await own.getByRole('button', { name: 'Let in' }).count()).toBe(0);

      const nora = await at.openTab();
      await nora.page.goto('/ops');
      await nora.page.getByLabel('Your own key as an operator').fill(key);
      await nora.page.getByRole('button', { name: 'Sign in', exact: true }).click();
      await nora.page.getByRole('alert').waitFor();

      const second = await at.openTab();
      await signIn(second.page, await newOperator(at.gateway, 'Cleo', 'admin'));
      await decide(second.page, 'Nora New', 'Let in…', 'Let them in');
      expect(await at.lastAct()).toMatchObject({ act: 'operator.create', outcome: 'applied' });

      await signIn(nora.page, key);
      await nora.page.getByText('Nora New').first().waitFor();
      expect(await nora.page.getByRole('link', { name: 'Admin' }).count()).toBe(0);

      await second.page.goto('/ops/admin');
      const access = second.page.getByRole('row').filter({ hasText: 'nora@example.com' });
      await access.getByRole('button', { name: 'Disable…' }).click();
      await access.getByRole('button', { name: 'Disable for good' }).click();
      await access.getByText('disabled').waitFor();
      await nora.page.getByRole('dialog', { name: 'Your session has ended' }).waitFor({ timeout: 20_000 });
      expect([nora.faults, second.faults]).toEqual([[], []]);
      await Promise.all([nora, second].map((tab) => tab.page.context().close()));
    });

    it('is nobody whom the second admin rejects, or whom the first takes back', async () => {
      const { page } = at.tab;
      await signIn(page, await newOperator(at.gateway, 'Dina', 'admin'));
      for (const [name, email] of [
        ['Rex Rejected', 'rex@example.com'],
        ['Tim Taken', 'tim@example.com'],
      ] as const) {
        await openForm(page, 'operators', 'New operator');
        await page.getByLabel('Their name').fill(name);
        await page.getByLabel(/^Their email address/).fill(email);
        await page.getByRole('button', { name: 'Ask for them' }).click();
        await page.getByText('waits for a second admin').waitFor();
      }
      await decide(page, 'Tim Taken', 'Take back…', 'Take it back');
      await page.getByRole('button', { name: 'Sign out' }).click();
      await page.getByLabel('Your own key as an operator').waitFor();
      await signIn(page, await newOperator(at.gateway, 'Emil', 'admin'));
      await decide(page, 'Rex Rejected', 'Reject…', 'Reject it');
      const made = "SELECT email FROM operators WHERE email IN ('rex@example.com', 'tim@example.com')";
      expect(await at.gateway.rows(made)).toEqual([]);
    });
  });
});
