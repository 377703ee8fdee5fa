/**
 * Starts the gateway as the image has it. Then does what the README tells a newcomer to do, in a copy of this folder:
 * `npm start`, a purchase from each provider through to `completed`, Ctrl-C. Then what it promises: nothing left behind,
 * a quick second start, and a start that works after everything was killed. Limits are for hangs, not targets.
 */
import assert from 'node:assert/strict';
import { ensure } from './ensure.js';
import { copyOfThisFolder } from './smoke/copy.js';
import { startAsInProduction } from './smoke/production.js';
import { buyOnAccount, buyThroughCheckout } from './smoke/purchases.js';
import { RunningGateway } from './smoke/running-gateway.js';

await ensure();
step(`as in production, without dev/: ready in ${seconds(await startAsInProduction())}`);

const copy = await copyOfThisFolder();
let gateway;
try {
  gateway = await RunningGateway.start(copy.path);
  step(`first start: ready in ${seconds(gateway.startedInMs)}`);

  const orders = [
    await buyOnAccount(gateway, 'cnaught', { value: '100', unit: 'kg' }),
    await buyOnAccount(gateway, 'one_tribe', { value: '2', unit: 't' }),
    await buyThroughCheckout(gateway, 'carbonmark', { value: '0.5', unit: 't' }),
    await buyThroughCheckout(gateway, 'cnaught', { value: '100', unit: 'kg' }),
  ];
  for (const { provider, payment_method, mass, tookMs } of orders) {
    step(`${provider}, ${payment_method}: ${mass} completed in ${seconds(tookMs)}`);
  }

  await gateway.interrupt();
  step('Ctrl-C: no process left, ports closed');

  gateway = await RunningGateway.start(copy.path);
  // Not asserted: how busy the machine is decides as much as we do.
  step(`second start: ready in ${seconds(gateway.startedInMs)} (meant to take 5 s at most)`);

  await gateway.kill();
  gateway = await RunningGateway.start(copy.path);
  const { data } = await gateway.get('/v1/orders');
  assert.equal(data.length, orders.length, 'a kill lost or repeated orders');
  step(`start after SIGKILL: ready in ${seconds(gateway.startedInMs)}, ${data.length} orders still there`);
  await gateway.interrupt();
} catch (error) {
  console.error(`--- what npm start printed ---\n${gateway?.output ?? ''}\n---`);
  throw error;
} finally {
  await gateway?.cleanUp();
  await copy.remove();
}

function step(line) {
  console.log(`smoke: ${line}`);
}

function seconds(ms) {
  return `${(ms / 1000).toFixed(1)} s`;
}
