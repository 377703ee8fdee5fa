/**
 * The load generator, a process of its own: neither server pays for it, and its CPU is in no figure. Takes a job, keeps
 * `connections` connections busy with one request each, and responds with every latency and every failure.
 */
import { Agent, request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

const TIMEOUT_MS = 60_000;

process.on('message', (job) => void run(job).then((result) => process.send(result)));

async function run(job) {
  const agent = new Agent({ keepAlive: true, maxSockets: job.connections });
  const result = { latenciesMs: [], failures: {} };
  const startedAt = performance.now();
  const endsAt = startedAt + job.seconds * 1000;
  let begun = 0;
  const mayBegin = () => begun < (job.requests ?? Infinity) && performance.now() < endsAt;
  const keepBusy = async () => {
    while (mayBegin()) {
      const sentAt = performance.now();
      const outcome = await send(job, begun++, agent);
      const tookMs = performance.now() - sentAt;
      if (outcome === job.expectedStatus) result.latenciesMs.push(tookMs);
      else result.failures[outcome] = (result.failures[outcome] ?? 0) + 1;
      if (job.everyMs > tookMs) await delay(job.everyMs - tookMs);
    }
  };
  await Promise.all(Array.from({ length: job.connections }, keepBusy));
  agent.destroy();
  return { ...result, elapsedMs: performance.now() - startedAt };
}

/** The status, or the name of what went wrong when there was no whole response. */
function send({ origin, method = 'GET', paths, headers, body, isKeyed, isReferenced }, nth, agent) {
  return new Promise((resolve) => {
    const id = isKeyed ? crypto.randomUUID() : undefined;
    const text = isReferenced ? JSON.stringify({ ...body, reference: `bench-${id}` }) : JSON.stringify(body);
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const fail = (error) => resolve(signal.aborted ? 'timeout' : (error.code ?? error.name));
    const call = request(`${origin}${paths[nth % paths.length]}`, {
      method,
      agent,
      signal,
      headers: {
        ...headers,
        ...(isKeyed && { 'idempotency-key': id }),
        ...(text !== undefined && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
      },
    });
    call.on('error', fail);
    call.on('response', (response) => {
      response.on('error', fail);
      response.on('end', () => resolve(response.statusCode));
      response.resume();
    });
    call.end(text);
  });
}
