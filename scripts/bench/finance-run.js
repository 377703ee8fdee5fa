import { setTimeout as delay } from 'node:timers/promises';
import { refreshSnapshot } from './finance-seed.js';

/** Fine against the seconds that a phase takes. */
const LOOK_EVERY_MS = 50;
const ENDS_WITHIN_MS = 900_000;

/**
 * One reconciliation of the month, which a worker carries on: `{types, resultHash, collectSeconds, matchSeconds}`. The
 * provider's list is there already, so collecting is to find that out. A dry one finds; another settles what it finds, too.
 */
export async function reconcile(api, client, { month, dryRun }) {
  await refreshSnapshot(client, month);
  const startedAt = performance.now();
  const { id } = await call(api, 'POST', '', { provider: 'cnaught', period: month.id, dry_run: dryRun });
  const matchingAt = await becomes(client, id, ['matching', 'completed', 'failed']);
  const endedAt = await becomes(client, id, ['completed', 'failed']);
  const run = await call(api, 'GET', `/${id}`);
  if (run.status !== 'completed' || run.same_as !== null)
    throw new Error(`the run is ${run.status}, ${run.failure ?? `and that of ${run.same_as}`}`);
  return {
    types: run.counts.types,
    rows: run.legs.orders.count + run.legs.provider.rows + run.legs.statements.lines,
    resultHash: run.result_hash,
    collectSeconds: (matchingAt - startedAt) / 1000,
    matchSeconds: (endedAt - matchingAt) / 1000,
  };
}

async function becomes(client, id, statuses) {
  const deadline = performance.now() + ENDS_WITHIN_MS;
  for (;;) {
    const { rows } = await client.query('SELECT status FROM reconciliations WHERE id = $1', [id]);
    if (statuses.includes(rows[0].status)) return performance.now();
    if (performance.now() > deadline) throw new Error(`the run is still ${rows[0].status}: see the log of the worker`);
    await delay(LOOK_EVERY_MS);
  }
}

async function call({ origin, key }, method, path, body) {
  const response = await fetch(`${origin}/v1/finance/reconciliations${path}`, {
    method,
    headers: { authorization: `Bearer ${key}`, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  const told = await response.json();
  if (!response.ok) throw new Error(`a reconciliation gave ${response.status}: ${told.detail}`);
  return told;
}
