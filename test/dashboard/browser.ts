import { existsSync } from 'node:fs';
import { chromium, type Browser, type Page } from 'playwright-core';

const CHROMIUM = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';

/** A browser that talks to nobody by itself, so that whoever is talked to is the page's doing. */
const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export const launchBrowser = (): Promise<Browser> => {
  if (!existsSync(CHROMIUM)) throw new Error(`There is no Chromium at ${CHROMIUM}: set CHROMIUM_PATH.`);
  return chromium.launch({ executablePath: CHROMIUM, args: QUIET });
};

/** A page, and what it must never do. */
export interface WatchedPage {
  readonly page: Page;
  /** What the policy of the page has stopped and its browser complained of, and hosts other than the gateway's. */
  readonly faults: string[];
}

export interface Look {
  readonly colorScheme?: 'light' | 'dark';
  readonly width?: number;
}

/** A tab of a browser profile of its own. */
export const openPage = async (
  browser: Browser,
  origin: string,
  { colorScheme = 'light', width = 1_280 }: Look = {},
): Promise<WatchedPage> => {
  const context = await browser.newContext({ baseURL: origin, colorScheme, viewport: { width, height: 800 } });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(`error: ${error.message}`));
  page.on('console', (message) => {
    // A refusal is an answer like any other. All else that a browser complains of is ours.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource:'))
      faults.push(`console: ${message.text()}`);
  });
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.protocol !== 'data:' && url.origin !== origin) faults.push(`foreign: ${url.origin}`);
  });
  return { page, faults };
};
