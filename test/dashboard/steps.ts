import type { Browser, Page } from 'playwright-core';
import type { ServedGateway } from '../http/served-gateway.js';
import { launchBrowser, openPage, type WatchedPage } from './browser.js';
import { startForBrowsers } from './staffed-gateway.js';

/** Signs in on whatever page of the dashboard was asked for, and stays there. */
export const signIn = async (page: Page, key: string, path = '/ops'): Promise<void> => {
  await page.goto(path);
  await page.getByLabel('Your own key as an operator').fill(key);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('navigation', { name: 'Screens' }).waitFor();
};

/** A gateway and a browser for the tests of the `describe` that this is called in, and a fresh tab for each. */
export const useDashboard = (settingsAt?: Parameters<typeof startForBrowsers>[0]) => {
  let gateway: ServedGateway;
  let browser: Browser;
  let tab: WatchedPage;
  beforeAll(async () => {
    gateway = await startForBrowsers(settingsAt);
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser.close();
    await gateway.stop();
  });
  beforeEach(async () => {
    tab = await openPage(browser, gateway.url);
  });
  // Whatever else a test is about: the policy stops nothing, no script fails, and nobody but the gateway is asked.
  afterEach(async () => {
    await tab.page.context().close();
    expect(tab.faults).toEqual([]);
  });

  return {
    get gateway() {
      return gateway;
    },
    get tab() {
      return tab;
    },
    /** One more, of somebody else. */
    openTab: () => openPage(browser, gateway.url),
    lastAct: async () =>
      (await gateway.rows('SELECT act, subject, outcome, operator_id FROM audit_log ORDER BY number DESC LIMIT 1'))[0],
  };
};
