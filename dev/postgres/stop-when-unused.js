/**
 * Stops the embedded PostgreSQL of a folder when nobody has used it for some time, and ends with it. Started with the
 * server in a session of its own, it outlives a gateway that is killed. Plain JavaScript, because it runs as it is,
 * whether the gateway runs from the sources or from the build.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';

const LOOKS_IN_TIME = 10;
const LONGEST_LOOK_MS = 15_000;
/** A server that was started again has a watch of its own. */
const LOST_FOR_GOOD_MS = 10_000;
const RETRY_MS = 50;

const { folder, user, unusedMs, inUseLock, watchLock } = JSON.parse(process.argv[2]);
const lookMs = Math.min(LONGEST_LOOK_MS, unusedMs / LOOKS_IN_TIME);

/** By the server's own note; null if it does not run. */
function findServer() {
  try {
    const [pid, , , port] = readFileSync(join(folder, 'data', 'postmaster.pid'), 'utf8')
      .split('\n')
      .map(Number);
    return isAlive(pid) ? { pid, port } : null;
  } catch {
    return null;
  }
}

function isAlive(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Who is connected now, and how many sessions there have been: so one that came and went between two looks counts. */
const USE = `
  SELECT (SELECT count(*)::int FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()) AS users,
         (SELECT sum(sessions)::text FROM pg_stat_database) AS sessions`;

/** @returns true when there is nothing left to do; false if the connection was lost. */
async function watch({ port }) {
  const password = readFileSync(join(folder, 'password'), 'utf8');
  const client = new pg.Client({ host: '127.0.0.1', port, user, password, database: 'postgres', ssl: false });
  client.on('error', () => undefined);
  const ask = async (sql, ...values) => (await client.query(sql, values)).rows[0];
  try {
    await client.connect();
    if (!(await ask('SELECT pg_try_advisory_lock($1) AS mine', watchLock)).mine) return true;
    let usedAt = performance.now();
    for (let sessions = ''; ; await delay(lookMs)) {
      const use = await ask(USE);
      if (use.users > 0 || use.sessions !== sessions) usedAt = performance.now();
      sessions = use.sessions;
      if (performance.now() - usedAt >= unusedMs && (await stopUnlessUsed(ask))) return true;
    }
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** As the last user does: who has the lock alone lets nobody join until the server is gone. */
async function stopUnlessUsed(ask) {
  if (!(await ask('SELECT pg_try_advisory_lock($1) AS mine', inUseLock)).mine) return false;
  const server = findServer();
  const { users } = await ask(USE);
  if (server !== null && users === 0) return process.kill(server.pid, 'SIGINT');
  await ask('SELECT pg_advisory_unlock($1)', inUseLock);
  return false;
}

let seenAt = performance.now();
for (
  let server = findServer();
  server !== null && performance.now() - seenAt < LOST_FOR_GOOD_MS;
  server = findServer()
) {
  const startedAt = performance.now();
  if (await watch(server)) break;
  // It was connected for as long as this took.
  if (performance.now() - startedAt > LOST_FOR_GOOD_MS) seenAt = performance.now();
  await delay(RETRY_MS);
}
