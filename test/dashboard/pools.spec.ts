import { fillPools } from './pools.js';
import { newOperator } from './staffed-gateway.js';
import { signIn, useDashboard } from './steps.js';

describe('pools in a browser', () => {
  const at = useDashboard();

  it('are found by what they buy and how far they are, with their members and what they have bought, by keyboard', async () => {
    const ids = await fillPools(at.gateway);
    const { page } = at.tab;
    await signIn(page, await newOperator(at.gateway, 'Pia', 'viewer'), '/ops/finance');
    await page.getByRole('link', { name: 'Pools' }).press('Enter');
    const pools = page.getByRole('table', { name: 'Pools' });
    await pools.waitFor();
    const cells = async (row: number): Promise<string[]> =>
      (await pools.getByRole('row').nth(row).getByRole('cell').allTextContents()).slice(2);
    expect((await cells(1)).toSpliced(2, 1).toSpliced(4, 1)).toEqual([
      'one_tribe',
      'open',
      '10,000',
      '50.249326',
      '',
      '',
      '',
    ]);
    expect((await cells(4)).toSpliced(2, 1).toSpliced(4, 1)).toEqual([
      'one_tribe',
      'allocated',
      '1',
      '1.234567',
      '2.000',
      '0.765433',
      '13.777794 GBP',
    ]);
    await page.getByRole('combobox', { name: 'Status' }).selectOption('open');
    await page.waitForURL(/status=open/);
    await pools.getByRole('row').nth(2).waitFor({ state: 'detached' });
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');

    await page.waitForURL(new RegExp(ids.open));
    await page.getByText(/It closes in 6 d 23 h/).waitFor();
    const members = page.getByRole('table', { name: 'Members' });
    const firstOrder = async (): Promise<string | null> => members.getByRole('link').first().textContent();
    await members.getByRole('row').nth(50).waitFor();
    const first = await firstOrder();
    await page.getByRole('link', { name: 'Next page' }).press('Enter');
    await page.getByRole('link', { name: 'First page' }).waitFor();
    await members.getByRole('link', { name: first ?? '' }).waitFor({ state: 'detached' });

    await page.goto(`/ops/orders/${ids.member}`);
    await page.getByRole('link', { name: ids.allocated }).press('Enter');
    const bought = page.getByRole('region', { name: 'Ordered and bought' });
    await bought.getByText('0.765433 t, 13.777794 GBP without tax').waitFor();
    const member = members.getByRole('row').nth(1);
    await member.waitFor();
    expect(await member.getByRole('cell').allTextContents()).toEqual([
      ids.member,
      'retired',
      '1.234567',
      '22.222206',
      expect.stringMatching(/^ten_/),
    ]);
    await bought.getByRole('link', { name: ids.purchase }).press('Enter');
    await page.getByRole('heading', { name: ids.purchase }).waitFor();
    await page.getByRole('link', { name: ids.allocated }).waitFor();
  }, 60_000);
});
