import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { TurnSwitchOn } from '../../src/application/switches/turn-switch-on.js';
import { ServedGateway } from '../http/served-gateway.js';
import { BY_TESTER } from '../support/launcher.js';
import { findBreaks, keepBooks } from './books.js';
import { launchBrowser, openPage } from './browser.js';
import { fillPools } from './pools.js';
import {
  askFor,
  failToDeliver,
  fillHours,
  newOperator,
  placeDiffering,
  placeWhatHurts,
  propose,
  startForBrowsers,
} from './staffed-gateway.js';
import { signIn } from './steps.js';

const AXE = readFileSync(createRequire(join(process.cwd(), 'package.json')).resolve('axe-core/axe.min.js'), 'utf8');

/** Where pictures of every screen go, for a person to look at. */
const PICTURES = process.env['PICTURES'];

/** What stands in the way of those who see, hear or move otherwise, by the rules that a program can check. */
const findingsOn = async (page: Page): Promise<string[]> => {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate<AxeResults>('axe.run(document)');
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
};

describe('the screens', () => {
  let gateway: ServedGateway;
  let browser: Browser;
  let orderId: string;
  let key: string;
  let resolutionId: string;
  let differingId: string;
  let found: Awaited<ReturnType<typeof findBreaks>>;
  let statements: Awaited<ReturnType<typeof keepBooks>>;
  let pools: Awaited<ReturnType<typeof fillPools>>;
  let undelivered: Awaited<ReturnType<typeof failToDeliver>>;
  beforeAll(async () => {
    gateway = await startForBrowsers();
    browser = await launchBrowser();
    // Before its provider takes nothing any more.
    pools = await fillPools(gateway);
    undelivered = await failToDeliver(gateway, async () => {
      orderId = await placeWhatHurts(gateway);
    });
    key = await newOperator(gateway, 'Maximiliane-Philippine von Hohenlohe-Waldenburg', 'admin');
    await askFor(gateway, key);
    resolutionId = await propose(gateway, await newOperator(gateway, 'Ben'));
    const scope = { provider: 'one_tribe', tenantId: null, operation: 'checkouts' } as const;
    const wanted = { scope, until: new Date(Date.now() + 3_600_000), reason: 'Their pages are being changed' };
    await gateway.app.get(TurnSwitchOn).run(wanted, BY_TESTER);
    differingId = await placeDiffering(gateway);
    await fillHours(gateway);
    statements = await keepBooks(gateway, key);
    found = await findBreaks(gateway, key);
  }, 90_000);
  afterAll(async () => {
    await browser.close();
    await gateway.stop();
  });

  type Screens = readonly (readonly [name: string, isThere: (page: Page) => Promise<void>])[];
  const OPERATIONS: Screens = [
    ['attention', (page) => page.getByRole('region', { name: 'bought twice' }).waitFor()],
    ['orders', (page) => page.getByRole('table').waitFor()],
    ['order', (page) => page.getByRole('region', { name: 'Timeline' }).getByRole('listitem').first().waitFor()],
    ['resolve', (page) => page.getByRole('radio').first().waitFor()],
    ['approvals', (page) => page.getByRole('table').waitFor()],
    ['approval', (page) => page.getByText('✓ so').last().waitFor()],
    ['providers', (page) => page.locator('.hours svg').first().waitFor()],
    ['provider', (page) => page.locator('.hours svg').last().waitFor()],
    ['deliveries', (page) => page.getByRole('table', { name: 'Deliveries' }).waitFor()],
    ['delivery', (page) => page.getByRole('region', { name: 'Requests' }).getByRole('listitem').first().waitFor()],
    ['endpoint', (page) => page.getByRole('button', { name: 'Count' }).waitFor()],
    ['differing', (page) => page.getByRole('region', { name: 'differ' }).waitFor()],
    ['cancel', (page) => page.getByRole('button', { name: 'Check' }).waitFor()],
    ['bulk', (page) => page.getByRole('table').waitFor()],
    ['switches', (page) => page.getByRole('button', { name: 'Turn it off' }).waitFor()],
    ['budgets', (page) => page.getByRole('table').waitFor()],
    ['admin', (page) => page.getByRole('table').waitFor()],
    ['keys', (page) => page.getByRole('table').waitFor()],
    ['tenants', (page) => page.getByRole('table').waitFor()],
    ['sessions', (page) => page.getByRole('table').waitFor()],
    ['waiting', (page) => page.getByRole('button', { name: 'Take back' }).first().waitFor()],
    ['audit', (page) => page.getByText('The chain is intact').waitFor()],
    ['help', (page) => page.getByRole('dialog', { name: 'Help' }).waitFor()],
  ];
  const FINANCE: Screens = [
    ['finance', (page) => page.getByRole('table').waitFor()],
    ['month', (page) => page.getByRole('table', { name: 'Balances, USD' }).waitFor()],
    ['closed', (page) => page.getByRole('table', { name: 'Balances, USD' }).waitFor()],
    ['statements', (page) => page.getByRole('table').waitFor()],
    ['checked', (page) => page.getByRole('cell', { name: 'suspense' }).first().waitFor()],
    ['accepted', (page) => page.getByRole('cell', { name: 'payable' }).first().waitFor()],
    ['reversed', (page) => page.getByRole('cell', { name: 'payable' }).first().waitFor()],
    ['refused', (page) => page.getByRole('heading', { name: 'What is wrong' }).waitFor()],
    ['breaks', (page) => page.getByRole('table').waitFor()],
    ['decide', (page) => page.getByRole('table').waitFor()],
    ['break', (page) => page.getByRole('radio').first().waitFor()],
    ['runs', (page) => page.getByRole('table').waitFor()],
    ['run', (page) => page.getByRole('table', { name: 'Findings' }).waitFor()],
    ['pools', (page) => page.getByRole('table').waitFor()],
    ['allocated', (page) => page.getByRole('table', { name: 'Members' }).waitFor()],
    ['open', (page) => page.getByRole('table', { name: 'Members' }).waitFor()],
    ['member', (page) => page.getByRole('region', { name: 'Timeline' }).getByRole('listitem').first().waitFor()],
  ];
  const addressOf = (screen: string): string => {
    if (screen === 'attention' || screen === 'help') return '/ops';
    if (screen === 'approval') return `/ops/approvals/${resolutionId}`;
    if (screen === 'resolve') return `/ops/orders/${orderId}/resolve`;
    if (screen === 'delivery') return `/ops/deliveries/${undelivered.delivery}`;
    if (screen === 'endpoint') return `/ops/endpoints/${undelivered.endpoint}`;
    if (screen === 'differing') return `/ops/orders/${differingId}`;
    if (screen === 'provider') return '/ops/providers/cnaught';
    if (screen === 'cancel') return `/ops/orders/${differingId}/resolve?decision=cancel`;
    if (screen === 'bulk') return '/ops/orders';
    if (screen === 'decide') return '/ops/finance/breaks?type=charge_unknown';
    if (screen === 'month') return `/ops/finance/months/${new Date().toISOString().slice(0, 7)}?by=provider`;
    if (screen === 'closed') return '/ops/finance/months/2026-08';
    if (screen === 'member') return `/ops/orders/${pools.member}`;
    if (screen === 'allocated' || screen === 'open') return `/ops/finance/pools/${pools[screen]}`;
    if (['statements', 'breaks', 'runs', 'pools'].includes(screen)) return `/ops/finance/${screen}`;
    if (screen === 'run' || screen === 'break') return `/ops/finance/${screen}s/${found[screen]}`;
    if (screen in statements) return `/ops/finance/statements/${statements[screen as keyof typeof statements]}`;
    if (['keys', 'tenants', 'sessions', 'waiting'].includes(screen)) return `/ops/admin?show=${screen}`;
    return screen === 'order' ? `/ops/orders/${orderId}` : `/ops/${screen}`;
  };

  const LOOKS = [
    ['light', 1_280],
    ['dark', 1_280],
    ['light', 1_920],
    ['dark', 1_920],
  ] as const;
  it.each(
    LOOKS.flatMap(([colorScheme, width]) => [
      ['operations', colorScheme, width, OPERATIONS] as const,
      ['finance', colorScheme, width, FINANCE] as const,
    ]),
  )(
    'of %s have no finding of axe and no text that runs out of them, %s at %s',
    async (_, colorScheme, width, screens) => {
      const { page, faults } = await openPage(browser, gateway.url, { colorScheme, width });
      const findings: Record<string, string[]> = {};
      const look = async (screen: string): Promise<void> => {
        if (PICTURES)
          await page.screenshot({ path: join(PICTURES, `${screen}-${colorScheme}-${width}.png`), fullPage: true });
        findings[screen] = await findingsOn(page);
        const overflows = await page.evaluate<boolean>('document.documentElement.scrollWidth > innerWidth');
        if (overflows) findings[screen].push('scrolls sideways');
      };
      await page.goto('/ops');
      await page.getByLabel('Your own key as an operator').waitFor();
      await look('sign-in');
      await signIn(page, key);
      for (const [screen, isThere] of screens) {
        await page.goto(addressOf(screen));
        if (screen === 'help') await page.getByRole('button', { name: 'Help' }).click();
        await isThere(page);
        if (screen === 'order') await page.getByRole('region', { name: 'Timeline' }).locator('summary').first().click();
        if (screen === 'provider') await page.locator('.hours summary').first().click();
        if (screen === 'bulk') {
          for (const row of [0, 1, 2]) await page.getByRole('checkbox').nth(row).check();
          await page.getByRole('button', { name: 'Take them in hand…' }).click();
        }
        if (screen === 'decide') {
          await page.getByRole('checkbox').first().check();
          await page.getByRole('button', { name: 'Decide…' }).click();
          await page.getByRole('radio', { name: /^claim refund/ }).check();
          await page.getByRole('heading', { name: 'What it posts' }).waitFor();
        }
        if (['admin', 'keys', 'tenants', 'statements', 'closed', 'checked', 'runs', 'break'].includes(screen))
          await page.locator('details.new > summary').first().click();
        if (screen === 'resolve') await page.getByRole('radio', { disabled: false }).first().check();
        await look(screen);
      }
      expect(findings).toEqual(Object.fromEntries(Object.keys(findings).map((screen) => [screen, []])));
      expect(faults).toEqual([]);
      await page.context().close();
    },
    90_000,
  );
});
