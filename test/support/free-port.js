import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Below those that the system gives to outgoing connections, so that a port is still free when its process has started,
 * and when a process that was down for a moment comes back.
 */
const PORTS = { from: 18_000, to: 32_000 };

let last = PORTS.from + Math.floor(Math.random() * (PORTS.to - PORTS.from));

/** A port of loopback that nothing listens on just now. Not given twice by one process. */
export async function freePort() {
  last = last < PORTS.to ? last + 1 : PORTS.from;
  const port = last;
  return (await isFree(port)) ? port : freePort();
}

async function isFree(port) {
  const probe = createServer();
  const listens = new Promise((resolve) =>
    probe.once('listening', () => resolve(true)).once('error', () => resolve(false)),
  );
  probe.listen(port, '127.0.0.1');
  if (!(await listens)) return false;
  await once(probe.close(), 'close');
  return true;
}
