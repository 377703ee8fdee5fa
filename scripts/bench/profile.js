import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { accepting, pathsOfOrders, reading } from './sides.js';

/** Parts with a smaller share are told together. */
const LEAST_SHARE = 0.01;

/**
 * Where the time of a gateway goes that does nothing but accept, or nothing but read, by V8's sampling; taken apart from
 * the figures, which it would slow down.
 */
export async function profileGateway(cluster, load, { roundSeconds }) {
  const folder = join(cluster.folder, 'profile');
  await mkdir(folder, { recursive: true });
  const gateway = await cluster.startGateway('api', 'gateway', ['--cpu-prof', `--cpu-prof-dir=${folder}`]);
  const side = { process: gateway, database: 'gateway', tenantKey: cluster.tenantKey };
  const spanUnder = async (job) => {
    await load.run({ ...job, connections: 16, seconds: roundSeconds });
    const from = monotonicUs();
    await load.run({ ...job, connections: 16, seconds: 4 * roundSeconds });
    return [from, monotonicUs()];
  };
  const accepts = await spanUnder(accepting(side));
  const heap = await heapOf(gateway.origin);
  const reads = await spanUnder(reading(side, await pathsOfOrders(cluster, side)));
  await gateway.stop();
  const [file] = await readdir(folder);
  const taken = JSON.parse(await readFile(join(folder, file), 'utf8'));
  return { accept: partsOf(taken, ...accepts), read: partsOf(taken, ...reads), heap };
}

/** Megabytes, as the gateway's own metrics tell them right after the load. */
async function heapOf(origin) {
  const text = await (await fetch(`${origin}/metrics`)).text();
  const megabytes = (name) => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1] ?? NaN) / 2 ** 20;
  return {
    resident: megabytes('process_resident_memory_bytes'),
    heap: megabytes('nodejs_heap_size_total_bytes'),
    heapUsed: megabytes('nodejs_heap_size_used_bytes'),
    external: megabytes('nodejs_external_memory_bytes'),
  };
}

/** The clock of V8's samples, in microseconds. */
const monotonicUs = () => Number(process.hrtime.bigint() / 1_000n);

/** `[{part, share}]` of the time between two moments in which it was not idle, the largest first. */
function partsOf({ nodes, samples, timeDeltas, startTime }, from, until) {
  const partOf = new Map(nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]));
  const times = new Map();
  let at = startTime;
  for (const [nth, id] of samples.entries()) {
    const part = partOf.get(id);
    at += timeDeltas[nth];
    if (part !== '(idle)' && at >= from && at <= until) times.set(part, (times.get(part) ?? 0) + timeDeltas[nth]);
  }
  const total = [...times.values()].reduce((sum, time) => sum + time, 0);
  const parts = [...times].map(([part, time]) => ({ part, share: time / total })).toSorted((a, b) => b.share - a.share);
  const small = parts.filter(({ share }) => share < LEAST_SHARE).reduce((sum, { share }) => sum + share, 0);
  return [...parts.filter(({ share }) => share >= LEAST_SHARE), { part: '(all that is smaller)', share: small }];
}

/** A layer of ours, a package, Node itself, or what V8 names in brackets. */
function nameOf({ url, functionName }) {
  const ours = /\/dist\/(src\/[^/]+)/.exec(url);
  if (ours) return ours[1];
  const packages = [...url.matchAll(/node_modules\/((?:@[^/]+\/)?[^/]+)/g)];
  if (packages.length > 0) return packages.at(-1)[1];
  if (functionName.startsWith('(')) return functionName;
  return url === '' && functionName.startsWith('write') ? '(writes to sockets)' : 'Node';
}
