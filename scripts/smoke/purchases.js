import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';

const COMPLETED_WITHIN_MS = 180_000;
const SUCCESS_URL = 'https://shop.example/thanks';
const CANCEL_URL = 'https://shop.example/basket';

/** What a provider has to show for a completed order. One Tribe's API shows nothing. */
const PROOF = {
  cnaught: (order) => order.certificate?.url,
  carbonmark: (order) => order.retirements.find(({ url }) => url !== null),
  one_tribe: () => true,
};

export async function buyOnAccount(gateway, provider, mass) {
  const startedAt = Date.now();
  const order = await placeOrder(gateway, provider, mass, { method: 'account' });
  assert.equal(order.status, 'placed');
  assert(order.price, 'a placed order has a price');
  return completed(gateway, order, startedAt);
}

/** Pays on the provider's page as a browser would, and follows it back to the shop. */
export async function buyThroughCheckout(gateway, provider, mass) {
  const startedAt = Date.now();
  const order = await placeOrder(gateway, provider, mass, {
    method: 'checkout',
    success_url: `${SUCCESS_URL}?order={ORDER_ID}`,
    cancel_url: CANCEL_URL,
  });
  assert.equal(order.status, 'awaiting_payment');
  assert(order.checkout?.url, 'a checkout order has a page to pay on');
  assert.equal(await pay(order.checkout.url), `${SUCCESS_URL}?order=${order.id}`);
  return completed(gateway, order, startedAt);
}

function placeOrder(gateway, provider, mass, payment) {
  return gateway.post('/v1/orders', { mass, provider, payment, beneficiary: { name: 'Jane Smith' } }, 201);
}

async function completed(gateway, { id }, startedAt) {
  for (;;) {
    const order = await gateway.get(`/v1/orders/${id}`);
    if (order.status === 'completed') return proven(order, Date.now() - startedAt);
    const waits = ['placed', 'accepted', 'retired', 'awaiting_payment'].includes(order.status);
    assert(waits && order.review === null, `the order went astray: ${JSON.stringify(order)}`);
    assert(Date.now() - startedAt < COMPLETED_WITHIN_MS, `not completed in time: ${JSON.stringify(order)}`);
    await delay(200);
  }
}

function proven(order, tookMs) {
  assert(PROOF[order.provider](order), `completed without proof of retirement: ${JSON.stringify(order)}`);
  const { provider, payment_method, ordered_mass } = order;
  return { provider, payment_method, mass: `${ordered_mass.value} ${ordered_mass.unit}`, tookMs };
}

/** Where the browser ends up: the first address that is the shop's. */
async function pay(pageUrl) {
  const page = await browse(pageUrl);
  assert.equal(page.status, 200, `the payment page gave ${page.status}`);
  const action = actionOfPayForm(await page.text());
  let response = await browse(new URL(action, pageUrl), 'POST');
  for (let url = pageUrl; response.status >= 300 && response.status < 400; response = await browse(url)) {
    url = new URL(response.headers.get('location'), url).href;
    if (url.startsWith(SUCCESS_URL) || url.startsWith(CANCEL_URL)) return url;
  }
  assert.fail(`paying ended at ${response.url}, which gave ${response.status}`);
}

function actionOfPayForm(html) {
  for (const [, attributes, content] of html.matchAll(/<form([^>]*)>(.*?)<\/form>/gs)) {
    if (/<button[^>]*>\s*Pay\s*<\/button>/.test(content)) return /action="([^"]*)"/.exec(attributes)?.[1];
  }
  return assert.fail('the payment page has no Pay button');
}

function browse(url, method = 'GET') {
  return fetch(url, { method, redirect: 'manual', signal: AbortSignal.timeout(60_000) });
}
