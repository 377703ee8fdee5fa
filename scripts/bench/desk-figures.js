import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { chromium } from 'playwright-core';
import { seededDatabases, sizeName } from './list-figures.js';
import { median } from './load.js';
import { gatewayCli } from './server-process.js';
import { reading } from './sides.js';

/** What the screens of operators ask for, of all tenants. The reference has nothing of the kind. */
export const DESK = [
  { id: 'summary', title: 'summary', paths: ['/v1/ops/summary'] },
  { id: 'attention', title: 'attention', paths: ['/v1/ops/attention?limit=50'] },
  { id: 'orders', title: 'orders, 50 rows', paths: ['/v1/ops/orders?limit=50'] },
  {
    id: 'provider',
    title: 'orders by provider, 50 rows',
    paths: ['cnaught', 'carbonmark', 'one_tribe'].map((id) => `/v1/ops/orders?limit=50&provider=${id}`),
  },
  { id: 'activity', title: 'activity of 48 hours', paths: ['/v1/ops/activity'] },
];

/** Of each figure of a screen this many, of which the median counts. */
const LOADS = 20;

/** The REST of the screens, and the screens in a browser, with the largest table. */
export async function measureDesk(cluster, load, options) {
  const orders = Math.max(...options.seededOrders);
  const { gateway: database } = seededDatabases(orders);
  const process = await cluster.startGateway('api', database);
  const side = { name: 'gateway', process, opsKey: cluster.opsKey };
  const figures = [];
  for (const asked of DESK) figures.push(await measureRest(load, side, asked, orders, options));
  figures.push({
    id: 'desk-bytes',
    title: 'orders, 50 rows: body',
    unit: 'kB',
    value: await sizeOf(side, '/v1/ops/orders?limit=50'),
  });
  const person = ['--name', 'Bench', '--email', 'bench@example.com', '--role', 'viewer'];
  const { key } = await gatewayCli(cluster.checkout, cluster.url(database), 'operators', 'create', ...person);
  figures.push(...(await measureScreens(process.origin, key, orders)));
  await process.stop();
  return [...figures, ...(await measureBundle(cluster.checkout.folder))];
}

async function measureRest(load, side, { id, title, paths }, orders, { rounds, roundSeconds, listRequests }) {
  const job = { ...reading(side, paths, side.opsKey), connections: 1, requests: listRequests };
  return {
    id: `desk-${id}`,
    title: `operators at ${sizeName(orders)} orders: ${title}`,
    ...(await load.interleave([side], { rounds, roundSeconds }, () => job)),
  };
}

async function sizeOf({ process, opsKey }, path) {
  const response = await fetch(`${process.origin}${path}`, { headers: { authorization: `Bearer ${opsKey}` } });
  return (await response.text()).length / 1_000;
}

/** Times are by the clock of the page, from the begin of its navigation. */
async function measureScreens(origin, key, orders) {
  const executablePath = globalThis.process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  try {
    const page = await browser.newPage({ viewport: { width: 1_280, height: 800 } });
    await page.goto(`${origin}/ops`);
    // A session is taken from the gateway's own address alone.
    const own = await page.evaluate('document.body.dataset.origin');
    await page.goto(`${own}/ops/orders`);
    await page.getByLabel('Your own key as an operator').fill(key);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.locator('[data-row]').first().waitFor();
    const took = { paint: [], usable: [], next: [] };
    for (let nth = 0; nth < LOADS; nth++) {
      await page.goto(`${own}/ops/orders`, { waitUntil: 'commit' });
      took.usable.push(await page.evaluate(rowsShown));
      took.paint.push(await page.evaluate(firstPaint));
      took.next.push(await page.evaluate(nextPage));
    }
    const figure = (id, what) => ({
      id: `screen-${id}`,
      title: `dashboard at ${sizeName(orders)} orders: ${what}`,
      unit: 'ms',
      value: median(took[id]),
      spread: [Math.min(...took[id]), Math.max(...took[id])],
    });
    return [figure('paint', 'first paint'), figure('usable', 'list of orders usable'), figure('next', 'next page')];
  } finally {
    await browser.close();
  }
}

/** Run in the page: looks once a frame. */
const rowsShown = `new Promise((resolve) => {
  const look = () => document.querySelector('[data-row]') ? resolve(performance.now()) : requestAnimationFrame(look);
  look();
})`;

/** The browser says so some time after it has painted. */
const firstPaint = `new Promise((resolve) => {
  const observer = new PerformanceObserver((list) => {
    for (const { name, startTime } of list.getEntries()) if (name === 'first-contentful-paint') resolve(startTime);
  });
  observer.observe({ type: 'paint', buffered: true });
})`;

const nextPage = `new Promise((resolve) => {
  const first = () => document.querySelector('[data-row]')?.textContent;
  const before = first();
  const begun = performance.now();
  [...document.querySelectorAll('.pages a')].find((link) => link.textContent === 'Next page').click();
  const look = () => first() && first() !== before ? resolve(performance.now() - begun) : requestAnimationFrame(look);
  look();
})`;

/** As it is sent: the script, with what it imports at once, and the stylesheet that the page begins with, packed. */
async function measureBundle(folder) {
  const assets = join(folder, 'dist/dashboard/assets');
  const read = (file) => readFile(join(assets, file));
  const packed = async (file) => gzipSync(await read(file), { level: 9 }).length / 1_000;
  const named = (await readdir(assets)).filter((file) => /^ops-\w+\.(js|css)$/.test(file));
  return Promise.all(
    named.map(async (file) => {
      const imported = [...`${await read(file)}`.matchAll(/from"\.\/([\w-]+\.js)"/g)].map(([, name]) => name);
      const sizes = await Promise.all([file, ...new Set(imported)].map(packed));
      return {
        id: `bundle-${file.split('.').at(-1)}`,
        title: `dashboard: ${file.endsWith('.js') ? 'script' : 'stylesheet'}, packed`,
        unit: 'kB',
        value: sizes.reduce((sum, size) => sum + size, 0),
      };
    }),
  );
}
