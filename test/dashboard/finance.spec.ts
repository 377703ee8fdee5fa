import { createHash } from 'node:crypto';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { compareMonth, reconcile } from '../support/reconcile.js';
import { retireAt, STATEMENT_HEAD } from './books.js';
import { newOperator, placeOrder } from './staffed-gateway.js';
import { signIn, useDashboard } from './steps.js';

const MONTH = '2026-08';

describe('finance in a browser', () => {
  const at = useDashboard();

  const fileOf = (...lines: readonly string[]) => ({
    name: 'october.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from([STATEMENT_HEAD, ...lines, ''].join('\n')),
  });

  const fill = async (page: Page, of: { readonly number: string; readonly lines: string; readonly net: string }) => {
    const form = page.locator('details.new form');
    await form.getByRole('combobox', { name: /^Provider/ }).selectOption('cnaught');
    await form.getByLabel('Document').selectOption('invoice');
    await form.getByLabel('Format of the file').selectOption('canonical-1');
    await form.getByLabel('The provider’s number of it').fill(of.number);
    await form.getByLabel('Its date').fill('2026-11-01');
    await form.getByLabel('Currency').selectOption('USD');
    await form.getByLabel('Lines, without the first').fill(of.lines);
    await form.getByLabel('Total without tax').fill(of.net);
    await form.getByLabel('Tax; 0.00 for none').fill('0.00');
  };

  it('takes an invoice from the file to the books, and back', async () => {
    const order = await placeOrder(at.gateway);
    const { page } = at.tab;
    await signIn(page, await newOperator(at.gateway, 'Fay', 'operator'));
    await page.keyboard.press('g');
    await page.keyboard.press('f');
    await page.getByRole('link', { name: 'Statements' }).click();
    await page.getByText('No statement is like this.').waitFor();
    await page.getByText('Upload a statement').click();
    await fill(page, { number: 'INV-2026-10', lines: '2', net: '3.25' });
    const right = `,charge,,${order},,100,kg,2.00,0.00,USD,2026-11-01,`;
    const file = page.getByLabel('File, CSV');
    await file.setInputFiles(fileOf(right, ',charge,,,,,,"1,25",0.00,USD,2026-11-01,'));
    await page.getByRole('button', { name: 'Upload and check' }).click();
    const wrong = page.getByRole('table', { name: 'What is wrong in the file' }).getByRole('row').nth(1);
    await wrong.waitFor();
    expect(await wrong.getByRole('cell').allTextContents()).toEqual([
      '3',
      'net',
      'amount malformed',
      'The amount is not written as the mapping declares.',
    ]);

    const path = join(await mkdtemp(join(tmpdir(), 'statement-')), 'october.csv');
    await writeFile(path, 'line_id');
    await file.setInputFiles(path);
    await writeFile(path, 'line_id,kind');
    await page.getByRole('button', { name: 'Upload and check' }).click();
    await page.getByRole('alert').getByText('The file has changed since it was chosen').waitFor();

    // Corrected on disk, chosen again, and under the same declarations: another try, not a repeat.
    await file.setInputFiles(fileOf(right, ',charge,,,,,,1.25,0.00,USD,2026-11-01,nobody’s'));
    await page.getByRole('button', { name: 'Upload and check' }).click();
    await page.getByRole('heading', { name: 'INV-2026-10 checked' }).waitFor();
    const id = new URL(page.url()).pathname.split('/').at(-1) ?? '';
    const told = async (title: string): Promise<string[][]> => {
      const posts = page.getByRole('region', { name: title });
      await posts.getByRole('cell', { name: 'suspense' }).first().waitFor();
      const rows = await posts.getByRole('row').all();
      return Promise.all(rows.slice(1).map((row) => row.getByRole('cell').allTextContents()));
    };
    const postings = [
      ['clearing', 'payable', 'invoice', '1', '2.00'],
      ['suspense', 'payable', 'suspend', '1', '1.25'],
    ];
    expect(await told('What accepting it will post')).toEqual(postings);
    const lines = page.getByRole('region', { name: 'Lines' });
    await lines.getByRole('link', { name: order }).waitFor();
    expect(await lines.getByText('of none').count()).toBe(1);

    const booked = `SELECT t.rule, t.units::float8 / 1e6 AS amount FROM ledger_transfers t WHERE t.source = '${id}' ORDER BY 1, 2`;
    expect(await at.gateway.rows(booked)).toEqual([]);
    await page.getByRole('button', { name: 'Accept…' }).click();
    await page.getByRole('button', { name: 'Accept it: it counts' }).click();
    await page.getByRole('heading', { name: 'INV-2026-10 accepted' }).waitFor();
    expect(await at.gateway.rows(booked)).toEqual([
      { rule: 'invoice', amount: 2 },
      { rule: 'suspend', amount: 1.25 },
    ]);
    expect(await told('What it has posted')).toEqual(postings);

    await page.getByText('Take it back').click();
    await page.getByLabel(/^Why, for those who ask/).fill('Too short');
    expect(await page.getByRole('button', { name: 'Reverse…' }).isDisabled()).toBe(true);
    await page.getByLabel(/^Why, for those who ask/).fill('The provider has sent a corrected one.');
    await page.getByRole('button', { name: 'Reverse…' }).click();
    await page.getByRole('button', { name: 'Reverse it for good' }).click();
    await page.getByText('The provider has sent a corrected one.').waitFor();
    await page.getByRole('region', { name: 'What it has posted' }).getByRole('row').nth(4).waitFor();
    expect(await told('What it has posted')).toEqual([
      ...postings,
      ['payable', 'clearing', 'invoice', '1', '2.00'],
      ['payable', 'suspense', 'suspend', '1', '1.25'],
    ]);
    expect(await at.lastAct()).toMatchObject({ act: 'statement.reverse', subject: id, outcome: 'applied' });
    const download = page.waitForEvent('download');
    await page.getByRole('link', { name: 'as it was received' }).click();
    expect(await readFile(await (await download).path(), 'utf8')).toContain('nobody’s');
  });

  it('says of a statement that is there already which one it is', async () => {
    const { page } = at.tab;
    await signIn(page, await newOperator(at.gateway, 'Gil', 'operator'), '/ops/finance/statements');
    for (const net of ['1.00', '1.50']) {
      await page.getByText('Upload a statement').click();
      await fill(page, { number: 'INV-TWICE', lines: '1', net });
      await page.getByLabel('File, CSV').setInputFiles(fileOf(`,charge,,,,,,${net},0.00,USD,2026-11-01,twice`));
      await page.getByRole('button', { name: 'Upload and check' }).click();
      if (net === '1.00') await page.getByRole('heading', { name: 'INV-TWICE checked' }).waitFor();
      if (net === '1.00') await page.getByRole('link', { name: 'Finance' }).click();
      if (net === '1.00') await page.getByRole('link', { name: 'Statements' }).click();
    }
    await page.getByRole('alert').getByText('There is a statement of this number').waitFor();
    await page.getByRole('link', { name: 'the statement' }).click();
    await page.getByRole('heading', { name: 'INV-TWICE checked' }).waitFor();
  });

  it('closes a month once everything is as it has to be, downloads what was kept, and reopens it by an approver', async () => {
    await retireAt(at.gateway, `${MONTH}-15T12:00:00Z`);
    const { page } = at.tab;
    await signIn(page, await newOperator(at.gateway, 'Hal', 'operator'), '/ops/finance');
    await page.getByRole('row', { name: MONTH }).getByText('to be closed').waitFor();
    const inventory = page.waitForEvent('download');
    await page.getByRole('link', { name: 'retirements of 2026, CSV' }).click();
    expect(await readFile(await (await inventory).path(), 'utf8')).toContain('2026-08-15');
    await page.getByRole('link', { name: MONTH }).press('Enter');
    await page.getByText('2 of 7 checks are not so yet.').waitFor();
    const compared = page.getByRole('row').filter({ hasText: 'lists are compared' });
    expect(await compared.textContent()).toContain('POST /v1/finance/reconciliations {"provider":"cnaught"');
    await compareMonth(at.gateway, MONTH, 'cnaught');
    await page.getByRole('button', { name: 'Look again' }).click();
    await page.getByText('1 of 7 checks are not so yet.').waitFor();
    const missing = page.getByRole('row').filter({ hasText: 'statements are in' });
    expect(await missing.textContent()).toContain('✗ not soNo statement of cnaught.Upload and accept');
    const mass = page.getByRole('table', { name: 'Balances, t CO2e' }).getByRole('row', { name: /^retired/ });
    await mass.waitFor();
    expect((await mass.getByRole('cell').allTextContents()).slice(1, 5)).toEqual(['0.000', '0.100', '0.000', '0.100']);

    await page.getByLabel(/^Note, kept with the closing/).fill('CNaught bills August with September');
    const close = page.getByRole('button', { name: `Close ${MONTH}…` });
    expect(await close.isDisabled()).toBe(true);
    await page.getByRole('checkbox', { name: 'cnaught' }).check();
    await close.click();
    await page.getByRole('button', { name: `Close ${MONTH}: nothing` }).click();
    const sealed = page
      .getByRole('table', { name: 'Exports of version 1' })
      .getByRole('row')
      .filter({ hasText: 'journal' });
    await sealed.waitFor();
    const download = page.waitForEvent('download');
    await sealed.getByRole('link').click();
    const file = await readFile(await (await download).path());
    expect(await sealed.textContent()).toContain(createHash('sha256').update(file).digest('hex'));
    expect((await download).suggestedFilename()).toBe(`journal-${MONTH}-v1.csv`);
    const evidence = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Evidence, tar.gz' }).click();
    expect((await evidence).suggestedFilename()).toBe(`evidence-${MONTH}-v1.tar.gz`);
    expect((await readFile(await (await evidence).path())).subarray(0, 2).toString('hex')).toBe('1f8b');
    expect(await at.lastAct()).toMatchObject({ act: 'period.close', outcome: 'applied' });
    expect(await page.getByText('Reopen it').count()).toBe(0);

    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Your own key as an operator').waitFor();
    await signIn(page, await newOperator(at.gateway, 'Ina', 'approver'), `/ops/finance/months/${MONTH}`);
    await page.getByText('Reopen it').click();
    await page.getByLabel('Why; it names nobody').fill('An invoice was wrong');
    await page.getByRole('button', { name: `Reopen ${MONTH}` }).click();
    await page.getByRole('heading', { name: 'To close it' }).waitFor();
    await page.getByText('Exports of version 1, which was reopened').waitFor();
    expect(await at.gateway.rows('SELECT status, version FROM periods WHERE id = $1', [MONTH])).toEqual([
      { status: 'open', version: 1 },
    ]);
  });

  it('compares a month with the provider, and decides on what differs, by two people where it is much', async () => {
    const { page } = at.tab;
    await signIn(page, await newOperator(at.gateway, 'Jo', 'operator'), '/ops/finance/statements');
    await page.getByText('Upload a statement').click();
    await fill(page, { number: 'INV-BREAK', lines: '1', net: '250.00' });
    await page.getByLabel('File, CSV').setInputFiles(fileOf(',charge,,,,,,250.00,0.00,USD,2026-11-01,whose?'));
    await page.getByRole('button', { name: 'Upload and check' }).click();
    await page.getByRole('button', { name: 'Accept…' }).click();
    await page.getByRole('button', { name: 'Accept it: it counts' }).click();
    await page.getByRole('heading', { name: 'INV-BREAK accepted' }).waitFor();

    await page.goto('/ops/finance/runs');
    await page.getByText('Start a run').click();
    const form = page.locator('details.new form');
    await form.getByRole('combobox', { name: /^Provider/ }).selectOption('cnaught');
    await form.getByRole('combobox', { name: /^Month/ }).selectOption(new Date().toISOString().slice(0, 7));
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    await page.getByText('The list of the provider is read').waitFor();
    await reconcile(at.gateway);
    await page.reload();
    const finding = page.getByRole('table', { name: 'Findings' }).getByRole('row').filter({ hasText: '250.00' });
    expect(await finding.textContent()).toMatch(/^charge unknownblocking/);
    await finding.getByRole('link').first().click();

    const facts = page.getByRole('region', { name: 'What disagrees' }).getByRole('row').nth(1);
    await facts.waitFor();
    expect((await facts.getByRole('cell').allTextContents()).slice(0, 3)).toEqual(['charge', 'nothing', '250.00']);
    await page.getByRole('button', { name: 'Take in hand' }).click();
    await page.getByText('In hand of you').waitFor();
    await page.getByRole('button', { name: 'Give back' }).click();
    await page.getByText('In nobody’s hand.').waitFor();
    const decide = page.getByRole('button', { name: 'Decide…' });
    await page.getByRole('radio', { name: /^claim refund/ }).check();
    expect(await decide.isDisabled()).toBe(true);
    await page.getByLabel('Why, for those who ask in a year').fill('CNaught ticket 4711');
    await decide.click();
    await page.getByRole('button', { name: 'claim refund: it is posted so' }).click();
    const proposal = page.getByRole('region', { name: 'Proposed: claim refund' });
    await proposal.getByText('It needs somebody else.').waitFor();
    const address = page.url();
    const id = address.split('/').at(-1);
    const posted = `SELECT debit, credit, units::float8 / 1e6 AS amount FROM ledger_transfers WHERE source = '${id}'`;
    expect(await at.gateway.rows(posted)).toEqual([]);

    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Your own key as an operator').waitFor();
    await signIn(page, await newOperator(at.gateway, 'Kim', 'approver'), address);
    await proposal.getByText('CNaught ticket 4711').waitFor();
    await page.getByRole('button', { name: 'Approve…' }).click();
    await page.getByRole('button', { name: 'Approve it: it is posted' }).click();
    await page.getByRole('heading', { name: 'charge unknown blocking resolved' }).waitFor();
    expect(await at.gateway.rows(posted)).toEqual([{ debit: 'refund_due', credit: 'suspense', amount: 250 }]);
  });

  it('decides the same of many breaks, by keyboard, and shows before what it posts', async () => {
    const { page } = at.tab;
    await signIn(page, await newOperator(at.gateway, 'Lou', 'operator'), '/ops/finance/statements');
    await page.getByText('Upload a statement').click();
    await fill(page, { number: 'INV-MANY', lines: '3', net: '253.75' });
    const charges = ['1.25', '2.50', '250.00'].map((net) => `,charge,,,,,,${net},0.00,USD,2026-11-01,nobody’s`);
    await page.getByLabel('File, CSV').setInputFiles(fileOf(...charges));
    await page.getByRole('button', { name: 'Upload and check' }).click();
    await page.getByRole('button', { name: 'Accept…' }).click();
    await page.getByRole('button', { name: 'Accept it: it counts' }).click();
    await page.getByRole('heading', { name: 'INV-MANY accepted' }).waitFor();
    await compareMonth(at.gateway, new Date().toISOString().slice(0, 7), 'cnaught');

    await page.goto('/ops/finance/breaks?status=open&type=charge_unknown');
    await page.getByRole('row').filter({ hasText: '250.00' }).waitFor();
    // Keys alone from here on.
    await page.keyboard.press('j');
    await page.keyboard.press('x');
    const bar = page.getByRole('group', { name: 'Selected breaks' });
    await bar.getByText('1 break selected').waitFor();
    await bar.getByRole('button', { name: /^Select all of this list/ }).press('Enter');
    await bar.getByText('3 breaks selected').waitFor();
    await bar.getByRole('button', { name: 'Decide…' }).press('Enter');
    const dialog = page.getByRole('dialog', { name: 'charge unknown: 3 breaks' });
    await dialog.getByRole('radio', { name: /^claim refund/ }).press('Space');
    expect(await dialog.getByRole('radio', { name: /^link line/ }).count()).toBe(0);
    const posts = dialog.getByRole('table').getByRole('row').nth(1);
    await posts.waitFor();
    expect(await posts.getByRole('cell').allTextContents()).toEqual(['refund due', 'suspense', '3', '253.75', 'USD']);
    await dialog.getByText('1 break above the limit for one person').waitFor();
    const posted = `SELECT count(*)::int AS n, sum(t.units)::float8 / 1e6 AS amount FROM ledger_transfers t
      JOIN breaks b ON b.id = t.source JOIN statements s ON s.id = b.statement_id WHERE s.number = 'INV-MANY'`;
    expect(await at.gateway.rows(posted)).toEqual([{ n: 0, amount: null }]);
    const decide = dialog.getByRole('button', { name: 'Decide 3…' });
    expect(await decide.isDisabled()).toBe(true);
    await dialog.getByLabel('Why, for those who ask in a year').pressSequentially('CNaught ticket 4711');
    await decide.press('Enter');
    await dialog.getByRole('button', { name: 'claim refund, 3 breaks: it is posted so' }).press('Enter');
    await dialog.getByText('✓ 2 breaks decided.').waitFor();
    await dialog.getByText('1 break proposed, to be approved by somebody else:').waitFor();
    expect(await at.gateway.rows(posted)).toEqual([{ n: 2, amount: 3.75 }]);
    await page.keyboard.press('Escape');
    await bar.waitFor({ state: 'detached' });
  });

  it('shows a viewer everything, and offers nothing', async () => {
    const { page } = at.tab;
    await signIn(page, await newOperator(at.gateway, 'Vic', 'viewer'), '/ops/finance/statements');
    await page.getByRole('link', { name: 'INV-TWICE' }).waitFor();
    expect(await page.getByText('Upload a statement').count()).toBe(0);
    await page.getByRole('link', { name: 'INV-TWICE' }).click();
    await page.getByRole('region', { name: 'Lines' }).getByRole('row').nth(1).waitFor();
    expect(await page.getByRole('button', { name: /Accept|Reverse/ }).count()).toBe(0);
    await page.goto(`/ops/finance/months/${MONTH}`);
    await page.getByRole('heading', { name: 'Exports' }).waitFor();
    expect(await page.getByLabel(/^Note, kept/).count()).toBe(0);
    await page.goto('/ops/finance/breaks');
    await page.getByRole('table').waitFor();
    expect(await page.getByRole('checkbox').count()).toBe(0);
  });
});
